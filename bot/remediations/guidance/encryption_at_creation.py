"""Encryption that AWS decides when something is made: it takes a copy, and an outage or a move."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="EncryptFileSystem",
        title="Move the files to an encrypted file system",
        problem="Unencrypted file system",
        controls=("EFS.1", "EFS.8"),
        steps=(
            "aws efs create-file-system --encrypted (--kms-key-id KEY), with the same performance mode.",
            "Give it mount targets in the same subnets, with the same security groups, and the access points again.",
            "Copy with AWS DataSync, once and then what has changed; check with its verification.",
            "Stop the writers, copy the rest, mount the new one under the same path, start them.",
            "Keep the old one for a while without mount targets, then aws efs delete-file-system.",
        ),
        why_no_fix="EFS cannot encrypt a file system in place: it takes a new one, and an outage of its writers",
    ),
    Guidance(
        id="EncryptAccelerator",
        title="Make the accelerator cluster anew, encrypted",
        problem="DAX cluster without encryption",
        controls=("DynamoDB.3", "DynamoDB.7"),
        steps=(
            (
                "aws dax create-cluster --sse-specification Enabled=true --cluster-endpoint-encryption-type TLS,"
                " with the"
                " same nodes, role, parameter and subnet group."
            ),
            "Clients that speak TLS take the endpoint daxs://…; older clients do not know it: upgrade them first.",
            "Move the clients; the cache warms up, and until then the table takes the reads.",
            "aws dax delete-cluster of the old one.",
        ),
        why_no_fix="DAX decides both when a cluster is made",
    ),
    Guidance(
        id="EncryptDocumentCluster",
        title="Restore the cluster as an encrypted one",
        problem="Unencrypted database cluster",
        controls=("DocumentDB.1", "Neptune.1"),
        steps=(
            "aws rds create-db-cluster-snapshot (docdb and neptune have the same call).",
            (
                "aws docdb (neptune) restore-db-cluster-from-snapshot --db-cluster-identifier NEW --snapshot-identifier"
                " S --engine docdb (neptune) --kms-key-id KEY, with the same subnet group, security groups and"
                " parameter group; then create-db-instance for each member."
            ),
            "In a window: stop the writers, do it once more, give the new cluster the old one's name.",
            "Keep the old cluster stopped until the data is proved.",
        ),
        why_no_fix="a cluster cannot be encrypted in place: it takes an outage and another endpoint",
    ),
    Guidance(
        id="EncryptClusterSnapshot",
        title="Replace the snapshot by an encrypted copy",
        problem="Unencrypted snapshot of a Neptune cluster",
        controls=("Neptune.6",),
        steps=(
            "A snapshot is as its cluster was: Neptune.1 comes first, new snapshots are encrypted then.",
            (
                "To keep an old state: restore it with --kms-key-id, snapshot the cluster that comes of it, delete"
                " that cluster."
            ),
            "aws neptune delete-db-cluster-snapshot of the old one, when its restored copy is proved.",
        ),
        why_no_fix="Neptune does not encrypt a snapshot by copying it",
    ),
    Guidance(
        id="EncryptReplicationGroup",
        title="Encrypt the cache, and ask for a password",
        problem="Cache without encryption or AUTH",
        controls=("ElastiCache.4", "ElastiCache.5", "ElastiCache.6"),
        steps=(
            (
                "In transit, from Redis OSS 7 on: aws elasticache modify-replication-group --replication-group-id G"
                " --transit-encryption-enabled --transit-encryption-mode preferred --apply-immediately, move all"
                " clients to TLS, then the same with required."
            ),
            (
                "A password: from version 6 on users and roles (--user-group-ids-to-add), before that the same call"
                " with --auth-token … --auth-token-update-strategy ROTATE, move the clients, then SET."
            ),
            (
                "At rest, or an older engine: snapshot it, aws elasticache create-replication-group --snapshot-name …"
                " --at-rest-encryption-enabled --transit-encryption-enabled, and move the clients."
            ),
        ),
        why_no_fix=(
            "clients that do not speak TLS or have no password are cut off; at rest it is decided when it is made"
        ),
    ),
    Guidance(
        id="EncryptSearchDomain",
        title="Encrypt the search domain",
        problem="Search domain without encryption",
        controls=("Opensearch.1", "Opensearch.3", "ES.1", "ES.3"),
        steps=(
            (
                "From Elasticsearch 6.7 on: aws opensearch update-domain-config --domain-name D"
                " --encryption-at-rest-options Enabled=true and --node-to-node-encryption-options Enabled=true;"
                " each is a blue/green deployment,"
                " outside rush hours."
            ),
            "Older: a new domain with both, restored from a snapshot in S3.",
            "Manual snapshots and slow logs in S3 are encrypted by their bucket, not by this.",
        ),
        why_no_fix="neither can be turned off again, and the domain is rebuilt on new nodes",
    ),
    Guidance(
        id="EncryptBrokers",
        title="Encrypt the brokers' traffic, and know who connects",
        problem="MSK cluster without TLS, or open to anybody",
        controls=("MSK.1", "MSK.6"),
        steps=(
            "See how clients connect: in the brokers' metrics, ConnectionCount by listener and authentication.",
            (
                "Between brokers TLS is decided when the cluster is made: a new one, and MirrorMaker or MSK"
                " Replicator between."
            ),
            (
                "Add IAM or mutual TLS beside: aws kafka update-security --cluster-arn ARN --current-version VERSION"
                " --client-authentication Sasl={Iam={Enabled=true}},… (the version: aws kafka describe-cluster-v2)"
            ),
            (
                "Move the clients, then Unauthenticated={Enabled=false} and --encryption-info"
                " EncryptionInTransit={ClientBroker=TLS}."
            ),
        ),
        why_no_fix="clients that connect without are cut off, and traffic between brokers cannot be changed",
    ),
    Guidance(
        id="EncryptWorkspace",
        title="Make the workspace anew, encrypted",
        problem="Unencrypted WorkSpace volumes",
        controls=("WorkSpaces.1", "WorkSpaces.2"),
        steps=(
            "Tell its user to save what is on it, and to sign off.",
            (
                "aws workspaces create-workspaces with UserVolumeEncryptionEnabled, RootVolumeEncryptionEnabled,"
                " VolumeEncryptionKey."
            ),
            "A user has one workspace a directory: aws workspaces terminate-workspaces of the old one first.",
        ),
        why_no_fix=(
            "WorkSpaces encrypts when a workspace is made; what is on the old one is lost unless its user saves it"
        ),
    ),
    Guidance(
        id="EncryptWarehouse",
        title="Give the warehouse's data a key of your own",
        problem="Warehouse not encrypted with a customer key",
        controls=("Redshift.10", "RedshiftServerless.4"),
        steps=(
            "Make a key whose policy lets Redshift use it, and those who restore its snapshots.",
            (
                "aws redshift modify-cluster --cluster-identifier C --encrypted --kms-key-id KEY: the cluster is slow,"
                " and read-only at the end of it."
            ),
            (
                "Serverless: aws redshift-serverless update-namespace --namespace-name N --kms-key-id KEY, in a"
                " quiet hour."
            ),
            "Snapshots shared with other accounts need the key shared, too.",
        ),
        why_no_fix="data is encrypted anew for hours, and lost with the key; which key it shall be is not known",
    ),
    Guidance(
        id="EncryptBackups",
        title="Keep backups in an encrypted vault",
        problem="Unencrypted recovery point",
        controls=("Backup.1",),
        steps=(
            "The copy of an encrypted source is encrypted: encrypt the source (EC2.3, RDS.3, EFS.1) first.",
            "aws backup start-copy-job of the recovery point into a vault that has a key.",
            "aws backup delete-recovery-point of the old one, when the copy is COMPLETED and its retention is right.",
        ),
        why_no_fix="a recovery point cannot be changed, and deleting one cannot be taken back",
    ),
    Guidance(
        id="EncryptRepository",
        title="Make the repository anew with a key of your own",
        problem="Image repository without a customer key",
        controls=("ECR.5",),
        steps=(
            "aws ecr create-repository --encryption-configuration encryptionType=KMS,kmsKey=KEY, under a new name.",
            (
                "Give it the old one's policy, lifecycle and scanning; copy the images (skopeo sync, or a"
                " replication rule)."
            ),
            "Point builds and deployments at it; delete the old one when nothing pulls from it.",
        ),
        why_no_fix="ECR decides the encryption when a repository is made",
    ),
    Guidance(
        id="EncryptEmr",
        title="Give EMR a security configuration that encrypts",
        problem="EMR security configuration without encryption",
        controls=("EMR.3", "EMR.4"),
        steps=(
            (
                "aws emr create-security-configuration with EncryptionConfiguration: EnableAtRestEncryption (S3"
                " and local"
                " disks), EnableInTransitEncryption with certificates in S3."
            ),
            "Start clusters with --security-configuration of it; those that run keep theirs until they end.",
            "aws emr delete-security-configuration of the old one, when nothing names it.",
        ),
        why_no_fix="a security configuration cannot be changed, nor that of a running cluster",
    ),
)
