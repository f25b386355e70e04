# ruff: noqa: ARG002 - a case knows its resource without the target
"""Resources with one setting that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from moto.core.utils import unix_time
from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.detectors import EnableGuardDuty, EnableMacie
from bot.remediations.dynamodb import ProtectTable, RecoverTable
from bot.remediations.ecr import ScanImages
from bot.remediations.kms_deletion import CancelKeyDeletion
from bot.remediations.secrets import DeleteUnusedSecret, RotateSecretAutomatically
from bot.remediations.ssm_documents import BlockPublicDocuments, UnshareDocument
from bot.remediations.tagging import TagDetector, TagDetectorFilter, TagTable
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.lambda_policies import make_function
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted

_TAGS: list[dict[str, str]] = [{"Key": "password", "Value": PLANTED}]


class ATableThatCanBeDeleted(Case):
    remediation: ClassVar[type[Remediation]] = ProtectTable
    two_valued = True
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"

    def make(self) -> Target:
        plain_client("dynamodb").create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=_TAGS,
        )
        return targeted(self.remediation, "orders")

    def edit_beside(self, target: Target) -> None:
        plain_client("dynamodb").tag_resource(ResourceArn=self.arn, Tags=[{"Key": "theirs", "Value": "web"}])

    def beside(self, target: Target) -> Any:
        tags = plain_client("dynamodb").list_tags_of_resource(ResourceArn=self.arn)["Tags"]
        return [one for one in tags if one["Key"] in {"theirs", "password"}]

    def edit_same(self, target: Target) -> None:
        plain_client("dynamodb").update_table(TableName="orders", DeletionProtectionEnabled=False)

    def destroy(self, target: Target) -> None:
        plain_client("dynamodb").delete_table(TableName="orders")


class ATableWithoutBackups(ATableThatCanBeDeleted):
    remediation = RecoverTable

    def edit_same(self, target: Target) -> None:
        off = {"PointInTimeRecoveryEnabled": False}
        plain_client("dynamodb").update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=off)


class ATableWithoutTags(ATableThatCanBeDeleted):
    remediation = TagTable
    two_valued = False

    def make(self) -> Target:
        super().make()
        return targeted(TagTable, self.arn, params={"tags": {"owner": "payments", "env": "prod", "password": "never"}})

    def edit_same(self, target: Target) -> None:
        plain_client("dynamodb").tag_resource(ResourceArn=self.arn, Tags=[{"Key": "owner", "Value": "web"}])


class ADetectorWithoutTags(Case):
    remediation: ClassVar[type[Remediation]] = TagDetector
    path = ""

    def make(self) -> Target:
        guardduty = plain_client("guardduty")
        detector = guardduty.create_detector(Enable=True, Tags={"password": PLANTED})["DetectorId"]
        guardduty.create_filter(DetectorId=detector, Name="known", FindingCriteria={"Criterion": {}})
        arn = f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{detector}{self.path}"
        return targeted(self.remediation, arn, params={"tags": {"owner": "security"}})

    def edit_beside(self, target: Target) -> None:
        plain_client("guardduty").tag_resource(ResourceArn=target.resource.id, Tags={"theirs": "web"})

    def beside(self, target: Target) -> Any:
        tags = plain_client("guardduty").list_tags_for_resource(ResourceArn=target.resource.id)["Tags"]
        return {key: value for key, value in tags.items() if key != "owner"}

    def edit_same(self, target: Target) -> None:
        plain_client("guardduty").tag_resource(ResourceArn=target.resource.id, Tags={"owner": "web"})

    def destroy(self, target: Target) -> None:
        detector = target.resource.id.partition("detector/")[2].partition("/")[0]
        plain_client("guardduty").delete_detector(DetectorId=detector)


class AFilterWithoutTags(ADetectorWithoutTags):
    remediation = TagDetectorFilter
    path = "/filter/known"


class ARepositoryThatDoesNotScan(Case):
    remediation = ScanImages
    two_valued = True

    def make(self) -> Target:
        made = plain_client("ecr").create_repository(repositoryName="team/app", tags=_TAGS)
        return targeted(ScanImages, made["repository"]["repositoryArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("ecr").put_image_tag_mutability(repositoryName="team/app", imageTagMutability="IMMUTABLE")

    def beside(self, target: Target) -> Any:
        return plain_client("ecr").describe_repositories()["repositories"][0]["imageTagMutability"]

    def edit_same(self, target: Target) -> None:
        plain_client("ecr").put_image_scanning_configuration(
            repositoryName="team/app", imageScanningConfiguration={"scanOnPush": False}
        )

    def destroy(self, target: Target) -> None:
        plain_client("ecr").delete_repository(repositoryName="team/app")


class APublicDocument(Case):
    remediation = UnshareDocument
    two_valued = True

    def make(self) -> Target:
        content = f'{{"schemaVersion": "2.2", "description": "{PLANTED}", "mainSteps": []}}'
        plain_client("ssm").create_document(Name="restart", Content=content, DocumentType="Command", Tags=_TAGS)
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


class AKeyAboutToBeDeleted(Case):
    remediation = CancelKeyDeletion
    two_valued = True

    def make(self) -> Target:
        tags = [{"TagKey": "password", "TagValue": PLANTED}]
        made = plain_client("kms").create_key(Description=PLANTED, Tags=tags)["KeyMetadata"]
        plain_client("kms").schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)
        return targeted(CancelKeyDeletion, made["KeyId"])

    def edit_beside(self, target: Target) -> None:
        plain_client("kms").update_key_description(KeyId=target.resource.name, Description="theirs")

    def beside(self, target: Target) -> Any:
        return plain_client("kms").describe_key(KeyId=target.resource.name)["KeyMetadata"]["Description"]

    def edit_same(self, target: Target) -> None:
        plain_client("kms").schedule_key_deletion(KeyId=target.resource.name, PendingWindowInDays=9)

    def destroy(self, target: Target) -> None:
        """No client can: time does."""
        kms_backends[ACCOUNT][REGION].keys.pop(target.resource.name)


class ASecretThatIsNeverRotated(Case):
    """It was, once: its function is still attached."""

    remediation: ClassVar[type[Remediation]] = RotateSecretAutomatically
    arn = ""

    def make(self) -> Target:
        function = make_function()
        secrets = plain_client("secretsmanager")
        self.arn = secrets.create_secret(Name="prod/db", SecretString=PLANTED, Description=PLANTED, Tags=_TAGS)["ARN"]
        rules = {"AutomaticallyAfterDays": 400}
        secrets.rotate_secret(
            SecretId=self.arn, RotationLambdaARN=function, RotationRules=rules, RotateImmediately=False
        )
        secrets.cancel_rotate_secret(SecretId=self.arn)
        return targeted(RotateSecretAutomatically, self.arn)

    def edit_beside(self, target: Target) -> None:
        plain_client("secretsmanager").update_secret(SecretId=self.arn, Description="theirs")

    def beside(self, target: Target) -> Any:
        return plain_client("secretsmanager").describe_secret(SecretId=self.arn).get("Description")

    def edit_same(self, target: Target) -> None:
        rules = {"AutomaticallyAfterDays": 7}
        plain_client("secretsmanager").rotate_secret(SecretId=self.arn, RotationRules=rules, RotateImmediately=False)

    def destroy(self, target: Target) -> None:
        plain_client("secretsmanager").delete_secret(SecretId=self.arn, ForceDeleteWithoutRecovery=True)


class ASecretThatNobodyReads(ASecretThatIsNeverRotated):
    """As old as it says; no client can make one."""

    remediation = DeleteUnusedSecret
    two_valued = True

    def make(self) -> Target:
        self.arn = plain_client("secretsmanager").create_secret(Name="old/api", SecretString=PLANTED, Tags=_TAGS)["ARN"]
        long_ago = datetime.now(tz=UTC).replace(tzinfo=None) - timedelta(days=200)
        made: Any = secretsmanager_backends[ACCOUNT][REGION].secrets[self.arn]
        made.created_date = int(unix_time(long_ago))
        return targeted(DeleteUnusedSecret, self.arn)

    def edit_beside(self, target: Target) -> None:
        policy = '{"Version": "2012-10-17", "Statement": []}'
        plain_client("secretsmanager").put_resource_policy(SecretId=self.arn, ResourcePolicy=policy)

    def beside(self, target: Target) -> Any:
        return plain_client("secretsmanager").get_resource_policy(SecretId=self.arn).get("ResourcePolicy")

    def edit_same(self, target: Target) -> None:
        plain_client("secretsmanager").restore_secret(SecretId=self.arn)


class AnAccountWithoutGuardDuty(Case):
    remediation: ClassVar[type[Remediation]] = EnableGuardDuty
    two_valued = True

    def make(self) -> Target:
        plain_client("ssm").put_parameter(Name="password", Value=PLANTED, Type="SecureString")
        return targeted(self.remediation, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        plain_client("ssm").put_parameter(Name="theirs", Value="x", Type="String")

    def beside(self, target: Target) -> Any:
        return plain_client("ssm").get_parameter(Name="theirs")["Parameter"]["Value"]

    def edit_same(self, target: Target) -> None:
        guardduty = plain_client("guardduty")
        for detector in guardduty.list_detectors()["DetectorIds"]:
            guardduty.update_detector(DetectorId=detector, Enable=False)

    def destroy(self, target: Target) -> None:
        raise Indestructible


class AnAccountWhoseGuardDutySleeps(AnAccountWithoutGuardDuty):
    """Suspended, with a filter that somebody adds."""

    def make(self) -> Target:
        plain_client("guardduty").create_detector(Enable=False, Tags={"password": PLANTED})
        return targeted(EnableGuardDuty, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        guardduty = plain_client("guardduty")
        detector = guardduty.list_detectors()["DetectorIds"][0]
        guardduty.update_detector(DetectorId=detector, FindingPublishingFrequency="ONE_HOUR")

    def beside(self, target: Target) -> Any:
        guardduty = plain_client("guardduty")
        detector = guardduty.list_detectors()["DetectorIds"][0]
        return guardduty.get_detector(DetectorId=detector)["FindingPublishingFrequency"]


class AnAccountWithoutMacie(AnAccountWithoutGuardDuty):
    remediation = EnableMacie

    def edit_same(self, target: Target) -> None:
        plain_client("macie2").update_macie_session(status="PAUSED")


class AnAccountWhoseMacieIsPaused(AnAccountWithoutMacie):
    def make(self) -> Target:
        target = super().make()
        plain_client("macie2").enable_macie(status="PAUSED")
        return target

    def edit_beside(self, target: Target) -> None:
        plain_client("macie2").update_macie_session(findingPublishingFrequency="ONE_HOUR")

    def beside(self, target: Target) -> Any:
        return plain_client("macie2").get_macie_session()["findingPublishingFrequency"]
