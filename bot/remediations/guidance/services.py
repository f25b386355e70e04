"""Services whose settings cannot be mended in place, or only by those who know what runs on them."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="PublicAccessPoint",
        title="Replace the access point by one that blocks public access",
        problem="Access point without Block Public Access",
        controls=("S3.19", "S3.24"),
        steps=(
            "See what it allows: aws s3control get-access-point-policy --account-id ACCOUNT --name NAME.",
            "Is that public? aws s3control get-access-point-policy-status --account-id ACCOUNT --name NAME.",
            (
                "Make a second one on the same bucket: aws s3control create-access-point --account-id ACCOUNT"
                " --name NEW --bucket BUCKET, with the policy less its public statements. All four settings are on"
                " unless told otherwise."
            ),
            "Point its users (ARN and alias differ) at the new one, and see in CloudTrail that the old one is quiet.",
            "aws s3control delete-access-point --account-id ACCOUNT --name NAME. Meanwhile block it at the bucket.",
            (
                "One of several Regions (S3.24): the same with get-multi-region-access-point-policy-status and"
                " create-multi-region-access-point --details Name=NEW,Regions=[{Bucket=BUCKET},…], sent to us-west-2."
            ),
        ),
        why_no_fix="S3 does not change these settings of an access point once it is made; a new one has another ARN",
    ),
    Guidance(
        id="WritableContainer",
        title="Give the containers a root file system that is read-only",
        problem="Container may write to its root file system",
        controls=("ECS.5",),
        steps=(
            (
                "See what it writes: run the task with readonlyRootFilesystem = true in a test cluster, and read its"
                ' log for "Read-only file system".'
            ),
            "Give each such path a volume: an empty one under volumes, with mountPoints (on Fargate that is enough).",
            (
                "aws ecs describe-task-definition --task-definition FAMILY, set readonlyRootFilesystem in each of its"
                " containerDefinitions, aws ecs register-task-definition."
            ),
            "aws ecs update-service --cluster CLUSTER --service SERVICE --task-definition FAMILY:REVISION, one by one.",
            "When no service and no scheduled task names the old revision: aws ecs deregister-task-definition.",
        ),
        why_no_fix="a new revision changes nothing until a service runs it, and a program that writes would crash then",
    ),
    Guidance(
        id="OverdueSecret",
        title="Rotate the secret",
        problem="Secret was not rotated in time",
        controls=("SecretsManager.4",),
        steps=(
            "See who reads it: CloudTrail events GetSecretValue with its ARN, of 90 days.",
            "See that they ask again after a failed login, or at intervals, and do not keep what they once read.",
            (
                "With a rotation function: aws secretsmanager rotate-secret --secret-id SECRET, and watch"
                " VersionIdsToStages until AWSCURRENT has moved."
            ),
            (
                "Without: change the password where it opens something, then aws secretsmanager put-secret-value; or"
                " attach a rotation function from AWS's templates."
            ),
            "AWSPREVIOUS keeps the old value; what it opened may not work any more.",
        ),
        why_no_fix="a rotation cannot be undone, and cuts off whoever keeps the old value",
    ),
    Guidance(
        id="CredentialsInSourceUrl",
        title="Take the credentials out of the repository's URL",
        problem="Build project has credentials in its source URL",
        controls=("CodeBuild.1",),
        steps=(
            "Take the credentials as leaked: whoever could read the project could read them. Revoke them at Bitbucket.",
            (
                "Connect CodeBuild to Bitbucket: aws codeconnections create-connection --provider-type Bitbucket"
                " --connection-name NAME, and finish the handshake in the console."
            ),
            (
                "aws codebuild update-project --name PROJECT --source with type = BITBUCKET, the URL without user and"
                " password, and auth = {type: CODECONNECTIONS, resource: CONNECTION}."
            ),
            "Let the project's role use it: codeconnections:GetConnectionToken, codeconnections:UseConnection.",
            "Start a build.",
        ),
        why_no_fix="without credentials the next build fails, and a connection to Bitbucket needs a person to sign in",
    ),
    Guidance(
        id="CredentialsInBuildEnvironment",
        title="Take the access keys out of the build's environment",
        problem="Build project has access keys in plain text",
        controls=("CodeBuild.2",),
        steps=(
            "Take the key as leaked: whoever could read the project, or its build logs, could read it.",
            "See what it does: aws iam get-access-key-last-used --access-key-id KEY, and CloudTrail by access key id.",
            "Give the project's service role these rights instead; the build gets its credentials by itself.",
            (
                "Where it has to be a key (another account's, say): aws secretsmanager create-secret, and in the"
                " project an environment variable of type SECRETS_MANAGER."
            ),
            "Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the project, start a build.",
            "aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive; delete it a week later.",
        ),
        why_no_fix="the build fails without the key until its role has the same rights, which its owners must judge",
    ),
    Guidance(
        id="PublicReplicationInstance",
        title="Replace the replication instance by a private one",
        problem="Public DMS replication instance",
        controls=("DMS.1",),
        steps=(
            (
                "Meanwhile let nobody reach it: take inbound rules from everywhere out of its security groups (a"
                " replication instance needs none)."
            ),
            (
                "aws dms create-replication-instance --no-publicly-accessible with the same class, storage, engine"
                " version, subnet group and security groups."
            ),
            "See that source and target are reached from it: aws dms test-connection, for both endpoints.",
            (
                "Stop each task; aws dms move-replication-task --replication-task-arn TASK"
                " --target-replication-instance-arn NEW; start it with resume-processing."
            ),
            "aws dms delete-replication-instance of the old one, when no task is left on it.",
        ),
        why_no_fix="DMS decides this when an instance is made and does not change it",
    ),
    Guidance(
        id="PublicSearchDomain",
        title="Move the domain into a VPC",
        problem="Search domain has a public endpoint",
        controls=("ES.2", "Opensearch.2"),
        steps=(
            (
                "Meanwhile narrow who gets in: an access policy that names roles, no Principal *, and fine-grained"
                " access control."
            ),
            "aws opensearch create-domain with --vpc-options SubnetIds,SecurityGroupIds and the same engine and size.",
            "Register a repository in S3 at both (_snapshot), take a snapshot of the old, restore it into the new.",
            (
                "Point writers and readers at the new endpoint; they need a way into the VPC (a peering, a VPN, a"
                " VPC endpoint of OpenSearch)."
            ),
            "aws opensearch delete-domain of the old one, when its metrics show no requests for a week.",
        ),
        why_no_fix="a domain cannot be moved from a public endpoint into a VPC: it takes a new one, elsewhere",
    ),
)
