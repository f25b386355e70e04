"""The IAM actions that an AWS call needs, where they are not simply `<service>:<operation>`.

From the Service Authorization Reference, by service. Knowledge about AWS, not about the catalogue: a call is entered
here once, whichever remediation makes it first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.ports import Call

_PREFIX: Final[Mapping[str, str]] = {
    "accessanalyzer": "access-analyzer",
    "docdb": "rds",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "neptune": "rds",
    "opensearch": "es",
    "sesv2": "ses",
}

_SCALING: Final = (
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutMetricAlarm",
)
"""Application Auto Scaling checks its caller's rights to the alarms and to what is scaled, too (its user guide)."""

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "apigateway:GetAccount": ("apigateway:GET",),
    "apigateway:GetStage": ("apigateway:GET",),
    "apigateway:UpdateStage": ("apigateway:PATCH",),
    "application-autoscaling:DeleteScalingPolicy": ("application-autoscaling:DeleteScalingPolicy", *_SCALING),
    "application-autoscaling:PutScalingPolicy": ("application-autoscaling:PutScalingPolicy", *_SCALING),
    "application-autoscaling:RegisterScalableTarget": (
        "application-autoscaling:RegisterScalableTarget",
        "dynamodb:UpdateTable",
        "iam:CreateServiceLinkedRole",
    ),
    "accessanalyzer:CreateAnalyzer": ("access-analyzer:CreateAnalyzer", "iam:CreateServiceLinkedRole"),
    "guardduty:CreateDetector": ("guardduty:CreateDetector", "iam:CreateServiceLinkedRole"),
    "inspector2:Enable": ("iam:CreateServiceLinkedRole", "inspector2:Enable"),
    "macie2:EnableMacie": ("iam:CreateServiceLinkedRole", "macie2:EnableMacie"),
    "s3:DeleteBucketLifecycle": ("s3:PutLifecycleConfiguration",),
    "s3:DeletePublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "s3:GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
    "s3:GetBucketLifecycleConfiguration": ("s3:GetLifecycleConfiguration",),
    "s3:GetBucketNotificationConfiguration": ("s3:GetBucketNotification",),
    "s3:GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "s3:DeleteBucketOwnershipControls": ("s3:PutBucketOwnershipControls",),
    "s3:HeadBucket": ("s3:ListBucket",),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "s3:ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
    "s3:ListObjectsV2": ("s3:ListBucket",),
    "s3:PutBucketEncryption": ("s3:PutEncryptionConfiguration",),
    "s3:PutBucketLifecycleConfiguration": ("s3:PutLifecycleConfiguration",),
    "s3:PutBucketNotificationConfiguration": ("s3:PutBucketNotification",),
    "s3:PutPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "secretsmanager:RotateSecret": ("lambda:InvokeFunction", "secretsmanager:RotateSecret"),
    "s3control:DeletePublicAccessBlock": ("s3:PutAccountPublicAccessBlock",),
    "s3control:GetPublicAccessBlock": ("s3:GetAccountPublicAccessBlock",),
    "s3control:PutPublicAccessBlock": ("s3:PutAccountPublicAccessBlock",),
}

_ROLES: Final = frozenset({"CloudWatchLogsRoleArn", "DeliverLogsPermissionArn", "MonitoringRoleArn"})
"""Parameters that hand a role to a service."""


def calls_implied(service: str, parameters: Mapping[str, Any]) -> list[Call]:
    """What else AWS checks its caller's right to: making with tags is CreateTags, too, handing over a role PassRole.

    MSK looks at the subnets of a cluster as its caller before it changes how they are reached.
    """
    tagging = [Call(service, "CreateTags")] if "TagSpecifications" in parameters else []
    linked = [Call("iam", "CreateServiceLinkedRole")] if _scans_for_malware(parameters) else []
    passed = [Call("iam", "PassRole") for name in sorted(_ROLES & set(parameters)) if parameters[name]]
    looked = [
        Call("ec2", name) for name in ("DescribeRouteTables", "DescribeSubnets") if "ConnectivityInfo" in parameters
    ]
    return [*tagging, *linked, *passed, *looked]


def _scans_for_malware(parameters: Mapping[str, Any]) -> bool:
    """GuardDuty makes a role of its own for this feature (Amazon GuardDuty User Guide, "SLR permissions")."""
    features = parameters.get("Features") or ()
    named = [one for one in features if isinstance(one, dict) and one.get("Name") == "EBS_MALWARE_PROTECTION"]
    return any(one.get("Status") == "ENABLED" for one in named)


def iam_actions(call: Call) -> tuple[str, ...]:
    """The IAM actions that a call needs."""
    known = ACTIONS.get(f"{call.service}:{call.operation}")
    return known or (f"{_PREFIX.get(call.service, call.service)}:{call.operation}",)
