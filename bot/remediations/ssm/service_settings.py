"""Service settings of Systems Manager, which apply to an account and Region."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.arns import arn_of


def describe_service_setting(aws: Account, setting_id: str) -> dict[str, Any]:
    """Return a service setting; its value is in SettingValue."""
    setting: dict[str, Any] = aws.client("ssm").get_service_setting(SettingId=setting_id)["ServiceSetting"]
    return setting


def service_setting_arn(target: Target, setting_id: str) -> str:
    """Return the ARN of a service setting, whose id begins with a slash."""
    return arn_of(target, "ssm", f"servicesetting{setting_id}")
