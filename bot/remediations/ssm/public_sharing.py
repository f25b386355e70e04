"""Stop sharing Systems Manager documents with the public."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.ssm.service_settings import describe_service_setting, service_setting_arn
from bot.remediations.toolkit.arns import arn_of
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, pluralize
from bot.remediations.toolkit.toggle import Toggle

_ALL: Final = "all"
_SHARING: Final = "/ssm/documents/console/public-sharing-permission"


class UnshareDocument(Toggle):
    """Stop sharing the document with the public; accounts that it is shared with keep their access."""

    title = "Stop sharing the document with everybody"
    problem = "Public document"
    controls = ("SSM.4",)
    config_rules = ("SSM_DOCUMENT_NOT_PUBLIC",)
    resource_type = "AWS::SSM::Document"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("ssm:DescribeDocumentPermission",)
    writes = ("ssm:ModifyDocumentPermission",)
    setting = "shared with everybody"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        return _ALL in {one.lower() for one in _shared_with(aws, target)}

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        change = {"AccountIdsToAdd" if on else "AccountIdsToRemove": [_ALL]}
        aws.client("ssm").modify_document_permission(Name=_document_name(target), PermissionType="Share", **change)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the document's ARN, also where AWS Config gives its name."""
        return (arn_of(target, "ssm", f"document/{_document_name(target)}"),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("With which accounts is it shared by name, too?", lambda: _accounts_by_id(aws, target))
        yield Evidence("Who else uses it?", "not known: it has no record of that", known=False)


class BlockPublicDocuments(Toggle):
    """Block public sharing of documents in this account and Region."""

    title = "Block public sharing of documents"
    problem = "Documents may be shared with everybody"
    controls = ("SSM.7",)
    config_rules = ("SSM_AUTOMATION_BLOCK_PUBLIC_SHARING",)
    resource_type = "AWS::::Account"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("ssm:GetServiceSetting",)
    writes = ("ssm:UpdateServiceSetting",)
    proved_on = "extended"
    setting = "documents may be shared with everybody"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(describe_service_setting(aws, _SHARING)["SettingValue"] == "Enable")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        aws.client("ssm").update_service_setting(SettingId=_SHARING, SettingValue="Enable" if on else "Disable")

    def write_resources(self, target: Target) -> tuple[str, ...]:
        return (service_setting_arn(target, _SHARING),)


def _document_name(target: Target) -> str:
    return target.resource.id.partition(":document/")[2] or target.resource.id


def _shared_with(aws: Account, target: Target) -> list[str]:
    ssm, found = aws.client("ssm"), []
    arguments: dict[str, Any] = {"Name": _document_name(target), "PermissionType": "Share"}
    while True:
        with gone_if("InvalidDocument"):
            answer = ssm.describe_document_permission(**arguments)
        found += answer.get("AccountIds", [])
        if not answer.get("NextToken"):
            return found
        arguments["NextToken"] = answer["NextToken"]


def _accounts_by_id(aws: Account, target: Target) -> str:
    return pluralize(len([one for one in _shared_with(aws, target) if one.lower() != _ALL]), "account")
