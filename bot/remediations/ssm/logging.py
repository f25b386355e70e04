"""Log the output of scripts in Systems Manager Automation."""

from __future__ import annotations

from typing import Final

from bot.domain.plan import Effect, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.ssm.service_settings import describe_service_setting, service_setting_arn
from bot.remediations.toolkit.toggle import Toggle

_DESTINATION: Final = "/ssm/automation/customer-script-log-destination"
_CLOUDWATCH: Final = "CloudWatch"


class LogAutomation(Toggle):
    """Send the output of automation scripts to CloudWatch Logs, into the service's log group.

    The role of each automation needs permission to write logs, else its script steps report that and go on (Systems
    Manager User Guide, "Logging Automation action output with CloudWatch Logs").
    """

    title = "Log what automations print"
    problem = "Output of automations is not kept"
    controls = ("SSM.6",)
    config_rules = ("SSM_AUTOMATION_LOGGING_ENABLED",)
    resource_type = "AWS::::Account"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "a destination other than CloudWatch: Undo goes back to the service's default"
    reads = ("ssm:GetServiceSetting",)
    writes = ("ssm:ResetServiceSetting", "ssm:UpdateServiceSetting")
    proved_on = "extended"
    setting = "logs of automations in CloudWatch"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(describe_service_setting(aws, _DESTINATION).get("SettingValue") == _CLOUDWATCH)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Set the destination, or reset it to the default, which is none."""
        ssm = aws.client("ssm")
        if on:
            ssm.update_service_setting(SettingId=_DESTINATION, SettingValue=_CLOUDWATCH)
        else:
            ssm.reset_service_setting(SettingId=_DESTINATION)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        return (service_setting_arn(target, _DESTINATION),)
