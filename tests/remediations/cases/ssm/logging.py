"""Cases of `bot.remediations.ssm.logging`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ssm.logging import LogAutomation
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class AnAccountThatKeepsNoOutput(Case):
    remediation = LogAutomation
    two_valued = True
    setting = "/ssm/automation/customer-script-log-destination"

    def make(self) -> Target:
        plain_client("ssm").put_parameter(Name="password", Value=PLANTED, Type="SecureString")
        return targeted(LogAutomation, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        other = "/ssm/documents/console/public-sharing-permission"
        plain_client("ssm").update_service_setting(SettingId=other, SettingValue="Disable")

    def beside(self, target: Target) -> Any:
        other = "/ssm/documents/console/public-sharing-permission"
        return plain_client("ssm").get_service_setting(SettingId=other)["ServiceSetting"]["SettingValue"]

    def edit_same(self, target: Target) -> None:
        plain_client("ssm").reset_service_setting(SettingId=self.setting)

    def destroy(self, target: Target) -> None:
        raise Indestructible
