"""Cases of `bot.remediations.ssm.public_sharing`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ssm.public_sharing import BlockPublicDocuments, UnshareDocument
from tests.aws import ACCOUNT, plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class APublicDocument(Case):
    remediation = UnshareDocument
    two_valued = True

    def make(self) -> Target:
        content = f'{{"schemaVersion": "2.2", "description": "{PLANTED}", "mainSteps": []}}'
        plain_client("ssm").create_document(Name="restart", Content=content, DocumentType="Command", Tags=TAGS)
        self.edit_same(targeted(UnshareDocument, "restart"))
        return targeted(UnshareDocument, "restart")

    def edit_beside(self, target: Target) -> None:
        tags = [{"Key": "theirs", "Value": "web"}]
        plain_client("ssm").add_tags_to_resource(ResourceType="Document", ResourceId="restart", Tags=tags)

    def beside(self, target: Target) -> Any:
        tags = plain_client("ssm").list_tags_for_resource(ResourceType="Document", ResourceId="restart")["TagList"]
        return sorted(one["Key"] for one in tags)

    def edit_same(self, target: Target) -> None:
        plain_client("ssm").modify_document_permission(Name="restart", PermissionType="Share", AccountIdsToAdd=["all"])

    def destroy(self, target: Target) -> None:
        plain_client("ssm").modify_document_permission(
            Name="restart", PermissionType="Share", AccountIdsToRemove=["all"]
        )
        plain_client("ssm").delete_document(Name="restart")


class AnAccountThatMaySharePublicly(Case):
    remediation = BlockPublicDocuments
    two_valued = True
    setting = "/ssm/documents/console/public-sharing-permission"

    def make(self) -> Target:
        plain_client("ssm").put_parameter(Name="password", Value=PLANTED, Type="SecureString")
        return targeted(BlockPublicDocuments, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        plain_client("ssm").put_parameter(Name="theirs", Value="x", Type="String")

    def beside(self, target: Target) -> Any:
        return plain_client("ssm").get_parameter(Name="theirs")["Parameter"]["Value"]

    def edit_same(self, target: Target) -> None:
        plain_client("ssm").update_service_setting(SettingId=self.setting, SettingValue="Enable")

    def destroy(self, target: Target) -> None:
        raise Indestructible
