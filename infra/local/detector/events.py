"""EventBridge events in delivery format.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html (one finding an event) and
https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.inventory import Resource
from infra.local.moto_extensions.securityhub import timestamp

Event = dict[str, Any]


def imported(finding: Mapping[str, Any], account: str, region: str, now: datetime) -> Event:
    """`Security Hub Findings - Imported` on the bus of the administrator's account and home Region."""
    return {
        **_envelope("Security Hub Findings - Imported", "aws.securityhub", account, region, now),
        "resources": [f"{finding['ProductArn']}/{finding['Id']}"],
        "detail": {"findings": [dict(finding)]},
    }


def imported_v2(record: Mapping[str, Any], account: str, region: str, now: datetime) -> Event:
    """`Findings Imported V2`: the same finding as OCSF, on the same bus."""
    return {
        **_envelope("Findings Imported V2", "aws.securityhub", account, region, now),
        "resources": [record["metadata"]["uid"]],
        "detail": {"findings": [dict(record)]},
    }


def _envelope(detail_type: str, source: str, account: str, region: str, now: datetime) -> Event:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
    }


@dataclass(frozen=True)
class ConfigRule:
    """A Config rule: its name, and an ARN template without account and Region."""

    name: str
    resource_id: str

    def arn(self, resource: Resource) -> str:
        return f"arn:aws:config:{resource.region}:{resource.account}:config-rule/{self.resource_id}"


def compliance_change(
    rule: ConfigRule, resource: Resource, new: str, old: Mapping[str, Any] | None, now: datetime
) -> Event:
    """`Config Rules Compliance Change` on the bus of the resource's account and Region.

    `old` is the previous evaluation, None for the first one.
    """
    result = evaluation(rule, resource, new, now)
    detail = {
        "resourceId": resource.id,
        "awsRegion": resource.region,
        "awsAccountId": resource.account,
        "configRuleName": rule.name,
        "recordVersion": "1.0",
        "configRuleARN": rule.arn(resource),
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": result,
        **({"oldEvaluationResult": dict(old)} if old else {}),
        "notificationCreationTime": timestamp(now),
        "resourceType": resource.type,
    }
    envelope = _envelope("Config Rules Compliance Change", "aws.config", resource.account, resource.region, now)
    return {**envelope, "resources": [], "detail": detail}


def evaluation(rule: ConfigRule, resource: Resource, compliance: str, now: datetime) -> dict[str, Any]:
    """Return an evaluation result as in Config's events."""
    qualifier = {
        "configRuleName": rule.name,
        "resourceType": resource.type,
        "resourceId": resource.id,
        "evaluationMode": "DETECTIVE",
    }
    return {
        "evaluationResultIdentifier": {
            "evaluationResultQualifier": qualifier,
            "orderingTimestamp": timestamp(now),
        },
        "complianceType": compliance,
        "resultRecordedTime": timestamp(now),
        "configRuleInvokedTime": timestamp(now),
    }
