"""AwsSecurityFindingFilters on findings.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html,
…/API_StringFilter.html (which comparisons are joined by OR and which by AND), …/API_DateFilter.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

Finding = Mapping[str, Any]
_RENAMED = {
    "SeverityLabel": "Severity.Label",
    "SeverityNormalized": "Severity.Normalized",
    "SeverityProduct": "Severity.Product",
    "Type": "Types",
    "RecommendationText": "Remediation.Recommendation.Text",
    "ResourceType": "Resources.Type",
    "ResourceId": "Resources.Id",
    "ResourcePartition": "Resources.Partition",
    "ResourceRegion": "Resources.Region",
    "ComplianceStatus": "Compliance.Status",
    "ComplianceSecurityControlId": "Compliance.SecurityControlId",
    "ComplianceAssociatedStandardsId": "Compliance.AssociatedStandards.StandardsId",
    "WorkflowStatus": "Workflow.Status",
    "NoteText": "Note.Text",
    "NoteUpdatedAt": "Note.UpdatedAt",
    "NoteUpdatedBy": "Note.UpdatedBy",
    "FindingProviderFieldsSeverityLabel": "FindingProviderFields.Severity.Label",
    "FindingProviderFieldsTypes": "FindingProviderFields.Types",
}
_PLAIN = frozenset(
    {
        *("ProductArn", "AwsAccountId", "Id", "GeneratorId", "Region", "Title", "Description", "SourceUrl", "Sample"),
        *("ProductName", "CompanyName", "VerificationState", "WorkflowState", "RecordState", "AwsAccountName"),
        *("FirstObservedAt", "LastObservedAt", "CreatedAt", "UpdatedAt", "Confidence", "Criticality"),
    }
)
_MAPS = {
    "ProductFields": "ProductFields",
    "UserDefinedFields": "UserDefinedFields",
    "ResourceTags": "Resources.Tags",
}
KNOWN = _PLAIN | _RENAMED.keys() | _MAPS.keys()
_STRING_TESTS: dict[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda value, wanted: value == wanted,
    "PREFIX": lambda value, wanted: value.startswith(wanted),
    "CONTAINS": lambda value, wanted: wanted in value,
    "CONTAINS_WORD": lambda value, wanted: bool(re.search(rf"\b{re.escape(wanted)}\b", value)),
}
_NEGATIONS = {"NOT_EQUALS": "EQUALS", "PREFIX_NOT_EQUALS": "PREFIX", "NOT_CONTAINS": "CONTAINS"}
_DAYS = {"DAYS": timedelta(days=1)}


def matches(finding: Finding, filters: Mapping[str, list[Mapping[str, Any]]], now: datetime) -> bool:
    """Return whether a finding satisfies all filters. Raises KeyError for an unsupported filter."""
    return all(_matches_one(finding, name, conditions, now) for name, conditions in filters.items())


def _matches_one(finding: Finding, name: str, conditions: list[Mapping[str, Any]], now: datetime) -> bool:
    if name in _MAPS:
        return _matches_map(finding, _MAPS[name], conditions)
    values = list(_values(finding, (_RENAMED.get(name, name)).split(".")))
    if _is_date(conditions[0]):
        return any(_in_range(value, condition, now) for value in values for condition in conditions)
    if _is_number(conditions[0]):
        return any(_in_bounds(value, condition) for value in values for condition in conditions)
    return _matches_strings(values, conditions)


def _values(part: Any, path: list[str]) -> Iterable[Any]:
    if isinstance(part, list):
        for item in part:
            yield from _values(item, path)
    elif not path:
        yield part
    elif isinstance(part, Mapping) and path[0] in part:
        yield from _values(part[path[0]], path[1:])


def _matches_strings(values: list[Any], conditions: list[Mapping[str, Any]]) -> bool:
    """Positive comparisons are joined by OR, negative ones by AND; both must hold."""
    positive = [item for item in conditions if item["Comparison"] not in _NEGATIONS]
    negative = [item for item in conditions if item["Comparison"] in _NEGATIONS]
    texts = [str(value) for value in values]
    return (not positive or any(_holds(texts, item) for item in positive)) and not any(
        _holds(texts, {**item, "Comparison": _NEGATIONS[item["Comparison"]]}) for item in negative
    )


def _holds(texts: list[str], condition: Mapping[str, Any]) -> bool:
    test = _STRING_TESTS[condition["Comparison"]]
    return any(test(text, condition["Value"]) for text in texts)


def _matches_map(finding: Finding, path: str, conditions: list[Mapping[str, Any]]) -> bool:
    maps = [item for item in _values(finding, path.split(".")) if isinstance(item, Mapping)]
    by_key: dict[str, list[Mapping[str, Any]]] = {}
    for condition in conditions:
        by_key.setdefault(condition["Key"], []).append(condition)
    return all(
        _matches_strings([entry[key] for entry in maps if key in entry], wanted) for key, wanted in by_key.items()
    )


def _is_date(condition: Mapping[str, Any]) -> bool:
    return bool(condition.keys() & {"Start", "End", "DateRange"})


def _in_range(value: Any, condition: Mapping[str, Any], now: datetime) -> bool:
    when = moment(str(value))
    if relative := condition.get("DateRange"):
        span: timedelta = relative["Value"] * _DAYS[relative["Unit"]]
        return when >= now - span
    start, end = condition.get("Start"), condition.get("End")
    return (start is None or moment(start) <= when) and (end is None or when <= moment(end))


def moment(text: str) -> datetime:
    """Parse a Security Hub timestamp."""
    return datetime.fromisoformat(text)


def _is_number(condition: Mapping[str, Any]) -> bool:
    return bool(condition.keys() & {"Gte", "Lte", "Eq", "Gt", "Lt"})


def _in_bounds(value: Any, condition: Mapping[str, Any]) -> bool:
    tests: dict[str, Callable[[float, float], bool]] = {
        "Gte": lambda number, bound: number >= bound,
        "Lte": lambda number, bound: number <= bound,
        "Eq": lambda number, bound: number == bound,
        "Gt": lambda number, bound: number > bound,
        "Lt": lambda number, bound: number < bound,
    }
    return all(tests[name](float(value), bound) for name, bound in condition.items())
