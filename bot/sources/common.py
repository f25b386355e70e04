"""What every format shares: the finding's subject, its control, its tags and its place among the sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.resource import ACCOUNT_TYPE, Resource, identify, parse_arn
from bot.sources.normalise import MAX_ID, MAX_KEY, bounded_id, key, line
from bot.sources.resource_types import cloudformation_type

NO_ACCOUNT: Final = "unknown"
"""Stands for the account of a finding that names none: a key part must not be empty."""

MAX_TAGS: Final = 50
_MAX_ACCOUNT: Final = 64


@dataclass(frozen=True)
class SourceContext:
    """What reading needs from outside: when the message came (ISO), and the policy's Config rule name → control."""

    arrived: str
    rule_controls: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """What a finding is about, as its source wrote it. Types may be ASFF's or CloudFormation's.

    `finding_id` stands for the resource of a finding that names neither a resource nor an account, so that two such
    findings (of a cluster, of an identity provider) are not taken for one.
    """

    account: str
    region: str
    type: str
    id: str
    arn: str = ""
    finding_id: str = ""

    def resource(self, control: str, partition: str) -> Resource:
        """The one resource that all sources mean by it; without a resource it is the account."""
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
    """Security Hub writes resources that it has no type for as `Other`, with `AWS::X::Y:<id>` as their id."""
    if not raw.startswith("AWS::"):
        return kind, raw
    prefix, _, own_id = raw.rpartition(":")
    if prefix.count("::") < 2 or not own_id:  # noqa: PLR2004 - AWS::Service::Type
        return kind, raw
    return (prefix, own_id) if kind in {"Other", ACCOUNT_TYPE, prefix} else (kind, raw)


def partition_of(*arns: str) -> str:
    """The partition that the first ARN of several names, else `aws`."""
    found = (arn.partition for arn in map(parse_arn, arns) if arn)
    return next(found, "aws")


def region_of(*arns: str) -> str:
    """The Region that the first ARN with one names, or ''."""
    return next((arn.region for arn in map(parse_arn, arns) if arn and arn.region), "")


def foreign_control(product: str, kind: str) -> str:
    """The control of a finding whose own id is not believed: `<product>:<type>`, bounded and fit for keys."""
    return key(f"{key(product, 48) or 'unknown'}:{key(kind) or 'finding'}", MAX_KEY)


def tags(pairs: Mapping[str, object]) -> dict[str, str]:
    """The tags of a resource, bounded as AWS bounds them."""
    kept = [(name, value) for name, value in pairs.items() if isinstance(value, str)][:MAX_TAGS]
    return {line(name, 128): line(value, 256) for name, value in kept}


def source_id(feed: str, own_id: str) -> str:
    """`<feed>|<finding id>`: each feed is a source of its own.

    ASFF and OCSF carry the same finding id, but count its updates each by their own clock. Order is decided within one
    source only, so one shared id would let a late copy in one format overrule a newer one in the other.
    """
    return f"{feed}|{bounded_id(own_id) if own_id else 'unnamed'}"[: MAX_ID + 16]
