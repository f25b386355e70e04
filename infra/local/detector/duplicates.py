"""Duplicates of a finding: Config's own finding in Security Hub, and Security Hub's OCSF version.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-internal-providers.html (Config sends what a
customer's rules find, not what service-linked ones do; published samples are MEDIUM) and
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-formats.html (`Findings Imported V2`;
published records are of OCSF 1.6.0, class 2003, and their finding_info.uid is the Id of the ASFF finding).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from infra.local.detector.asff import FAILED, PASSED, TYPES, Observation, resource_of
from infra.local.detector.events import ConfigRule
from infra.local.inventory import Resource
from infra.local.sandbox.accounts import ACCOUNTS

Finding = dict[str, Any]

_TYPE: Final = "Software and Configuration Checks"
_SEVERITY: Final = {"Label": "MEDIUM", "Normalized": 40}
_PASSED_SEVERITY: Final = {"Label": "INFORMATIONAL", "Normalized": 0}

_VERDICTS: Final = {FAILED: ("Fail", 3), PASSED: ("Pass", 1)}
_WORKFLOWS: Final = {
    "NEW": ("New", 1),
    "NOTIFIED": ("In Progress", 2),
    "SUPPRESSED": ("Suppressed", 3),
    "RESOLVED": ("Resolved", 4),
}
_SEVERITIES: Final = {
    "INFORMATIONAL": ("Informational", 1),
    "LOW": ("Low", 2),
    "MEDIUM": ("Medium", 3),
    "HIGH": ("High", 4),
    "CRITICAL": ("Critical", 5),
}


def config_product(resource: Resource) -> str:
    """Return the ProductArn of Config's findings."""
    return f"arn:aws:securityhub:{resource.region}::product/aws/config"


def config_id(rule: ConfigRule, resource: Resource) -> str:
    """Return the Id of Config's finding, stable for a rule and resource."""
    unique = hashlib.sha1(resource.arn.encode(), usedforsecurity=False).hexdigest()
    return f"{rule.arn(resource)}/finding/{unique}"


def from_config(rule: ConfigRule, item: Observation, now: str, since: str) -> Finding:
    """Create Config's finding in Security Hub for a customer's rule and a resource."""
    resource, product = item.resource, config_product(item.resource)
    own_id = config_id(rule, resource)
    severity = _PASSED_SEVERITY if item.passed else _SEVERITY
    return {
        "SchemaVersion": "2018-10-08",
        "Id": own_id,
        "ProductArn": product,
        "ProductName": "Config",
        "CompanyName": "AWS",
        "Region": resource.region,
        "GeneratorId": rule.arn(resource),
        "AwsAccountId": resource.account,
        "AwsAccountName": ACCOUNTS.get(resource.account, resource.account),
        "Types": [_TYPE],
        "FirstObservedAt": since,
        "CreatedAt": since,
        "UpdatedAt": now,
        "ProcessedAt": now,
        "Severity": dict(severity),
        "Title": rule.name,
        "Description": f"This finding is created for a resource compliance change for config rule: {rule.name}",
        "ProductFields": {
            "aws/securityhub/ProductName": "Config",
            "aws/securityhub/CompanyName": "AWS",
            "aws/securityhub/FindingId": f"{product}/{own_id}",
            "aws/config/ConfigRuleArn": rule.arn(resource),
            "aws/config/ConfigRuleName": rule.name,
            "aws/config/ConfigComplianceType": "COMPLIANT" if item.passed else "NON_COMPLIANT",
        },
        "Resources": [resource_of(resource)],
        "Compliance": {"Status": PASSED if item.passed else FAILED},
        "WorkflowState": "NEW",
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "FindingProviderFields": {"Severity": {"Label": severity["Label"]}, "Types": [_TYPE]},
    }


def ocsf(finding: Mapping[str, Any]) -> Finding:
    """Convert a control finding to OCSF 1.6, class Compliance Finding."""
    status, status_id = ("Archived", 5) if finding["RecordState"] == "ARCHIVED" else _workflow(finding)
    severity, severity_id = _SEVERITIES[finding["Severity"]["Label"]]
    created = finding["RecordState"] == "ACTIVE" and finding["CreatedAt"] == finding["UpdatedAt"]
    activity, activity_id = ("Create", 1) if created else ("Update", 2)
    return {
        "activity_id": activity_id,
        "activity_name": activity,
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Compliance Finding",
        "class_uid": 2003,
        "type_uid": 200_300 + activity_id,
        "cloud": _ocsf_cloud(finding),
        "compliance": _ocsf_compliance(finding["Compliance"]),
        "finding_info": _ocsf_info(finding),
        "metadata": _ocsf_metadata(finding),
        "resources": [_ocsf_resource(one) for one in finding["Resources"]],
        "severity": severity,
        "severity_id": severity_id,
        "status": status,
        "status_id": status_id,
        **_times("", finding["UpdatedAt"]),
    }


def _workflow(finding: Mapping[str, Any]) -> tuple[str, int]:
    return _WORKFLOWS[finding["Workflow"]["Status"]]


def _times(name: str, at: str) -> dict[str, Any]:
    """Return `created_time` in milliseconds and `created_time_dt` as text; without a name `time` and `time_dt`."""
    prefix = f"{name}_" if name else ""
    return {f"{prefix}time": int(datetime.fromisoformat(at).timestamp() * 1000), f"{prefix}time_dt": at}


def _ocsf_resource(resource: Mapping[str, Any]) -> Finding:
    """`uid` is the ARN; the type is CloudFormation's."""
    kind = next(own for own, asff in TYPES.items() if asff == resource["Type"])
    tags = [{"name": name, "value": value} for name, value in resource.get("Tags", {}).items()]
    return {
        "cloud_partition": resource["Partition"],
        "region": resource["Region"],
        "type": kind,
        "uid": resource["Id"],
        **({"tags": tags} if tags else {}),
    }


def _ocsf_cloud(finding: Mapping[str, Any]) -> Finding:
    account = {
        "type": "AWS Account",
        "type_id": 10,
        "uid": finding["AwsAccountId"],
        "name": finding["AwsAccountName"],
    }
    return {"account": account, "provider": "AWS", "region": finding["Region"]}


def _ocsf_compliance(compliance: Mapping[str, Any]) -> Finding:
    verdict, verdict_id = _VERDICTS[compliance["Status"]]
    return {
        "control": compliance["SecurityControlId"],
        "standards": [one["StandardsId"] for one in compliance["AssociatedStandards"]],
        "status": verdict,
        "status_id": verdict_id,
    }


def _ocsf_info(finding: Mapping[str, Any]) -> Finding:
    return {
        "uid": finding["Id"],
        "title": finding["Title"],
        "desc": finding["Description"],
        "types": ["Posture Management"],
        **_times("created", finding["CreatedAt"]),
        **_times("first_seen", finding["FirstObservedAt"]),
        **_times("modified", finding["UpdatedAt"]),
    }


def _ocsf_metadata(finding: Mapping[str, Any]) -> Finding:
    product = {
        "name": "Security Hub",
        "uid": f"arn:aws:securityhub:{finding['Region']}::productv2/aws/securityhub",
        "vendor_name": "AWS",
    }
    return {
        "product": product,
        "uid": hashlib.sha256(finding["Id"].encode()).hexdigest(),
        "version": "1.6.0",
    }
