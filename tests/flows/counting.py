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
    for name, value in SAYS[says].items():
        found[name] = {**found.get(name, {}), **value} if isinstance(value, dict) else value
    if says == "PASSED":
        found["Compliance"]["Status"] = "PASSED"
    return document
