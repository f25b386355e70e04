"""Resources without tags, whose values only their owners know."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

_CONTROLS: Final = (
    "ACM.3 Amplify.1 Amplify.2 AppConfig.1 AppConfig.2 AppConfig.3 AppConfig.4 AppFlow.1 AppRunner.1 "
    "AppRunner.2 AppSync.4 Athena.2 Athena.3 AutoScaling.10 Backup.2 Backup.3 Backup.4 Backup.5 Batch.1 "
    "Batch.2 Batch.3 Batch.4 CloudFormation.2 CloudFront.14 CloudTrail.9 CodeArtifact.1 CodeGuruProfiler.1 "
    "CodeGuruReviewer.1 Connect.1 DataSync.2 Detective.1 DMS.2 DMS.3 DMS.4 DMS.5 EC2.33 EC2.34 EC2.35 EC2.36 "
    "EC2.37 EC2.38 EC2.39 EC2.40 EC2.41 EC2.42 EC2.43 EC2.44 EC2.45 EC2.46 EC2.47 EC2.48 EC2.49 EC2.50 EC2.52 "
    "EC2.174 EC2.175 EC2.176 EC2.177 EC2.178 EC2.179 ECR.4 ECS.13 ECS.14 ECS.15 EFS.5 EKS.6 EKS.7 ES.9 "
    "EventBridge.2 FraudDetector.1 FraudDetector.2 FraudDetector.3 FraudDetector.4 GlobalAccelerator.1 Glue.1 "
    "GuardDuty.3 IAM.23 IAM.24 IAM.25 IoT.1 IoT.2 IoT.3 IoT.4 IoT.5 IoT.6 IoTEvents.1 IoTEvents.2 IoTEvents.3 "
    "IoTSiteWise.1 IoTSiteWise.2 IoTSiteWise.3 IoTSiteWise.4 IoTSiteWise.5 IoTTwinMaker.1 IoTTwinMaker.2 "
    "IoTTwinMaker.3 IoTTwinMaker.4 IoTWireless.1 IoTWireless.2 IoTWireless.3 IVS.1 IVS.2 IVS.3 Keyspaces.1 "
    "Kinesis.2 Lambda.6 MQ.4 NetworkFirewall.7 NetworkFirewall.8 Opensearch.9 PCA.2 RDS.28 RDS.29 RDS.30 "
    "RDS.31 RDS.32 RDS.33 Redshift.11 Redshift.12 Redshift.13 Redshift.14 Redshift.17 Route53.1 SageMaker.6 "
    "SageMaker.7 SecretsManager.5 SES.1 SES.2 SNS.3 SQS.2 SSM.5 StepFunctions.2 Transfer.1 Transfer.4 "
    "Transfer.5 Transfer.6 Transfer.7"
)
"""The controls of AWS's resource tagging standard that have no remediation."""


GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="TagResource",
        title="Add your organization's tags",
        problem="Resource without tags",
        controls=tuple(_CONTROLS.split()),
        steps=(
            (
                "Use the tags of the control's parameter requiredTagKeys in Security Hub; while that is empty, any"
                " tag is enough except AWS's own (aws:…)."
            ),
            "If a stack or Terraform manages the resource, tag it there: the next deployment removes other tags.",
            "aws resourcegroupstaggingapi tag-resources --resource-arn-list ARN --tags owner=TEAM,env=prod",
            (
                "Some resources have their own call: aws iam tag-role --role-name ROLE --tags Key=owner,Value=TEAM,"
                " aws iam tag-user --user-name USER --tags Key=owner,Value=TEAM"
            ),
            (
                "For future resources: a tag policy of the organization. Everyone can read tags, so put no secrets"
                " in them."
            ),
        ),
        why_no_fix="only its owners know the values, and the bot invents none",
    ),
    Guidance(
        id="CopyFileSystemTags",
        title="Copy the file system's tags to its backups",
        problem="Backups without their file system's tags",
        controls=("FSx.1", "FSx.2"),
        steps=(
            (
                "FSx.1: aws fsx update-file-system --file-system-id FS --open-zfs-configuration"
                " CopyTagsToBackups=true,CopyTagsToVolumes=true"
            ),
            (
                "FSx.2, Lustre: it is set at creation. For the next one: aws fsx create-file-system"
                " --lustre-configuration CopyTagsToBackups=true, and tag backups manually until then."
            ),
        ),
        why_no_fix="Lustre cannot be changed, and for OpenZFS, tags that people set on volumes are overwritten",
    ),
)
