"""Controls without a safe fix: exact steps for a person, and why the bot does not take them."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="RootAccessKey",
        title="Delete the access keys of the root user",
        problem="Root user has an access key",
        controls=("IAM.4",),
        steps=(
            "Find what uses the key: CloudTrail events with userIdentity.type = Root and an accessKeyId, of 90 days.",
            "Give those programs a role of their own, and wait until the key is quiet.",
            "Sign in as the root user, open Security credentials, choose Deactivate; delete the key a week later.",
            (
                "A member of an organisation needs no root password for it: with central root access, from the"
                " management account aws sts assume-root --target-principal ACCOUNT --task-policy-arn"
                " arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials, at a Regional endpoint."
            ),
            (
                "In that session: aws iam list-access-keys, aws iam update-access-key --access-key-id KEY --status"
                " Inactive, a week later aws iam delete-access-key --access-key-id KEY."
            ),
        ),
        why_no_fix="only the root user can manage its keys, or the management account for it: no role of the bot does",
    ),
    Guidance(
        id="RootMfa",
        title="Give the root user an MFA device",
        problem="Root user without (hardware) MFA",
        controls=("IAM.6", "IAM.9"),
        steps=(
            "Sign in as the root user, open Security credentials, choose Assign MFA device.",
            "Register a FIDO2 security key (IAM.6 wants hardware; an authenticator app satisfies IAM.9 only).",
            "Register a second key, and keep it in another place.",
            (
                "Better for members of an organisation, for then there is nothing to protect: aws iam"
                " enable-organizations-root-credentials-management, then IAM, Root access management, Delete root"
                " user credentials. The management account keeps its root user, and needs the device."
            ),
        ),
        why_no_fix="a device has to be held in somebody's hand",
    ),
    Guidance(
        id="AdministratorPolicy",
        title="Replace the policy that allows everything",
        problem="Policy allows *:*",
        controls=("IAM.1",),
        steps=(
            "See who has it: aws iam list-entities-for-policy --policy-arn POLICY.",
            "See what they use: IAM, Access Analyzer, Generate policy from CloudTrail events, 90 days.",
            "Keep one way in that does not hang on it: a second role, which you have tried.",
            (
                "Attach the generated policy beside it, then aws iam detach-role-policy --role-name ROLE --policy-arn"
                " POLICY (users and groups alike), one holder at a time; watch for AccessDenied in CloudTrail."
            ),
            "When nobody has it: aws iam delete-policy --policy-arn POLICY, after its other versions.",
        ),
        why_no_fix="what its holders need cannot be known from the policy, and taking it away may lock everybody out",
    ),
    Guidance(
        id="EncryptVolume",
        title="Replace the volume by an encrypted copy",
        problem="Unencrypted volume",
        controls=("EC2.3",),
        steps=(
            "Stop the instance, or whatever writes to the volume.",
            "aws ec2 create-snapshot --volume-id VOLUME, and wait until it is completed.",
            "aws ec2 copy-snapshot --source-snapshot-id SNAPSHOT --source-region REGION --encrypted",
            "aws ec2 create-volume --snapshot-id COPY --availability-zone ZONE --volume-type TYPE",
            "Detach the old volume, attach the new one under the same device name, start the instance.",
            "Keep the old volume and the snapshots until the data is proved, then delete them.",
        ),
        why_no_fix="EBS cannot encrypt a volume in place: it takes an outage and another volume",
    ),
    Guidance(
        id="EncryptDatabase",
        title="Move the database to an encrypted copy",
        problem="Unencrypted database",
        controls=("RDS.3",),
        steps=(
            "aws rds create-db-snapshot --db-instance-identifier DB --db-snapshot-identifier DB-plain",
            (
                "aws rds copy-db-snapshot --source-db-snapshot-identifier DB-plain --target-db-snapshot-identifier"
                " DB-encrypted --kms-key-id KEY (alias/aws/rds cannot be shared with other accounts later)"
            ),
            "Restore the copy under a new name, with the same subnet group, security groups and parameter group.",
            "In a maintenance window: stop the writers, do it once more, give the new instance the old one's name.",
        ),
        why_no_fix="RDS cannot encrypt an instance in place: it takes an outage and another endpoint",
    ),
)
