"""Log file validation of trails."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.cloudtrail.trails import TrailRemediation, trail_of, update_trail
from bot.remediations.toolkit.toggle import Toggle


class ValidateTrail(TrailRemediation, Toggle):
    """Sign new log files of the trail; existing files stay unsigned."""

    title = "Validate the trail's log files"
    problem = "Trail without validation"
    controls = ("CloudTrail.4",)
    config_rules = ("CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",)
    setting = "log file validation"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(trail_of(aws, target).get("LogFileValidationEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        update_trail(aws, target, EnableLogFileValidation=on)
