"""CloudTrail: logs whose integrity can be proved."""

from __future__ import annotations

from typing import Any

from bot.domain.errors import Refusal
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.domain.resource import parse_arn
from bot.remediations.asking import gone_on
from bot.remediations.switch import Switch


class ValidateTrail(Switch):
    """Let CloudTrail sign what it logs; files that are there already stay unsigned."""

    title = "Validate the trail's log files"
    problem = "Trail without validation"
    controls = ("CloudTrail.4",)
    config_rules = ("CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",)
    resource_type = "AWS::CloudTrail::Trail"
    reads = ("cloudtrail:GetTrail",)
    writes = ("cloudtrail:UpdateTrail",)
    setting = "log file validation"
    right = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal for a trail of the organisation's management account."""
        return bool(_trail(aws, target).get("LogFileValidationEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """In the trail's home Region: another one refuses (API_UpdateTrail)."""
        _home(aws, target).update_trail(Name=target.resource.id, EnableLogFileValidation=on)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The trail, whichever Region is its home."""
        where = target.resource
        return (f"arn:{where.partition}:cloudtrail:*:{where.account}:trail/{where.name}",)


def _home(aws: Account, target: Target) -> Any:
    """CloudTrail in the trail's home Region, which its ARN names; a multi-Region trail is reported from all."""
    arn = parse_arn(target.resource.id)
    return aws.client("cloudtrail", arn.region if arn else "")


def _trail(aws: Account, target: Target) -> dict[str, Any]:
    with gone_on("TrailNotFoundException"):
        trail: dict[str, Any] = _home(aws, target).get_trail(Name=target.resource.id)["Trail"]
    owner = parse_arn(trail["TrailARN"])
    if owner and owner.account != target.resource.account:
        raise Refusal(f"it is the organisation's trail: account {owner.account} has it")
    return trail
