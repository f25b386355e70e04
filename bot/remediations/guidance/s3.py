"""S3 buckets and access points."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="OldVersions",
        title="Add a lifecycle rule for old versions",
        problem="Versioned bucket without a lifecycle rule",
        controls=("S3.10", "S3.25"),
        steps=(
            "Decide how long overwritten or deleted objects can be restored. 30 days is common.",
            "aws s3api get-bucket-lifecycle-configuration --bucket BUCKET, and save it: the next call replaces it.",
            (
                "aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration with a rule"
                " of NoncurrentVersionExpiration NoncurrentDays=30, ExpiredObjectDeleteMarker,"
                " AbortIncompleteMultipartUpload."
            ),
            "S3.25, for a directory bucket: a rule of Expiration Days, which deletes the objects themselves.",
        ),
        why_no_fix="it deletes data permanently, and the bot cannot know how long the data is needed",
    ),
    Guidance(
        id="LockObjects",
        title="Turn on Object Lock for new objects",
        problem="Bucket without Object Lock",
        controls=("S3.15",),
        steps=(
            (
                "Use it for records that nobody may change; exempt other buckets, because a locked object is billed"
                " until its retention date."
            ),
            "aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled",
            (
                "aws s3api put-object-lock-configuration --bucket BUCKET --object-lock-configuration"
                " ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=GOVERNANCE,Days=30}}"
            ),
            (
                "In GOVERNANCE mode, principals with s3:BypassGovernanceRetention can still delete; in COMPLIANCE"
                " mode nobody can, not even the root user."
            ),
        ),
        why_no_fix="Object Lock cannot be turned off again, and objects cannot be deleted before their retention date",
    ),
    Guidance(
        id="MfaDelete",
        title="Turn on MFA delete",
        problem="Bucket without MFA delete",
        controls=("S3.20",),
        steps=(
            (
                "As the root user, with an access key for this one call: aws s3api put-bucket-versioning --bucket"
                " BUCKET --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa 'SERIAL CODE'"
            ),
            "Delete that access key immediately (IAM.4).",
            (
                "Lifecycle rules and MFA delete exclude each other; Object Lock in governance mode also keeps"
                " versions, without the root user."
            ),
        ),
        why_no_fix="only the root user with its MFA device can do this, and IAM.4 requires that it has no access key",
    ),
    Guidance(
        id="ReplicateBucket",
        title="Replicate the bucket to another Region",
        problem="Bucket in only one Region",
        controls=("S3.7",),
        steps=(
            "Check that contracts and laws allow the data to leave the Region.",
            (
                "Create a bucket in the other Region with versioning and a key, and a role that s3.amazonaws.com may"
                " assume: s3:GetReplicationConfiguration, s3:GetObjectVersionForReplication, s3:ReplicateObject, and"
                " the keys."
            ),
            "aws s3api put-bucket-replication --bucket BUCKET --replication-configuration file://replication.json",
            "Copy existing objects with S3 Batch Replication.",
        ),
        why_no_fix="laws decide where data may be stored, and storage is paid for twice",
    ),
    Guidance(
        id="PublicAccessPoint",
        title="Replace the access point with one that blocks public access",
        problem="Access point without Block Public Access",
        controls=("S3.19", "S3.24"),
        steps=(
            "Read its policy: aws s3control get-access-point-policy --account-id ACCOUNT --name NAME.",
            (
                "Check whether it is public: aws s3control get-access-point-policy-status --account-id ACCOUNT"
                " --name NAME."
            ),
            (
                "Create a second one on the same bucket: aws s3control create-access-point --account-id ACCOUNT"
                " --name NEW --bucket BUCKET, with the policy without its public statements. All four settings are"
                " on by default."
            ),
            (
                "Point its users at the new one (ARN and alias differ), and check in CloudTrail that the old one is"
                " no longer used."
            ),
            (
                "aws s3control delete-access-point --account-id ACCOUNT --name NAME. Meanwhile block public access"
                " at the bucket."
            ),
            (
                "A multi-Region access point (S3.24): the same with get-multi-region-access-point-policy-status and"
                " create-multi-region-access-point --details Name=NEW,Regions=[{Bucket=BUCKET},…], sent to"
                " us-west-2."
            ),
        ),
        why_no_fix="S3 cannot change these settings of an existing access point; a new one has another ARN",
    ),
)
