"""Groups of remediations that an account can allow, by the services that they write to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.domain.remediation import Remediation

IDENTITY: Final = "Identity"
PASS_ROLE: Final = "iam:PassRole"  # noqa: S105 - an IAM action
LINKED_ROLE: Final = "iam:CreateServiceLinkedRole"

GROUPS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "Storage": (
        "buckets, file systems, image registries, backups",
        frozenset({"s3", "elasticfilesystem", "ecr", "backup", "fsx"}),
    ),
    "Compute": (
        "EC2 (instances, security groups, volumes), containers, functions, builds, stacks",
        frozenset(
            {"ec2", "autoscaling", "lambda", "ecs", "eks", "ssm", "codebuild", "sagemaker", "elasticbeanstalk", "batch"}
            | {"cloudformation", "elasticmapreduce", "states", "workspaces"}
        ),
    ),
    "Network": (
        "load balancers, distributions, APIs, identity pools, firewalls, certificates",
        frozenset(
            {"elasticloadbalancing", "cloudfront", "apigateway", "wafv2", "waf", "waf-regional", "network-firewall"}
            | {"route53", "acm", "globalaccelerator", "appsync", "cognito-identity"}
        ),
    ),
    "Data": (
        "databases, caches, streams, topics, queues, mail",
        frozenset(
            {
                "rds",
                "dynamodb",
                "application-autoscaling",
                "dax",
                "redshift",
                "redshift-serverless",
                "elasticache",
                "es",
                "athena",
                "glue",
            }
            | {"kinesis", "firehose", "kafka", "mq", "sns", "sqs", "dms", "memorydb", "ses"}
        ),
    ),
    "Security": (
        "trails, logs, keys, secrets, detectors",
        frozenset(
            {"cloudtrail", "logs", "cloudwatch", "guardduty", "kms", "secretsmanager", "config", "inspector2"}
            | {"macie2", "access-analyzer", "account", "events", "detective"}
        ),
    ),
    IDENTITY: ("users, access keys, password policy; off by default", frozenset({"iam", "organizations", "sso"})),
}
"""Group → its description, and the IAM services whose writes it contains."""


def group_of(recipe: Remediation) -> str:
    """Return the group of a remediation's writes; Identity comes first. Raises ValueError for a service in no group."""
    services = {action.partition(":")[0] for action in recipe.writes if action not in (PASS_ROLE, LINKED_ROLE)}
    if "iam" in services:
        return IDENTITY
    found = [name for name, (_, known) in GROUPS.items() if services & known]
    if not found or services - frozenset().union(*(known for _, known in GROUPS.values())):
        raise ValueError(f"{recipe.id} writes {sorted(services)}: put the service into GROUPS")
    return found[0]
