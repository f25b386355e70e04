"""Amazon Inspector: what it scans in an account and Region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Stopped, Unknown
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation

_FUNCTIONS: Final = "functions"
_CODE: Final = "code of functions"
_DONE: Final = {"ALREADY_ENABLED", "ENABLE_IN_PROGRESS", "DISABLE_IN_PROGRESS"}


class ScanWithInspector(Remediation):
    """Turn on the scans that the open controls name; the code of functions is scanned only where functions are.

    An administrator of an organisation may manage the account's scans; Inspector then refuses the account's own call,
    and the run fails with its words.
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
        _CODE: ("lambdaCode", "LAMBDA_CODE"),
    }
    wanted: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Inspector.1": ("instances",),
        "Inspector.2": ("images",),
        "Inspector.3": (_FUNCTIONS, _CODE),
        "Inspector.4": (_FUNCTIONS,),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """Each scan. One that Inspector still turns on is not on: there is no proof before it is done."""
        answer = aws.client("inspector2").batch_get_account_status(accountIds=[target.resource.account])
        for one in answer["accounts"]:
            states = one["resourceState"]
            return {name: states.get(key, {}).get("status") == "ENABLED" for name, (key, _) in self.scans.items()}
        raise Unknown(f"Inspector does not tell what it scans: {_failures(answer)}")

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Those of the open controls, functions before their code."""
        on = {scan for control in target.controls for scan in self.wanted.get(control, ())}
        return {name: settings[name] or name in on for name in self.scans}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One scan. Raises Stopped where Inspector refuses it for the account: it does so without an error."""
        inspector, account = aws.client("inspector2"), target.resource.account
        change = inspector.enable if value else inspector.disable
        answer = change(accountIds=[account], resourceTypes=[self.scans[setting][1]])
        if [one for one in answer.get("failedAccounts", []) if one["errorCode"] not in _DONE]:
            raise Stopped(f"Inspector refuses: {_failures(answer)}")

    def write_resources(self, target: Target) -> tuple[str, ...]:  # its actions take no resource
        """Inspector's own actions name no resource."""
        return ("*",)


def _failures(answer: Mapping[str, Any]) -> str:
    said = [f"{one['errorCode']}: {one['errorMessage']}" for one in answer.get("failedAccounts", [])]
    return "; ".join(said) or "it says nothing"
