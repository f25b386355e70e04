"""Buckets: what to keep, how long and where else, those who own the data decide."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="OldVersions",
        title="Let the bucket forget old versions",
        problem="Versioned bucket without a lifecycle",
        controls=("S3.10", "S3.25"),
        steps=(
            "How long may something be brought back that was overwritten or deleted? 30 days is usual.",
            "aws s3api get-bucket-lifecycle-configuration --bucket BUCKET, and keep it: the next call replaces it.",
            (
                "aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration with a rule"
                " of NoncurrentVersionExpiration NoncurrentDays=30, ExpiredObjectDeleteMarker,"
                " AbortIncompleteMultipartUpload."
            ),
            "S3.25, of a directory bucket: a rule of Expiration Days, which deletes the objects themselves.",
        ),
        why_no_fix="it deletes data for good, and how long it is wanted the bot cannot know",
    ),
    Guidance(
        id="LockObjects",
        title="Lock the bucket's objects by default",
        problem="Bucket without Object Lock",
        controls=("S3.15",),
        steps=(
            "Is it for records that nobody may change? Else exempt it: what is locked is paid until its day.",
            "aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled",
            (
                "aws s3api put-object-lock-configuration --bucket BUCKET --object-lock-configuration"
                " ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=GOVERNANCE,Days=30}}"
            ),
            (
                "GOVERNANCE lets those with s3:BypassGovernanceRetention through; COMPLIANCE nobody, the root user"
                " neither."
            ),
        ),
        why_no_fix="Object Lock cannot be turned off again, and objects cannot be deleted before their time",
    ),
    Guidance(
        id="MfaDelete",
        title="Ask for a device before versions are deleted",
        problem="Bucket without MFA delete",
        controls=("S3.20",),
        steps=(
            (
                "As the root user, with its access key for this one call: aws s3api put-bucket-versioning --bucket"
                " BUCKET --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa 'SERIAL CODE'"
            ),
            "Delete that access key at once (IAM.4).",
            (
                "Lifecycle rules and MFA delete exclude each other; Object Lock in governance mode keeps versions"
                " too, without the root user."
            ),
        ),
        why_no_fix="only the root user with its device can do this, and IAM.4 wants it to have no key",
    ),
    Guidance(
        id="ReplicateBucket",
        title="Replicate the bucket to another Region",
        problem="Bucket in one Region only",
        controls=("S3.7",),
        steps=(
            "May the data leave the Region, by contract and law?",
            (
                "A bucket in the other Region with versioning and a key, and a role that s3.amazonaws.com may"
                " assume: s3:GetReplicationConfiguration, s3:GetObjectVersionForReplication, s3:ReplicateObject, and"
                " the keys."
            ),
            "aws s3api put-bucket-replication --bucket BUCKET --replication-configuration file://replication.json",
            "What is there already: S3 Batch Replication.",
        ),
        why_no_fix="where data may be is a question of law, and it is paid twice",
    ),
)
