"""Encryption at rest of volumes, files, images and other data, which is mostly set at creation."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="EncryptVolume",
        title="Replace the volume with an encrypted copy",
        problem="Unencrypted volume",
        controls=("EC2.3",),
        steps=(
            "Stop the instance, or whatever writes to the volume.",
            "aws ec2 create-snapshot --volume-id VOLUME, and wait until it is completed.",
            "aws ec2 copy-snapshot --source-snapshot-id SNAPSHOT --source-region REGION --encrypted",
            "aws ec2 create-volume --snapshot-id COPY --availability-zone ZONE --volume-type TYPE",
            "Detach the old volume, attach the new one with the same device name, and start the instance.",
            "Keep the old volume and the snapshots until the data is verified, then delete them.",
        ),
        why_no_fix="EBS cannot encrypt a volume in place: it takes an outage and another volume",
    ),
    Guidance(
        id="EncryptFleetVolumes",
        title="Encrypt the volumes of the Spot Fleet",
        problem="Spot Fleet creates unencrypted volumes",
        controls=("EC2.173",),
        steps=(
            "A faster alternative: EC2.7 encrypts every new volume of the Region by default.",
            (
                "aws ec2 create-launch-template-version with Encrypted true in each of BlockDeviceMappings, and have"
                " the fleet use a launch template instead of its own parameters."
            ),
            (
                "aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids OLD --no-terminate-instances, and aws"
                " ec2 request-spot-fleet --spot-fleet-request-config file://fleet.json"
            ),
        ),
        why_no_fix="a fleet's launch parameters cannot be changed after the request",
    ),
    Guidance(
        id="EncryptFileSystem",
        title="Move the files to an encrypted file system",
        problem="Unencrypted file system",
        controls=("EFS.1", "EFS.8"),
        steps=(
            "aws efs create-file-system --encrypted (--kms-key-id KEY), with the same performance mode.",
            "Create mount targets in the same subnets, with the same security groups, and the same access points.",
            "Copy with AWS DataSync, first everything and then the changes; use its verification.",
            (
                "Stop the writers, copy the remaining changes, mount the new file system under the same path, and"
                " start the writers."
            ),
            "Keep the old one for a while without mount targets, then aws efs delete-file-system.",
        ),
        why_no_fix="EFS cannot encrypt a file system in place: it takes a new one, and an outage of its writers",
    ),
    Guidance(
        id="EncryptWorkspace",
        title="Recreate the WorkSpace with encrypted volumes",
        problem="Unencrypted WorkSpace volumes",
        controls=("WorkSpaces.1", "WorkSpaces.2"),
        steps=(
            "Ask its user to save the data on it, and to sign out.",
            (
                "aws workspaces create-workspaces with UserVolumeEncryptionEnabled, RootVolumeEncryptionEnabled,"
                " VolumeEncryptionKey."
            ),
            "A user has one WorkSpace per directory: aws workspaces terminate-workspaces of the old one first.",
        ),
        why_no_fix="WorkSpaces encrypts only at creation, and data on the old one is lost unless its user saves it",
    ),
    Guidance(
        id="EncryptBackups",
        title="Copy the backup to an encrypted vault",
        problem="Unencrypted recovery point",
        controls=("Backup.1",),
        steps=(
            "Backups of an encrypted source are encrypted: encrypt the source (EC2.3, RDS.3, EFS.1) first.",
            "aws backup start-copy-job of the recovery point into a vault that has a key.",
            "aws backup delete-recovery-point of the old one, when the copy is COMPLETED and its retention is correct.",
        ),
        why_no_fix="a recovery point cannot be changed, and its deletion cannot be undone",
    ),
    Guidance(
        id="EncryptRepository",
        title="Recreate the repository with a customer managed key",
        problem="Image repository without a customer managed key",
        controls=("ECR.5",),
        steps=(
            "aws ecr create-repository --encryption-configuration encryptionType=KMS,kmsKey=KEY, under a new name.",
            (
                "Copy the old one's policy, lifecycle policy and scanning; copy the images (skopeo sync, or a"
                " replication rule)."
            ),
            "Point builds and deployments at it; delete the old one when nothing pulls from it.",
        ),
        why_no_fix="ECR sets the encryption when a repository is created",
    ),
    Guidance(
        id="EncryptEmr",
        title="Create an EMR security configuration with encryption",
        problem="EMR security configuration without encryption",
        controls=("EMR.3", "EMR.4"),
        steps=(
            (
                "aws emr create-security-configuration with EncryptionConfiguration: EnableAtRestEncryption (S3 and"
                " local disks), EnableInTransitEncryption with certificates in S3."
            ),
            "Start clusters with --security-configuration of it; running clusters keep theirs until they end.",
            "aws emr delete-security-configuration of the old one, when nothing refers to it.",
        ),
        why_no_fix="neither a security configuration nor that of a running cluster can be changed",
    ),
    Guidance(
        id="EncryptKnowledge",
        title="Encrypt the knowledge base's data with a customer managed key",
        problem="Bedrock data source without a customer managed key",
        controls=("Bedrock.1",),
        steps=(
            "Allow the knowledge base's role to use the key: kms:GenerateDataKey and kms:Decrypt.",
            "aws bedrock-agent get-data-source --knowledge-base-id KB --data-source-id ID, and save the output.",
            (
                "aws bedrock-agent update-data-source with all of it, and --server-side-encryption-configuration"
                " kmsKeyArn=KEY"
            ),
            "aws bedrock-agent start-ingestion-job --knowledge-base-id KB --data-source-id ID",
        ),
        why_no_fix=(
            "the call replaces the whole data source, and only a new ingestion, which costs money, encrypts existing"
            " data"
        ),
    ),
    Guidance(
        id="EncryptReports",
        title="Encrypt the exports of the report group",
        problem="Test reports are exported unencrypted",
        controls=("CodeBuild.7",),
        steps=(
            "aws codebuild batch-get-report-groups --report-group-arns ARN: bucket, path and packaging of its export.",
            (
                "aws codebuild update-report-group --arn ARN, with --export-config"
                " exportConfigType=S3,s3Destination={bucket=BUCKET,encryptionDisabled=false,encryptionKey=KEY}"
            ),
            "Allow the project's role to use the key; existing reports do not change.",
        ),
        why_no_fix="without permission for the key, the builds' roles would lose the reports of the next build",
    ),
    Guidance(
        id="EncryptTransform",
        title="Recreate the Glue transform with encryption",
        problem="Glue transform without encryption",
        controls=("Glue.3",),
        steps=(
            (
                "aws glue get-ml-transform --transform-id ID, and save the output; export its labels: aws glue"
                " start-export-labels-task-run --transform-id ID --output-s3-path s3://BUCKET/labels"
            ),
            (
                "aws glue create-ml-transform with all of it, and --transform-encryption"
                " MlUserDataEncryption={MlUserDataEncryptionMode=SSE-KMS,KmsKeyId=KEY}"
            ),
            (
                "aws glue start-import-labels-task-run --transform-id NEW --input-s3-path s3://BUCKET/labels; change"
                " the id in the jobs."
            ),
            "aws glue delete-ml-transform --transform-id ID",
        ),
        why_no_fix="Glue sets encryption when a transform is created, and the new one has to be trained again",
    ),
    Guidance(
        id="EventDataStoreKey",
        title="Recreate the event data store with a key",
        problem="Event data store without a customer managed key",
        controls=("CloudTrail.10",),
        steps=(
            "aws cloudtrail create-event-data-store --name N --kms-key-id KEY with the same selectors and retention.",
            "aws cloudtrail stop-event-data-store-ingestion for the old one; keep it while its events are needed.",
        ),
        why_no_fix="a key cannot be removed from an event data store, and events are lost with their key",
    ),
    Guidance(
        id="ClusterSecrets",
        title="Encrypt the cluster's secrets with a KMS key",
        problem="Kubernetes secrets without a KMS key",
        controls=("EKS.3",),
        steps=(
            (
                "aws eks associate-encryption-config --cluster-name C --encryption-config"
                ' \'[{"resources":["secrets"],"provider":{"keyArn":"KEY"}}]\''
            ),
            "Rewrite existing secrets: kubectl get secrets -A -o json | kubectl replace -f -",
        ),
        why_no_fix="it cannot be undone, and a cluster whose key is lost is lost",
    ),
)
