"""Parts shared by all formats: a finding's subject, untrusted controls, tags and source ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.resource import ACCOUNT_TYPE, Resource, identify, parse_arn
from bot.sources.normalise import MAX_ID, MAX_KEY, bounded_id, key, line
from bot.sources.resource_types import cloudformation_type

NO_ACCOUNT: Final = "unknown"
"""The account of a finding that names none: a key part must not be empty."""

MAX_TAGS: Final = 50
_MAX_ACCOUNT: Final = 64


@dataclass(frozen=True)
class SourceContext:
    """Context of reading: `arrived`, the message's arrival (ISO time); `rule_controls`, the policy's rule → control."""

    arrived: str
    rule_controls: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """The subject of a finding as its source writes it. Types may be ASFF's or CloudFormation's.

    `finding_id` replaces the resource of a finding that names neither a resource nor an account, so that two such
    findings (of a cluster, of an identity provider) are not merged.
    """

    account: str
    region: str
    type: str
    id: str
    arn: str = ""
    finding_id: str = ""

    def resource(self, control: str, partition: str) -> Resource:
        """Return the resource in the form shared by all sources; without one, the account."""
        account = key(self.account, _MAX_ACCOUNT) or NO_ACCOUNT
        kind, raw = self._named(account)
        region = key(self.region, _MAX_ACCOUNT)
        return identify(
            key(kind), bounded_id(raw), account=account, region=region, partition=partition, control=control
        )

    def _named(self, account: str) -> tuple[str, str]:
        if self.id:
            return _typed(cloudformation_type(self.type), self.arn or self.id)
        return (ACCOUNT_TYPE, account) if self.account else ("Other", self.finding_id or account)


def _typed(kind: str, raw: str) -> tuple[str, str]:
    """Split ids such as `AWS::X::Y:<id>`, which Security Hub writes for types that ASFF does not have (`Other`)."""
    if not raw.startswith("AWS::"):
        return kind, raw
    prefix, _, own_id = raw.rpartition(":")
    if prefix.count("::") < 2 or not own_id:  # noqa: PLR2004 - AWS::Service::Type
        return kind, raw
    return (prefix, own_id) if kind in {"Other", ACCOUNT_TYPE, prefix} else (kind, raw)


def partition_of(*arns: str) -> str:
    """Return the partition of the first valid ARN, else `aws`."""
    found = (arn.partition for arn in map(parse_arn, arns) if arn)
    return next(found, "aws")


def region_of(*arns: str) -> str:
    """Return the Region of the first ARN that has one, or ''."""
    return next((arn.region for arn in map(parse_arn, arns) if arn and arn.region), "")


def untrusted_control(product: str, kind: str) -> str:
    """Return the control of a finding whose own control id is not trusted: `<product>:<type>`, as a key part."""
    return key(f"{key(product, 48) or 'unknown'}:{key(kind) or 'finding'}", MAX_KEY)


def tags(pairs: Mapping[str, object]) -> dict[str, str]:
    """Return a resource's tags within AWS's limits."""
    kept = [(name, value) for name, value in pairs.items() if isinstance(value, str)][:MAX_TAGS]
    return {line(name, 128): line(value, 256) for name, value in kept}


def source_id(feed: str, finding_id: str) -> str:
    """Return `<feed>|<finding id>`: each feed is a separate source.

    ASFF and OCSF have the same finding id but separate update times. Updates are ordered within one source, so with a
    shared id a late copy in one format would overrule a newer one in the other.
    """
    return f"{feed}|{bounded_id(finding_id) if finding_id else 'unnamed'}"[: MAX_ID + 16]
