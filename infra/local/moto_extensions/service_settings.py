"""Systems Manager: service settings, missing in moto."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

from infra.local.moto_extensions.patching import replace

_DEFAULTS = {
    "/ssm/automation/customer-script-log-destination": "",
    "/ssm/documents/console/public-sharing-permission": "Enable",
}
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html: sharing is allowed; and
…/automation-action-logging.html: output of scripts is not logged.
"""


class ServiceSettingNotFound(ServiceException):
    code = "ServiceSettingNotFound"
    message = "The specified service setting wasn't found."


def _settings(backend: SimpleSystemManagerBackend) -> dict[str, str]:
    found: dict[str, str] = vars(backend).setdefault("service_settings", {})
    return found


def get_service_setting(self: SimpleSystemManagerResponse) -> Any:
    """Return the account's value, or else the default.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetServiceSetting.html
    """
    setting = self._get_param("SettingId")  # moto's accessor for parameters
    if setting not in _DEFAULTS:
        raise ServiceSettingNotFound
    backend = self.ssm_backend
    value = _settings(backend).get(setting, _DEFAULTS[setting])
    arn = f"arn:aws:ssm:{backend.region_name}:{backend.account_id}:servicesetting{setting}"
    status = "Customized" if setting in _settings(backend) else "Default"
    return ActionResult({"ServiceSetting": {"SettingId": setting, "SettingValue": value, "ARN": arn, "Status": status}})


def update_service_setting(self: SimpleSystemManagerResponse) -> Any:
    """Set the value for the account and Region.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html
    """
    setting = self._get_param("SettingId")
    if setting not in _DEFAULTS:
        raise ServiceSettingNotFound
    _settings(self.ssm_backend)[setting] = self._get_param("SettingValue")
    return EmptyResult()


def reset_service_setting(self: SimpleSystemManagerResponse) -> Any:
    """Restore and return the default.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResetServiceSetting.html
    """
    _settings(self.ssm_backend).pop(self._get_param("SettingId"), None)
    return get_service_setting(self)


def install() -> None:
    replace(
        SimpleSystemManagerResponse,
        get_service_setting=get_service_setting,
        reset_service_setting=reset_service_setting,
        update_service_setting=update_service_setting,
    )
