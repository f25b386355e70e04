"""Control findings in ASFF, as Security Hub writes them with consolidated control findings.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html and
https://docs.aws.amazon.com/securityhub/latest/userguide/controls-findings-create-update.html (what a change of the
compliance status does to workflow, severity and times).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.detector.controls import Control
from infra.local.detector.events import ConfigRule
from infra.local.inventory import Resource
from infra.local.sandbox.accounts import ACCOUNTS

Finding = dict[str, Any]
FAILED, PASSED = "FAILED", "PASSED"
_TYPE = "Software and Configuration Checks/Industry and Regulatory Standards"
_STANDARDS = ({"StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0"},)
_NORMALIZED = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}
TYPES = {
    "AWS::::Account": "AwsAccount",
    "AWS::CloudTrail::Trail": "AwsCloudTrailTrail",
    "AWS::EC2::Instance": "AwsEc2Instance",
    "AWS::EC2::SecurityGroup": "AwsEc2SecurityGroup",
    "AWS::EC2::Subnet": "AwsEc2Subnet",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "AwsElbv2LoadBalancer",
    "AWS::IAM::User": "AwsIamUser",
    "AWS::KMS::Key": "AwsKmsKey",
    "AWS::RDS::DBInstance": "AwsRdsDbInstance",
    "AWS::S3::Bucket": "AwsS3Bucket",
    "AWS::SNS::Topic": "AwsSnsTopic",
    "AWS::SQS::Queue": "AwsSqsQueue",
}


@dataclass(frozen=True)
class Observation:
    """Result of evaluating one resource for one control."""

    control: Control
    resource: Resource
    passed: bool

    @property
    def id(self) -> str:
        """The finding's Id, stable for a control and resource."""
        place, control = self.resource, self.control.id
        unique = uuid.uuid5(uuid.NAMESPACE_URL, f"{place.account}/{place.region}/{control}/{place.arn}")
        return f"arn:aws:securityhub:{place.region}:{place.account}:security-control/{control}/finding/{unique}"

    @property
    def product_arn(self) -> str:
        return product_arn(self.resource.region)


def product_arn(region: str) -> str:
    """Return the ProductArn of Security Hub in a Region."""
    return f"arn:aws:securityhub:{region}::product/aws/securityhub"


def linked_rule(control: Control) -> ConfigRule:
    """Return the service-linked Config rule that Security Hub creates for a control."""
    suffix = hashlib.sha256(control.id.encode()).hexdigest()
    arn_end = f"aws-service-rule/securityhub.amazonaws.com/config-rule-{suffix[:6]}"
    return ConfigRule(f"securityhub-{control.rule}-{suffix[:8]}", arn_end)


def new_finding(item: Observation, now: str, since: str) -> Finding:
    """Create the finding of a resource that was first observed at `since` and last at `now`."""
    control, resource = item.control, item.resource
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": item.id,
        "ProductArn": product_arn(resource.region),
        "ProductName": "Security Hub",
        "CompanyName": "AWS",
        "Region": resource.region,
        "GeneratorId": f"security-control/{control.id}",
        "AwsAccountId": resource.account,
        "AwsAccountName": ACCOUNTS.get(resource.account, resource.account),
        "Types": [_TYPE],
        "FirstObservedAt": since,
        "CreatedAt": since,
        "Title": control.title,
        "Description": f"This control checks the following: {control.title}.",
        "Remediation": {"Recommendation": _recommendation(control)},
        "ProductFields": _product_fields(item),
        "Resources": [resource_of(resource)],
        "Compliance": {"SecurityControlId": control.id, "AssociatedStandards": list(_STANDARDS)},
        "RecordState": "ACTIVE",
    }
    return _observed(finding, item, now) | _workflow("RESOLVED" if item.passed else "NEW")


def _recommendation(control: Control) -> dict[str, str]:
    return {
        "Text": "For information on how to correct this issue, consult the AWS Security Hub controls documentation.",
        "Url": f"https://docs.aws.amazon.com/console/securityhub/{control.id}/remediation",
    }


def _product_fields(item: Observation) -> dict[str, str]:
    rule = {
        "RelatedAWSResources:0/name": linked_rule(item.control).name,
        "RelatedAWSResources:0/type": "AWS::Config::ConfigRule",
    }
    return {
        **(rule if item.control.rule else {}),
        "aws/securityhub/ProductName": "Security Hub",
        "aws/securityhub/CompanyName": "AWS",
        "Resources:0/Id": item.resource.arn,
        "aws/securityhub/FindingId": f"{item.product_arn}/{item.id}",
    }


def resource_of(resource: Resource) -> dict[str, Any]:
    """Convert a resource to ASFF."""
    kind = TYPES[resource.type]
    details = _details(resource)
    return {
        "Type": kind,
        "Id": resource.arn,
        "Partition": "aws",
        "Region": resource.region,
        **({"Tags": dict(resource.tags)} if resource.tags else {}),
        **({"Details": {kind: details}} if details else {}),
    }


def _details(resource: Resource) -> dict[str, Any]:
    settings = resource.settings
    if resource.type == "AWS::S3::Bucket":
        owner = hashlib.sha256(resource.account.encode()).hexdigest()
        return {"OwnerId": owner, "OwnerAccountId": resource.account, "CreatedAt": settings["CreationDate"]}
    if resource.type == "AWS::EC2::SecurityGroup":
        names = ("GroupName", "VpcId")
        return {**{name: settings[name] for name in names}, "GroupId": resource.id, "OwnerId": resource.account}
    if resource.type == "AWS::EC2::Instance":
        addresses = [settings["PrivateIpAddress"], settings["PublicIpAddress"]]
        plain = {name: settings[name] for name in ("VpcId", "SubnetId") if settings[name]}
        return {**plain, "IpV4Addresses": [address for address in addresses if address]}
    if resource.type == "AWS::IAM::User":
        return {"UserName": resource.name, "UserId": resource.id}
    return {}


def _observed(finding: Finding, item: Observation, now: str) -> Finding:
    label = "INFORMATIONAL" if item.passed else item.control.severity
    return {
        **finding,
        "LastObservedAt": now,
        "UpdatedAt": now,
        "ProcessedAt": now,
        "Severity": {"Label": label, "Normalized": _NORMALIZED[label], "Original": label},
        "FindingProviderFields": {"Severity": {"Label": label, "Original": label}, "Types": [_TYPE]},
        "Compliance": {**finding["Compliance"], "Status": PASSED if item.passed else FAILED},
    }


def _workflow(status: str) -> dict[str, Any]:
    return {"Workflow": {"Status": status}, "WorkflowState": status if status in {"NEW", "NOTIFIED"} else "RESOLVED"}


def update_finding(before: Mapping[str, Any], item: Observation, now: str) -> Finding:
    """Update a finding after another evaluation; a status change resets the workflow, unless it is suppressed."""
    finding = _observed({**before, "Resources": [resource_of(item.resource)], "RecordState": "ACTIVE"}, item, now)
    previous = before["Compliance"]["Status"]
    if finding["Compliance"]["Status"] != previous:
        finding["ProductFields"] = {**before["ProductFields"], "PreviousComplianceStatus": previous}
        if before["Workflow"]["Status"] != "SUPPRESSED":
            finding |= _workflow("RESOLVED" if item.passed else "NEW")
    return finding


def archive_finding(before: Mapping[str, Any], now: str) -> Finding:
    """Archive the finding of a resource that is gone, or that the control no longer applies to."""
    return {**before, "RecordState": "ARCHIVED", "UpdatedAt": now, "ProcessedAt": now}
