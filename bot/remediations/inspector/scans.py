"""Turn on the scans of Amazon Inspector in an account and Region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Stopped, Unknown
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation

_FUNCTIONS: Final = "functions"
_FUNCTION_CODE: Final = "code of functions"
_HARMLESS: Final = {"ALREADY_ENABLED", "ENABLE_IN_PROGRESS", "DISABLE_IN_PROGRESS"}


class ScanWithInspector(Remediation):
    """Turn on the scans that the open controls require; function code is scanned only where functions are.

    An administrator of an organization may manage the account's scans; Inspector then refuses the account's own call,
    and the run fails with Inspector's message.
    """

    title = "Scan with Inspector"
    problem = "Inspector does not scan"
    controls = ("Inspector.1", "Inspector.2", "Inspector.3", "Inspector.4")
    config_rules = (
        "INSPECTOR_EC2_SCAN_ENABLED",
        "INSPECTOR_ECR_SCAN_ENABLED",
        "INSPECTOR_LAMBDA_CODE_SCAN_ENABLED",
        "INSPECTOR_LAMBDA_STANDARD_SCAN_ENABLED",
    )
    resource_type = "AWS::::Account"
    effects = (Effect.COSTS_MONEY,)
    reads = ("inspector2:BatchGetAccountStatus",)
    writes = ("iam:CreateServiceLinkedRole", "inspector2:Disable", "inspector2:Enable")
    deadline_seconds = 900
    scans: ClassVar[Mapping[str, tuple[str, str]]] = {
        "instances": ("ec2", "EC2"),
        "images": ("ecr", "ECR"),
        _FUNCTIONS: ("lambda", "LAMBDA"),
        _FUNCTION_CODE: ("lambdaCode", "LAMBDA_CODE"),
    }
    required: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Inspector.1": ("instances",),
        "Inspector.2": ("images",),
        "Inspector.3": (_FUNCTIONS, _FUNCTION_CODE),
        "Inspector.4": (_FUNCTIONS,),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """Return whether each scan is enabled; one that Inspector is still enabling is not."""
        answer = aws.client("inspector2").batch_get_account_status(accountIds=[target.resource.account])
        for one in answer["accounts"]:
            states = one["resourceState"]
            return {name: states.get(key, {}).get("status") == "ENABLED" for name, (key, _) in self.scans.items()}
        raise Unknown(f"Inspector does not tell what it scans: {_failures(answer)}")

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        on = {scan for control in target.controls for scan in self.required.get(control, ())}
        return {name: settings[name] or name in on for name in self.scans}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn one scan on or off. Raises Stopped where Inspector refuses, which it reports without an error."""
        inspector, account = aws.client("inspector2"), target.resource.account
        change = inspector.enable if value else inspector.disable
        answer = change(accountIds=[account], resourceTypes=[self.scans[setting][1]])
        if [one for one in answer.get("failedAccounts", []) if one["errorCode"] not in _HARMLESS]:
            raise Stopped(f"Inspector refuses: {_failures(answer)}")

    def write_resources(self, target: Target) -> tuple[str, ...]:  # its actions take no resource
        """Return '*', because Inspector's actions take no resource."""
        return ("*",)


def _failures(answer: Mapping[str, Any]) -> str:
    failures = [f"{one['errorCode']}: {one['errorMessage']}" for one in answer.get("failedAccounts", [])]
    return "; ".join(failures) or "it says nothing"
