"""Systems Manager documents: not everybody's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, pluralize
from bot.remediations.toolkit.toggle import Toggle

_ALL: Final = "all"
_SHARING: Final = "/ssm/documents/console/public-sharing-permission"


class UnshareDocument(Toggle):
    """Take "everybody" off the document; accounts that it is shared with by name keep it."""

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
        """Whether `all` is among the accounts."""
        return _ALL in {one.lower() for one in _shared_with(aws, target)}

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Add or remove `all`, and nobody else."""
        change = {"AccountIdsToAdd" if on else "AccountIdsToRemove": [_ALL]}
        aws.client("ssm").modify_document_permission(Name=_name(target), PermissionType="Share", **change)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The document's ARN, also where AWS Config names it by its name."""
        where = target.resource
        return (f"arn:{where.partition}:ssm:{where.region}:{where.account}:document/{_name(target)}",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who keeps it."""
        yield evidence_of("With which accounts is it shared by name, too?", lambda: _named(aws, target))
        yield Evidence("Who else uses it?", "not known: it has no record of that", known=False)


class BlockPublicDocuments(Toggle):
    """Let nobody in this account and Region share a document with everybody from now on."""

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

    def is_on(self, target: Target, aws: Account) -> bool:  # of the account
        """The service setting, which is Enable or Disable."""
        answer = aws.client("ssm").get_service_setting(SettingId=_SHARING)
        return bool(answer["ServiceSetting"]["SettingValue"] == "Enable")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:  # of the account
        """Set the service setting."""
        aws.client("ssm").update_service_setting(SettingId=_SHARING, SettingValue="Enable" if on else "Disable")

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The setting's own ARN."""
        where = target.resource
        return (f"arn:{where.partition}:ssm:{where.region}:{where.account}:servicesetting{_SHARING}",)


def _name(target: Target) -> str:
    return target.resource.id.partition(":document/")[2] or target.resource.id


def _shared_with(aws: Account, target: Target) -> list[str]:
    ssm, found = aws.client("ssm"), []
    asked: dict[str, Any] = {"Name": _name(target), "PermissionType": "Share"}
    while True:
        with gone_if("InvalidDocument"):
            answer = ssm.describe_document_permission(**asked)
        found += answer.get("AccountIds", [])
        if not answer.get("NextToken"):
            return found
        asked["NextToken"] = answer["NextToken"]


def _named(aws: Account, target: Target) -> str:
    return pluralize(len([one for one in _shared_with(aws, target) if one.lower() != _ALL]), "account")
