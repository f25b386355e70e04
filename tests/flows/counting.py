"""Counters held against a recount of all findings, on any table."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from bot.domain.ports import Item
from bot.domain.posture import Scope, recount
from bot.store import items
from tests.flows.stage import event

BUCKETS = ("a",)
CONTROLS = ("S3.2", "S3.5")
REGIONS = ("eu-west-1", "us-east-1")
SAYS: dict[str, dict[str, Any]] = {
    "FAILED": {},
    "PASSED": {"Workflow": {"Status": "RESOLVED"}, "Severity": {"Label": "INFORMATIONAL"}},
    "SUPPRESSED": {"Workflow": {"Status": "SUPPRESSED"}},
    "WARNING": {"Compliance": {"Status": "WARNING"}},
    "ARCHIVED": {"RecordState": "ARCHIVED"},
    "RESOLVED": {"Workflow": {"Status": "RESOLVED"}},
}


def stored_rows(everything: Iterable[Item]) -> dict[Scope, dict[str, int]]:
    """The counters as they are stored, without those that are 0."""
    rows = {Scope(item["pk"], item["sk"]): item for item in everything if item["pk"].startswith("POSTURE#")}
    numbers = {
        scope: {name: value for name, value in item.items() if name not in {"pk", "sk", "account_name"} and value}
        for scope, item in rows.items()
    }
    return {scope: counts for scope, counts in numbers.items() if counts}


def recounted(everything: Iterable[Item]) -> dict[Scope, dict[str, int]]:
    """The counters as all stored findings would have them."""
    return recount(items.finding_from(item) for item in everything if item["pk"].startswith("F#"))


def a_word(control: str, bucket: str, says: str, minute: int, *, region: str = REGIONS[0], source: str = "hub") -> Any:
    """What one source says of one control on one bucket; `source` threat: a product of somebody's own."""
    document = deepcopy(event("securityhub_failed"))
    (found,) = document["detail"]["findings"]
    found |= {"Id": f"{source}/{control}/{bucket}", "Region": region}
    found["Resources"] = [found["Resources"][0] | {"Id": f"arn:aws:s3:::{bucket}", "Region": region}]
    found["Compliance"] = {"Status": "FAILED", "SecurityControlId": control}
    found["UpdatedAt"] = f"2026-09-22T09:{minute:02}:00.000Z"
    document["time"] = f"2026-09-22T09:{minute:02}:01Z"
    if source == "threat":
        found |= {"ProductArn": "arn:aws:securityhub:eu-west-1::product/acme/scanner", "Types": [f"TTPs/{control}"]}
    _say(found, says)
    return document


def _say(found: dict[str, Any], says: str) -> None:
    for name, value in SAYS[says].items():
        found[name] = {**found.get(name, {}), **value} if isinstance(value, dict) else value
    if says == "PASSED":
        found["Compliance"]["Status"] = "PASSED"


PROTECTED, ENCRYPTED = "rds-instance-deletion-protection-enabled", "rds-storage-encrypted"
RULES = {PROTECTED: "RDS.8", ENCRYPTED: "RDS.3"}


def the_hub_on_a_database(
    name: str, own_id: str, says: str, minute: int, *, rule: str = PROTECTED, **finding: Any
) -> Any:
    """What Security Hub says of a database, by its ARN; with its own id beside it unless that is ''."""
    arn = f"arn:aws:rds:{REGIONS[0]}:111122223333:db:{name}"
    details = {"Details": {"AwsRdsDbInstance": {"DbiResourceId": own_id}}} if own_id else {}
    document = a_word(RULES[rule], name, "FAILED", minute)
    (found,) = document["detail"]["findings"]
    found["Resources"] = [{"Type": "AwsRdsDbInstance", "Id": arn, "Region": REGIONS[0], **details}]
    _say(found, says)
    found |= finding
    return document


VERDICTS = {"FAILED": "NON_COMPLIANT", "PASSED": "COMPLIANT", "ARCHIVED": "NOT_APPLICABLE"}


def config_on_a_database(own_id: str, says: str, minute: int, *, rule: str = PROTECTED) -> Any:
    """What a rule of AWS Config says of the same control on the database that it knows by its own id."""
    document = deepcopy(event("config_compliance_change"))
    change = document["detail"]
    change |= {"configRuleName": rule, "resourceType": "AWS::RDS::DBInstance", "resourceId": own_id}
    result = change["newEvaluationResult"]
    result["complianceType"] = VERDICTS.get(says, "INSUFFICIENT_DATA")
    result["evaluationResultIdentifier"]["orderingTimestamp"] = f"2026-09-22T09:{minute:02}:00.000Z"
    document["time"] = f"2026-09-22T09:{minute:02}:01Z"
    return document
