"""Encryption at rest of databases, caches and search domains, which mostly takes a copy and an outage."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
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
            (
                "In a maintenance window: stop the writers, repeat these steps, and give the new instance the old"
                " one's name."
            ),
        ),
        why_no_fix="RDS cannot encrypt an instance in place: it takes an outage and another endpoint",
    ),
    Guidance(
        id="EncryptSnapshot",
        title="Copy the snapshot with a key",
        problem="Unencrypted database snapshot",
        controls=("RDS.4",),
        steps=(
            (
                "aws rds copy-db-snapshot --source-db-snapshot-identifier S --target-db-snapshot-identifier S-copy"
                " --kms-key-id KEY --copy-tags (clusters: copy-db-cluster-snapshot)"
            ),
            "Restore the copy under a test name, and check the data.",
            "Only then, and only if nothing refers to the old one: aws rds delete-db-snapshot.",
        ),
        why_no_fix="a snapshot cannot be encrypted in place, and deleting the original may delete the only good backup",
    ),
    Guidance(
        id="EncryptCluster",
        title="Move the cluster to an encrypted copy",
        problem="Unencrypted database cluster",
        controls=("RDS.27",),
        steps=(
            (
                "aws rds create-db-cluster-snapshot, then aws rds restore-db-cluster-from-snapshot"
                " --db-cluster-identifier NEW --snapshot-identifier S --engine ENGINE --kms-key-id KEY"
            ),
            "Create instances, parameter groups and security groups like those of the old cluster.",
            "In a maintenance window: stop the writers, repeat these steps, and change the name or the endpoint.",
        ),
        why_no_fix="RDS cannot encrypt a cluster in place: it takes an outage and another endpoint",
    ),
    Guidance(
        id="EncryptDocumentCluster",
        title="Restore the cluster with encryption",
        problem="Unencrypted database cluster",
        controls=("DocumentDB.1", "Neptune.1"),
        steps=(
            "aws rds create-db-cluster-snapshot (docdb and neptune have the same call).",
            (
                "aws docdb (neptune) restore-db-cluster-from-snapshot --db-cluster-identifier NEW"
                " --snapshot-identifier S --engine docdb (neptune) --kms-key-id KEY, with the same subnet group,"
                " security groups and parameter group; then create-db-instance for each member."
            ),
            (
                "In a maintenance window: stop the writers, repeat these steps, and give the new cluster the old"
                " one's name."
            ),
            "Keep the old cluster stopped until the data is verified.",
        ),
        why_no_fix="a cluster cannot be encrypted in place: it takes an outage and another endpoint",
    ),
    Guidance(
        id="EncryptClusterSnapshot",
        title="Replace the snapshot with an encrypted copy",
        problem="Unencrypted snapshot of a Neptune cluster",
        controls=("Neptune.6",),
        steps=(
            "A snapshot is encrypted only if its cluster is: fix Neptune.1 first; new snapshots are then encrypted.",
            (
                "To keep old data: restore the snapshot with --kms-key-id, take a snapshot of the restored cluster,"
                " and delete that cluster."
            ),
            "aws neptune delete-db-cluster-snapshot of the old one, when its restored copy is verified.",
        ),
        why_no_fix="Neptune does not encrypt a snapshot by copying it",
    ),
    Guidance(
        id="EncryptAccelerator",
        title="Recreate the DAX cluster with encryption",
        problem="DAX cluster without encryption",
        controls=("DynamoDB.3", "DynamoDB.7"),
        steps=(
            (
                "aws dax create-cluster --sse-specification Enabled=true --cluster-endpoint-encryption-type TLS,"
                " with the same nodes, role, parameter and subnet group."
            ),
            "Clients that support TLS use the endpoint daxs://…; upgrade older clients, which do not know it, first.",
            "Move the clients; until the cache is warm, the table takes the reads.",
            "aws dax delete-cluster of the old one.",
        ),
        why_no_fix="DAX sets both at creation",
    ),
    Guidance(
        id="EncryptReplicationGroup",
        title="Encrypt the cache, and require authentication",
        problem="Cache without encryption or AUTH",
        controls=("ElastiCache.4", "ElastiCache.5", "ElastiCache.6"),
        steps=(
            (
                "In transit, from Redis OSS 7: aws elasticache modify-replication-group --replication-group-id G"
                " --transit-encryption-enabled --transit-encryption-mode preferred --apply-immediately, move all"
                " clients to TLS, then the same with required."
            ),
            (
                "Authentication: from version 6, users and roles (--user-group-ids-to-add); before that, the same"
                " call with --auth-token … --auth-token-update-strategy ROTATE, move the clients, then SET."
            ),
            (
                "At rest, or for an older engine: create a snapshot, aws elasticache create-replication-group"
                " --snapshot-name … --at-rest-encryption-enabled --transit-encryption-enabled, and move the clients."
            ),
        ),
        why_no_fix="clients without TLS or a password are cut off, and encryption at rest is set at creation",
    ),
    Guidance(
        id="EncryptSearchDomain",
        title="Encrypt the search domain",
        problem="Search domain without encryption",
        controls=("Opensearch.1", "Opensearch.3", "ES.1", "ES.3"),
        steps=(
            (
                "From Elasticsearch 6.7: aws opensearch update-domain-config --domain-name D"
                " --encryption-at-rest-options Enabled=true and --node-to-node-encryption-options Enabled=true; each"
                " is a blue/green deployment, so choose a time with little load."
            ),
            "Older versions: a new domain with both, restored from a snapshot in S3.",
            "Manual snapshots and slow logs in S3 are encrypted by their bucket, not by this.",
        ),
        why_no_fix="neither can be turned off again, and the domain is rebuilt on new nodes",
    ),
    Guidance(
        id="EncryptWarehouse",
        title="Encrypt the warehouse with a customer managed key",
        problem="Warehouse not encrypted with a customer managed key",
        controls=("Redshift.10", "RedshiftServerless.4"),
        steps=(
            "Create a key whose policy allows Redshift, and those who restore its snapshots, to use it.",
            (
                "aws redshift modify-cluster --cluster-identifier C --encrypted --kms-key-id KEY: the cluster is"
                " slow meanwhile, and read-only at the end."
            ),
            (
                "Serverless: aws redshift-serverless update-namespace --namespace-name N --kms-key-id KEY, at a time"
                " with little load."
            ),
            "If snapshots are shared with other accounts, share the key, too.",
        ),
        why_no_fix="re-encryption takes hours, data is lost with the key, and people choose the key",
    ),
)
