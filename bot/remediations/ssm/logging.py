"""Systems Manager Automation: what scripts print is kept."""

from __future__ import annotations

from typing import Final

from bot.domain.plan import Effect, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.toggle import Toggle

_DESTINATION: Final = "/ssm/automation/customer-script-log-destination"
_CLOUDWATCH: Final = "CloudWatch"


class LogAutomation(Toggle):
    """Send the output of scripts in automations to CloudWatch Logs, into the group of the service.

    The role of each automation needs rights to write logs, else its script steps say so and go on (Systems Manager User
    Guide, "Logging Automation action output with CloudWatch Logs").
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

    def is_on(self, target: Target, aws: Account) -> bool:  # of the account
        """Where the output goes."""
        answer = aws.client("ssm").get_service_setting(SettingId=_DESTINATION)
        return bool(answer["ServiceSetting"].get("SettingValue") == _CLOUDWATCH)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:  # of the account
        """Set it, or go back to the default, which is nowhere."""
        ssm = aws.client("ssm")
        if on:
            ssm.update_service_setting(SettingId=_DESTINATION, SettingValue=_CLOUDWATCH)
        else:
            ssm.reset_service_setting(SettingId=_DESTINATION)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The setting's own ARN."""
        where = target.resource
        return (f"arn:{where.partition}:ssm:{where.region}:{where.account}:servicesetting{_DESTINATION}",)
