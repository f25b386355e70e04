# ruff: noqa: ARG002 - a case of the account knows its resource without the target
"""How what has one switch goes wrong."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.cloudtrail.validation import ValidateTrail
from bot.remediations.ec2.instance_metadata import RequireImdsV2
from bot.remediations.ec2.subnet_public_addresses import StopPublicAddressesAtLaunch
from bot.remediations.ec2.volume_encryption import EncryptNewVolumes
from bot.remediations.kms.rotation import RotateKey
from bot.remediations.rds.public_access import MakeDatabasePrivate
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.ec2_instances import AnInstanceWithAnAutomaticAddress, run_instance
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class AnInstanceThatTakesNoToken(AnInstanceWithAnAutomaticAddress):
    """HttpTokens is optional."""

    remediation = RequireImdsV2

    def make(self) -> Target:
        return targeted(RequireImdsV2, run_instance(MetadataOptions={"HttpTokens": "optional"})["InstanceId"])

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").modify_instance_metadata_options(InstanceId=target.resource.name, HttpPutResponseHopLimit=2)

    def beside(self, target: Target) -> Any:
        return self.instance(target)["MetadataOptions"]["HttpPutResponseHopLimit"]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_instance_metadata_options(InstanceId=target.resource.name, HttpTokens="optional")


class ASubnetThatGivesPublicAddresses(Case):
    remediation = StopPublicAddressesAtLaunch
    two_valued = True

    def make(self) -> Target:
        ec2 = plain_client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        ec2.create_tags(Resources=[subnet], Tags=TAGS)
        self.edit_same(targeted(StopPublicAddressesAtLaunch, subnet))
        return targeted(StopPublicAddressesAtLaunch, subnet)

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").create_tags(Resources=[target.resource.name], Tags=[{"Key": "owner", "Value": "web"}])

    def beside(self, target: Target) -> Any:
        tags = plain_client("ec2").describe_subnets(SubnetIds=[target.resource.name])["Subnets"][0]["Tags"]
        return [one for one in tags if one["Key"] == "owner"]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_subnet_attribute(SubnetId=target.resource.name, MapPublicIpOnLaunch={"Value": True})

    def destroy(self, target: Target) -> None:
        plain_client("ec2").delete_subnet(SubnetId=target.resource.name)


class AnAccountThatDoesNotEncryptVolumes(Case):
    remediation = EncryptNewVolumes
    two_valued = True

    def make(self) -> Target:
        plain_client("ec2").disable_ebs_encryption_by_default()
        return targeted(EncryptNewVolumes, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        zone = f"{REGION}a"
        tags = [{"ResourceType": "volume", "Tags": TAGS}]
        plain_client("ec2").create_volume(AvailabilityZone=zone, Size=1, Encrypted=False, TagSpecifications=tags)

    def beside(self, target: Target) -> Any:
        return [one["Encrypted"] for one in plain_client("ec2").describe_volumes()["Volumes"]]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").disable_ebs_encryption_by_default()

    def destroy(self, target: Target) -> None:
        raise Indestructible


class AKeyThatIsNeverRotated(Case):
    remediation = RotateKey
    two_valued = True

    def make(self) -> Target:
        key = plain_client("kms").create_key(Description=PLANTED)["KeyMetadata"]["KeyId"]
        return targeted(RotateKey, key)

    def edit_beside(self, target: Target) -> None:
        plain_client("kms").update_key_description(KeyId=target.resource.name, Description="payroll")

    def beside(self, target: Target) -> Any:
        return plain_client("kms").describe_key(KeyId=target.resource.name)["KeyMetadata"]["Description"]

    def edit_same(self, target: Target) -> None:
        plain_client("kms").disable_key_rotation(KeyId=target.resource.name)

    def destroy(self, target: Target) -> None:
        plain_client("kms").schedule_key_deletion(KeyId=target.resource.name)


class APublicDatabase(Case):
    remediation = MakeDatabasePrivate
    two_valued = True

    def make(self) -> Target:
        made = plain_client("rds").create_db_instance(
            DBInstanceIdentifier="payroll",
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            MasterUsername="root",
            MasterUserPassword=PLANTED,
            AllocatedStorage=20,
            PubliclyAccessible=True,
            Tags=TAGS,
        )
        return targeted(MakeDatabasePrivate, made["DBInstance"]["DBInstanceArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", BackupRetentionPeriod=7)

    def beside(self, target: Target) -> Any:
        return self.database()["BackupRetentionPeriod"]

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", PubliclyAccessible=True)

    def destroy(self, target: Target) -> None:
        plain_client("rds").delete_db_instance(DBInstanceIdentifier="payroll", SkipFinalSnapshot=True)

    def database(self) -> dict[str, Any]:
        found: dict[str, Any] = plain_client("rds").describe_db_instances()["DBInstances"][0]
        return found


class ADatabaseThatConfigNamesById(APublicDatabase):
    """AWS Config's resource id of a database is its DbiResourceId."""

    def make(self) -> Target:
        super().make()
        return targeted(MakeDatabasePrivate, self.database()["DbiResourceId"])


class ATrailThatIsNotValidated(Case):
    remediation = ValidateTrail
    two_valued = True

    def make(self) -> Target:
        s3 = plain_client("s3")
        s3.create_bucket(Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        made = plain_client("cloudtrail").create_trail(Name="everything", S3BucketName="trail-logs", TagsList=TAGS)
        return targeted(ValidateTrail, made["TrailARN"])

    def edit_beside(self, target: Target) -> None:
        plain_client("cloudtrail").update_trail(Name="everything", S3KeyPrefix="audit")

    def beside(self, target: Target) -> Any:
        return plain_client("cloudtrail").get_trail(Name="everything")["Trail"].get("S3KeyPrefix")

    def edit_same(self, target: Target) -> None:
        plain_client("cloudtrail").update_trail(Name="everything", EnableLogFileValidation=False)

    def destroy(self, target: Target) -> None:
        plain_client("cloudtrail").delete_trail(Name="everything")
