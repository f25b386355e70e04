"""CloudFront distributions: the base class of their remediations, and the calls that they share.

A distribution is never disabled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, pluralize


class DistributionRemediation(Remediation):
    """A remediation of a distribution's configuration.

    UpdateDistribution replaces the whole configuration. It is sent with the version that was read (IfMatch), so that no
    change in between is lost.
    """

    resource_type = "AWS::CloudFront::Distribution"
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reads = ("cloudfront:GetDistribution", "cloudfront:GetDistributionConfig")
    writes = ("cloudfront:UpdateDistribution",)
    deadline_seconds = 1800
    proved_on = "extended"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Under which names is it served?", lambda: _domain_names(aws, target))


def read_config(aws: Account, target: Target) -> dict[str, Any]:
    """Return the configuration (`DistributionConfig`) and its version (`ETag`). Raise ResourceGone."""
    with gone_if("NoSuchDistribution"):
        config: dict[str, Any] = aws.client("cloudfront").get_distribution_config(Id=target.resource.name)
    return config


def update_config(aws: Account, target: Target, changed: Mapping[str, Any]) -> None:
    """Write a changed result of `read_config`; CloudFront refuses it if the version is not the current one."""
    aws.client("cloudfront").update_distribution(
        Id=target.resource.name, IfMatch=changed["ETag"], DistributionConfig=changed["DistributionConfig"]
    )


def _domain_names(aws: Account, target: Target) -> str:
    distribution = aws.client("cloudfront").get_distribution(Id=target.resource.name)["Distribution"]
    aliases = distribution["DistributionConfig"].get("Aliases", {}).get("Items", [])
    listed = "".join(f" · {alias}" for alias in sorted(aliases))
    return f"{distribution['DomainName']}, {pluralize(len(aliases), 'other name')}{listed}"
