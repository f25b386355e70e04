"""CloudTrail: logs whose integrity can be proved."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.cloudtrail.encryption import anywhere, trail_of, update
from bot.remediations.toolkit.toggle import Toggle


class ValidateTrail(Toggle):
    """Let CloudTrail sign what it logs; files that are there already stay unsigned."""

    title = "Validate the trail's log files"
    problem = "Trail without validation"
    controls = ("CloudTrail.4",)
    config_rules = ("CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",)
    resource_type = "AWS::CloudTrail::Trail"
    reads = ("cloudtrail:GetTrail",)
    writes = ("cloudtrail:UpdateTrail",)
    setting = "log file validation"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal for a trail of the organisation's management account."""
        return bool(trail_of(aws, target).get("LogFileValidationEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this."""
        update(aws, target, EnableLogFileValidation=on)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The trail, whichever Region is its home."""
        return (anywhere(target),)
