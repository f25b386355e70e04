"""Trails: the base class of their remediations, and the calls that they share."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.errors import Refusal
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.aws_calls import gone_if


class TrailRemediation(Remediation):
    """A remediation of a trail."""

    resource_type = "AWS::CloudTrail::Trail"
    reads = ("cloudtrail:GetTrail",)
    writes: ClassVar[tuple[str, ...]] = ("cloudtrail:UpdateTrail",)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the trail's ARN in any Region, because every Region reports a multi-Region trail."""
        where = target.resource
        return (f"arn:{where.partition}:cloudtrail:*:{where.account}:trail/{where.name}",)


def trail_of(aws: Account, target: Target) -> dict[str, Any]:
    """Return the trail. Raise ResourceGone, or Refusal for a trail of the organization's management account."""
    with gone_if("TrailNotFoundException"):
        trail: dict[str, Any] = _home_client(aws, target).get_trail(Name=target.resource.id)["Trail"]
    owner = parse_arn(trail["TrailARN"])
    if owner and owner.account != target.resource.account:
        raise Refusal(f"it is the organisation's trail: account {owner.account} has it")
    return trail


def update_trail(aws: Account, target: Target, **changes: str | bool) -> None:
    _home_client(aws, target).update_trail(Name=target.resource.id, **changes)


def _home_client(aws: Account, target: Target) -> Any:
    """Return CloudTrail in the trail's home Region, which its ARN names; other Regions refuse (API_UpdateTrail)."""
    arn = parse_arn(target.resource.id)
    return aws.client("cloudtrail", arn.region if arn else "")
