# ruff: noqa: ARG002 - a case knows its resource without the target
"""Resources of many services, each with one switch that stands wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from moto.iam.models import AWSManagedPolicy, iam_backends

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.eks import LogClusterAudit
from bot.remediations.iam_cloudshell import DetachCloudShell
from bot.remediations.identity_pools import RefuseGuests
from bot.remediations.mail import RequireTlsForMail
from bot.remediations.network_firewall import ProtectFirewall, ProtectSubnets
from bot.remediations.notebooks import TakeRootFromNotebook
from bot.remediations.replication import AddReplicationStandby, UpgradeReplication
from bot.remediations.s3_encryption import EncryptWithKms
from bot.remediations.search_domains import RequireHttps, RequireHttpsOfElasticsearch
from bot.remediations.ssm_automation import LogAutomation
from bot.remediations.stacks import ProtectStack
from bot.remediations.storage import BackUpFileSystem, FreezeTags
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted

TAGS: list[dict[str, str]] = [{"Key": "password", "Value": PLANTED}]
THEIRS: list[dict[str, str]] = [{"Key": "theirs", "Value": "web"}]


class TaggedCase(Case):
    """Somebody else tags the resource."""

    remediation: ClassVar[type[Remediation]]
    two_valued = True
    service: ClassVar[str]

    def edit_beside(self, target: Target) -> None:
        self.tag(target.resource.id)

    def beside(self, target: Target) -> Any:
        found = self.tags(target.resource.id)
        return sorted(found) if isinstance(found, dict) else sorted(one["Key"] for one in found)

    def tag(self, arn: str) -> None:
        self.client.tag_resource(ResourceArn=arn, Tags=THEIRS)

    def tags(self, arn: str) -> Any:
        return self.client.list_tags_for_resource(ResourceArn=arn)["Tags"]

    @property
    def client(self) -> Any:
        return plain_client(self.service)


class AFileSystemWithoutBackups(TaggedCase):
    remediation = BackUpFileSystem
    service = "efs"

    def make(self) -> Target:
        made = self.client.create_file_system(CreationToken="home", Tags=TAGS)
        return targeted(BackUpFileSystem, made["FileSystemId"])

    def tag(self, arn: str) -> None:
        self.client.tag_resource(ResourceId=arn.rpartition("/")[2], Tags=THEIRS)

    def tags(self, arn: str) -> Any:
        return self.client.list_tags_for_resource(ResourceId=arn.rpartition("/")[2])["Tags"]

    def edit_same(self, target: Target) -> None:
        self.client.put_backup_policy(FileSystemId=target.resource.name, BackupPolicy={"Status": "DISABLED"})

    def destroy(self, target: Target) -> None:
        self.client.delete_file_system(FileSystemId=target.resource.name)


class ARepositoryWhoseTagsMove(TaggedCase):
    remediation = FreezeTags
    service = "ecr"

    def make(self) -> Target:
        made = self.client.create_repository(repositoryName="team/app", tags=TAGS)
        media = "application/vnd.docker.distribution.manifest.v2+json"
        manifest = f'{{"schemaVersion": 2, "mediaType": "{media}", "config": {{}}, "layers": []}}'
        for tag in ("latest", "v1"):
            self.client.put_image(repositoryName="team/app", imageManifest=manifest, imageTag=tag)
        return targeted(FreezeTags, made["repository"]["repositoryArn"])

    def tag(self, arn: str) -> None:
        self.client.tag_resource(resourceArn=arn, tags=THEIRS)

    def tags(self, arn: str) -> Any:
        return self.client.list_tags_for_resource(resourceArn=arn)["tags"]

    def edit_same(self, target: Target) -> None:
        self.client.put_image_tag_mutability(repositoryName="team/app", imageTagMutability="MUTABLE")

    def destroy(self, target: Target) -> None:
        self.client.delete_repository(repositoryName="team/app", force=True)


class ABucketWithoutAKey(Case):
    remediation: ClassVar[type[Remediation]] = EncryptWithKms
    key = ""

    def make(self) -> Target:
        bucket = {"LocationConstraint": REGION}
        plain_client("s3").create_bucket(Bucket="acme-invoices", CreateBucketConfiguration=bucket)
        plain_client("s3").put_bucket_tagging(Bucket="acme-invoices", Tagging={"TagSet": TAGS})
        return targeted(EncryptWithKms, "acme-invoices", params={"kmsKey": self.key})

    def edit_beside(self, target: Target) -> None:
        on = {"Status": "Enabled"}
        plain_client("s3").put_bucket_versioning(Bucket="acme-invoices", VersioningConfiguration=on)

    def beside(self, target: Target) -> Any:
        return plain_client("s3").get_bucket_versioning(Bucket="acme-invoices").get("Status")

    def edit_same(self, target: Target) -> None:
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/theirs"}}
        plain_client("s3").put_bucket_encryption(
            Bucket="acme-invoices", ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    def destroy(self, target: Target) -> None:
        plain_client("s3").delete_bucket(Bucket="acme-invoices")


class ABucketForWhichThePolicyHasAKey(ABucketWithoutAKey):
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111aaaa-22bb-33cc-44dd-555555eeeeee"


class ANotebookWithRoot(TaggedCase):
    remediation = TakeRootFromNotebook
    service = "sagemaker"

    def make(self) -> Target:
        made = self.client.create_notebook_instance(
            NotebookInstanceName="research",
            InstanceType="ml.t3.medium",
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/research",
            RootAccess="Enabled",
            Tags=TAGS,
        )
        self.client.stop_notebook_instance(NotebookInstanceName="research")
        return targeted(TakeRootFromNotebook, made["NotebookInstanceArn"])

    def tag(self, arn: str) -> None:
        self.client.add_tags(ResourceArn=arn, Tags=THEIRS)

    def tags(self, arn: str) -> Any:
        return self.client.list_tags(ResourceArn=arn)["Tags"]

    def edit_same(self, target: Target) -> None:
        self.client.update_notebook_instance(NotebookInstanceName="research", RootAccess="Enabled")

    def destroy(self, target: Target) -> None:
        self.client.delete_notebook_instance(NotebookInstanceName="research")


class APoolWithGuests(Case):
    """It has a provider of sign-ins, which stays."""

    remediation = RefuseGuests
    two_valued = True

    def make(self) -> Target:
        made = plain_client("cognito-identity").create_identity_pool(
            IdentityPoolName="shop",
            AllowUnauthenticatedIdentities=True,
            SupportedLoginProviders={"accounts.google.com": "shop"},
            IdentityPoolTags={"password": PLANTED},
        )
        return targeted(RefuseGuests, made["IdentityPoolId"])

    def edit_beside(self, target: Target) -> None:
        now = plain_client("cognito-identity").describe_identity_pool(IdentityPoolId=target.resource.id)
        self.update(target, now["AllowUnauthenticatedIdentities"], {"graph.facebook.com": "theirs"})

    def beside(self, target: Target) -> Any:
        now = plain_client("cognito-identity").describe_identity_pool(IdentityPoolId=target.resource.id)
        return now["SupportedLoginProviders"]

    def edit_same(self, target: Target) -> None:
        self.update(target, True, {"accounts.google.com": "shop"})  # noqa: FBT003 - of a test

    def destroy(self, target: Target) -> None:
        plain_client("cognito-identity").delete_identity_pool(IdentityPoolId=target.resource.id)

    def update(self, target: Target, guests: bool, providers: dict[str, str]) -> None:  # noqa: FBT001 - of a test
        plain_client("cognito-identity").update_identity_pool(
            IdentityPoolId=target.resource.id,
            IdentityPoolName="shop",
            AllowUnauthenticatedIdentities=guests,
            SupportedLoginProviders=providers,
        )


class AFirewallThatOneCallDeletes(TaggedCase):
    remediation: ClassVar[type[Remediation]] = ProtectFirewall
    service = "network-firewall"
    wrong: ClassVar[dict[str, bool]] = {"DeleteProtection": False}

    def make(self) -> Target:
        made = self.client.create_firewall(
            FirewallName="edge",
            FirewallPolicyArn=f"arn:aws:network-firewall:{REGION}:{ACCOUNT}:firewall-policy/edge",
            VpcId="vpc-0aa1",
            SubnetMappings=[{"SubnetId": "subnet-0bb2"}],
            Tags=TAGS,
            **self.wrong,
        )
        return targeted(self.remediation, made["Firewall"]["FirewallArn"])

    def edit_beside(self, target: Target) -> None:
        """The other protection."""
        self.client.update_subnet_change_protection(FirewallArn=target.resource.id, SubnetChangeProtection=True)

    def beside(self, target: Target) -> Any:
        return self.client.describe_firewall(FirewallArn=target.resource.id)["Firewall"]["SubnetChangeProtection"]

    def edit_same(self, target: Target) -> None:
        self.client.update_firewall_delete_protection(FirewallArn=target.resource.id, **self.wrong)

    def destroy(self, target: Target) -> None:
        raise Indestructible


class AFirewallWhoseSubnetsChange(AFirewallThatOneCallDeletes):
    remediation = ProtectSubnets
    wrong: ClassVar[dict[str, bool]] = {"SubnetChangeProtection": False}

    def edit_beside(self, target: Target) -> None:
        self.client.update_firewall_delete_protection(FirewallArn=target.resource.id, DeleteProtection=True)

    def beside(self, target: Target) -> Any:
        return self.client.describe_firewall(FirewallArn=target.resource.id)["Firewall"]["DeleteProtection"]

    def edit_same(self, target: Target) -> None:
        self.client.update_subnet_change_protection(FirewallArn=target.resource.id, **self.wrong)


class ADomainWithOldTls(Case):
    """Its own name for the endpoint stays."""

    remediation: ClassVar[type[Remediation]] = RequireHttps
    kind = "OpenSearch_2.17"

    def make(self) -> Target:
        tags = {"TagList": TAGS}
        made = plain_client("opensearch").create_domain(
            DomainName="logs", EngineVersion=self.kind, DomainEndpointOptions=self.options(https=False), **tags
        )
        return targeted(self.remediation, made["DomainStatus"]["ARN"])

    def options(self, *, https: bool) -> dict[str, Any]:
        return {
            "EnforceHTTPS": https,
            "TLSSecurityPolicy": "Policy-Min-TLS-1-0-2019-07",
            "CustomEndpointEnabled": True,
            "CustomEndpoint": "logs.example.com",
        }

    def edit_beside(self, target: Target) -> None:
        hour = {"AutomatedSnapshotStartHour": 3}
        plain_client("opensearch").update_domain_config(DomainName="logs", SnapshotOptions=hour)

    def beside(self, target: Target) -> Any:
        found = plain_client("opensearch").describe_domain(DomainName="logs")["DomainStatus"]
        return found.get("SnapshotOptions"), found["DomainEndpointOptions"].get("CustomEndpoint")

    def edit_same(self, target: Target) -> None:
        later = {**self.options(https=True), "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}
        plain_client("opensearch").update_domain_config(DomainName="logs", DomainEndpointOptions=later)

    def destroy(self, target: Target) -> None:
        plain_client("opensearch").delete_domain(DomainName="logs")


class AnElasticsearchDomainWithOldTls(ADomainWithOldTls):
    remediation = RequireHttpsOfElasticsearch
    kind = "Elasticsearch_7.10"


class AReplicationWithoutUpgrades(TaggedCase):
    remediation: ClassVar[type[Remediation]] = UpgradeReplication
    service = "dms"
    wrong: ClassVar[dict[str, bool]] = {"AutoMinorVersionUpgrade": False}

    def make(self) -> Target:
        made = self.client.create_replication_instance(
            ReplicationInstanceIdentifier="move",
            ReplicationInstanceClass="dms.t3.medium",
            MultiAZ=False,
            AutoMinorVersionUpgrade=False,
            PreferredMaintenanceWindow="mon:01:00-mon:02:00",
            Tags=TAGS,
        )
        return targeted(self.remediation, made["ReplicationInstance"]["ReplicationInstanceArn"])

    def edit_beside(self, target: Target) -> None:
        self.modify(target, PreferredMaintenanceWindow="sun:03:00-sun:04:00")

    def beside(self, target: Target) -> Any:
        found = self.client.describe_replication_instances()["ReplicationInstances"][0]
        return found["PreferredMaintenanceWindow"]

    def edit_same(self, target: Target) -> None:
        self.modify(target, **self.wrong)

    def destroy(self, target: Target) -> None:
        self.client.delete_replication_instance(ReplicationInstanceArn=target.resource.id)

    def modify(self, target: Target, **change: Any) -> None:
        self.client.modify_replication_instance(ReplicationInstanceArn=target.resource.id, **change)


class AReplicationInOneZone(AReplicationWithoutUpgrades):
    remediation = AddReplicationStandby
    wrong: ClassVar[dict[str, bool]] = {"MultiAZ": False}


class AStackThatOneCallDeletes(Case):
    remediation = ProtectStack
    two_valued = True
    template = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'

    def make(self) -> Target:
        made = plain_client("cloudformation").create_stack(StackName="shop", TemplateBody=self.template, Tags=TAGS)
        return targeted(ProtectStack, made["StackId"])

    def edit_beside(self, target: Target) -> None:
        policy = '{"Statement": []}'
        plain_client("cloudformation").set_stack_policy(StackName="shop", StackPolicyBody=policy)

    def beside(self, target: Target) -> Any:
        return plain_client("cloudformation").get_stack_policy(StackName="shop").get("StackPolicyBody")

    def edit_same(self, target: Target) -> None:
        plain_client("cloudformation").update_termination_protection(
            StackName="shop", EnableTerminationProtection=False
        )

    def destroy(self, target: Target) -> None:
        plain_client("cloudformation").delete_stack(StackName="shop")


class MailInPlainText(Case):
    """It goes out by a pool of its own, which stays."""

    remediation = RequireTlsForMail
    two_valued = True

    def make(self) -> Target:
        plain_client("sesv2").create_configuration_set(
            ConfigurationSetName="invoices", DeliveryOptions={"TlsPolicy": "OPTIONAL", "SendingPoolName": "ours"}
        )
        return targeted(RequireTlsForMail, f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/invoices")

    def edit_beside(self, target: Target) -> None:
        self.put(SendingPoolName="theirs", TlsPolicy=self.options().get("TlsPolicy", "OPTIONAL"))

    def beside(self, target: Target) -> Any:
        return self.options().get("SendingPoolName")

    def edit_same(self, target: Target) -> None:
        self.put(SendingPoolName="ours", TlsPolicy="OPTIONAL")

    def destroy(self, target: Target) -> None:
        plain_client("sesv2").delete_configuration_set(ConfigurationSetName="invoices")

    def options(self) -> dict[str, Any]:
        found = plain_client("sesv2").get_configuration_set(ConfigurationSetName="invoices")
        return dict(found.get("DeliveryOptions", {}))

    def put(self, **options: Any) -> None:
        plain_client("sesv2").put_configuration_set_delivery_options(ConfigurationSetName="invoices", **options)


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


class ARoleWithCloudShell(Case):
    remediation = DetachCloudShell
    two_valued = True
    policy = "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"

    def make(self) -> Target:
        return targeted(DetachCloudShell, self.role()["Arn"])

    def role(self) -> dict[str, Any]:
        """AWS's own policies are not loaded in tests: this one is put there as AWS has it."""
        allow = {"Effect": "Allow", "Action": "cloudshell:*", "Resource": "*"}
        about = {
            "Arn": self.policy,
            "AttachmentCount": 0,
            "CreateDate": "2020-12-15T18:07:37+00:00",
            "DefaultVersionId": "v2",
            "Document": {"Version": "2012-10-17", "Statement": [allow]},
            "Path": "/",
            "UpdateDate": "2020-12-15T18:07:37+00:00",
        }
        policies: Any = iam_backends[ACCOUNT]["aws"].managed_policies
        policies[self.policy] = AWSManagedPolicy.from_data("AWSCloudShellFullAccess", ACCOUNT, "us-east-1", about)
        iam = plain_client("iam")
        made = iam.create_role(RoleName="developer", AssumeRolePolicyDocument='{"Statement": []}', Tags=TAGS)
        iam.attach_role_policy(RoleName="developer", PolicyArn=self.policy)
        return dict(made["Role"])

    def edit_beside(self, target: Target) -> None:
        allow = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
        plain_client("iam").put_role_policy(RoleName="developer", PolicyName="x", PolicyDocument=allow)

    def beside(self, target: Target) -> Any:
        return plain_client("iam").list_role_policies(RoleName="developer")["PolicyNames"]

    def edit_same(self, target: Target) -> None:
        plain_client("iam").attach_role_policy(RoleName="developer", PolicyArn=self.policy)

    def destroy(self, target: Target) -> None:
        plain_client("iam").detach_role_policy(RoleName="developer", PolicyArn=self.policy)
        for name in plain_client("iam").list_role_policies(RoleName="developer")["PolicyNames"]:
            plain_client("iam").delete_role_policy(RoleName="developer", PolicyName=name)
        plain_client("iam").delete_role(RoleName="developer")


class ARoleThatConfigNamesById(ARoleWithCloudShell):
    def make(self) -> Target:
        return targeted(DetachCloudShell, self.role()["RoleId"])


class AClusterWithoutAuditLog(Case):
    """One other kind is on, and one more comes."""

    remediation = LogClusterAudit
    two_valued = True

    def make(self) -> Target:
        made = plain_client("eks").create_cluster(
            name="shop",
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/eks",
            resourcesVpcConfig={"subnetIds": ["subnet-0aa1", "subnet-0bb2"]},
            logging={"clusterLogging": [{"types": ["api"], "enabled": True}]},
            tags={"password": PLANTED},
        )
        return targeted(LogClusterAudit, made["cluster"]["arn"])

    def edit_beside(self, target: Target) -> None:
        self.log("authenticator", on=True)

    def beside(self, target: Target) -> Any:
        logging = plain_client("eks").describe_cluster(name="shop")["cluster"]["logging"]["clusterLogging"]
        on = [kind for one in logging if one["enabled"] for kind in one["types"]]
        return sorted(kind for kind in on if kind != "audit")

    def edit_same(self, target: Target) -> None:
        self.log("audit", on=False)

    def log(self, kind: str, *, on: bool) -> None:
        wanted = {"clusterLogging": [{"types": [kind], "enabled": on}]}
        plain_client("eks").update_cluster_config(name="shop", logging=wanted)

    def destroy(self, target: Target) -> None:
        plain_client("eks").delete_cluster(name="shop")
