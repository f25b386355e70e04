"""More encryption that AWS decides when something is made."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="EncryptKnowledge",
        title="Encrypt the knowledge base's data with a key of yours",
        problem="Bedrock data source without a key of yours",
        controls=("Bedrock.1",),
        steps=(
            "Let the knowledge base's role use the key: kms:GenerateDataKey and kms:Decrypt.",
            "aws bedrock-agent get-data-source --knowledge-base-id KB --data-source-id ID, and keep what it says.",
            (
                "aws bedrock-agent update-data-source with all of it, and --server-side-encryption-configuration"
                " kmsKeyArn=KEY"
            ),
            "aws bedrock-agent start-ingestion-job --knowledge-base-id KB --data-source-id ID",
        ),
        why_no_fix=(
            "the call replaces the whole source, and what was read already is encrypted by a new ingestion only,"
            " which costs"
        ),
    ),
    Guidance(
        id="EncryptReports",
        title="Encrypt what the report group exports",
        problem="Test reports are exported unencrypted",
        controls=("CodeBuild.7",),
        steps=(
            (
                "aws codebuild batch-get-report-groups --report-group-arns ARN: bucket, path and packaging of its"
                " export."
            ),
            (
                "aws codebuild update-report-group --arn ARN, with --export-config"
                " exportConfigType=S3,s3Destination={bucket=BUCKET,encryptionDisabled=false,encryptionKey=KEY}"
            ),
            "Let the project's role use the key; reports that are there stay as they are.",
        ),
        why_no_fix="the builds' roles need the key first, else the reports of the next build are lost",
    ),
    Guidance(
        id="EncryptTransform",
        title="Make the transform anew, encrypted",
        problem="Glue transform without encryption",
        controls=("Glue.3",),
        steps=(
            (
                "aws glue get-ml-transform --transform-id ID, and keep what it says; export its labels: aws glue"
                " start-export-labels-task-run --transform-id ID --output-s3-path s3://BUCKET/labels"
            ),
            (
                "aws glue create-ml-transform with all of it, and --transform-encryption"
                " MlUserDataEncryption={MlUserDataEncryptionMode=SSE-KMS,KmsKeyId=KEY}"
            ),
            (
                "aws glue start-import-labels-task-run --transform-id NEW --input-s3-path s3://BUCKET/labels; jobs"
                " take the new id."
            ),
            "aws glue delete-ml-transform --transform-id ID",
        ),
        why_no_fix="Glue decides this when a transform is made, and it has to learn anew",
    ),
    Guidance(
        id="EncryptFleetVolumes",
        title="Encrypt the volumes of the Spot Fleet",
        problem="Spot Fleet makes unencrypted volumes",
        controls=("EC2.173",),
        steps=(
            "Sooner than that: EC2.7 encrypts every new volume of the Region by default.",
            (
                "aws ec2 create-launch-template-version with Encrypted true in each of BlockDeviceMappings, and let"
                " the fleet use a launch template in place of its own parameters."
            ),
            (
                "aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids OLD --no-terminate-instances, and aws"
                " ec2 request-spot-fleet --spot-fleet-request-config file://fleet.json"
            ),
        ),
        why_no_fix="a fleet's launch parameters do not change once it is requested",
    ),
)
