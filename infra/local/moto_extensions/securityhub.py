"""Security Hub: GetFindings with filters, BatchUpdateFindings, BatchImportFindings over all accounts.

moto ignores Filters, has no BatchUpdateFindings, and stores findings by account.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.securityhub import urls
from moto.securityhub.exceptions import InvalidInputException
from moto.securityhub.responses import SecurityHubResponse

from infra.local.moto_extensions import finding_filters
from infra.local.moto_extensions.findings import STORE, Finding
from infra.local.moto_extensions.patching import replace

_PAGE = 100
_LABELS = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}
_REQUIRED = (
    *("SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt"),
    *("Title", "Description", "Resources"),
)
_TAKEN_AS_GIVEN = (
    *("VerificationState", "Confidence", "Criticality"),
    *("Types", "UserDefinedFields", "RelatedFindings"),
)
_clock: list[Callable[[], datetime]] = [lambda: datetime.now(UTC)]


def use_clock(clock: Callable[[], datetime]) -> None:
    """Use this clock (for Note.UpdatedAt and relative date filters) until the next reset."""
    _clock[:] = [clock]


def timestamp(moment: datetime) -> str:
    """Format a time as Security Hub does, in milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def get_findings(self: SecurityHubResponse) -> str:
    """Return the findings that satisfy all filters, in pages.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html: MaxResults 1 to 100. "You can use the
    NextToken parameter" of an answer; tokens are positions in the result.
    """
    params = _body(self)
    found = _filtered(self, params.get("Filters") or {})
    _sort(found, params.get("SortCriteria") or [])
    size = params.get("MaxResults", _PAGE)
    if not 1 <= size <= _PAGE:
        raise InvalidInputException("GetFindings", "MaxResults must be a number between 1 and 100")
    start = int(params.get("NextToken") or 0)
    answer: dict[str, Any] = {"Findings": found[start : start + size]}
    if start + size < len(found):
        answer["NextToken"] = str(start + size)
    return json.dumps(answer)


def _body(response: SecurityHubResponse) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(response.body or "{}")
    return parsed


def _filtered(response: SecurityHubResponse, filters: Mapping[str, Any]) -> list[Finding]:
    unknown = filters.keys() - finding_filters.KNOWN
    if unknown:
        raise InvalidInputException("GetFindings", f"filters not supported by the local hub: {sorted(unknown)}")
    visible = STORE.seen_by(response.current_account, response.region)
    return [finding for finding in visible if finding_filters.matches(finding, filters, _clock[0]())]


def _sort(findings: list[Finding], criteria: list[Mapping[str, str]]) -> None:
    for criterion in reversed(criteria):
        findings.sort(
            key=lambda finding: str(finding.get(criterion["Field"], "")),
            reverse=criterion.get("SortOrder") == "desc",
        )


def batch_update_findings(self: SecurityHubResponse) -> str:
    """Update the customer-owned fields of up to 100 findings.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html: "Updates from
    BatchUpdateFindings don't affect the value of UpdatedAt for a finding"; unknown ones are returned as unprocessed.
    """
    params = _body(self)
    processed, unprocessed = [], []
    for identifier in _identifiers(params):
        if _is_visible(self, identifier):
            STORE.update(identifier["ProductArn"], identifier["Id"], lambda finding: _apply(finding, params))
            processed.append(identifier)
        else:
            unprocessed.append(_not_found(identifier))
    return json.dumps({"ProcessedFindings": processed, "UnprocessedFindings": unprocessed})


def _identifiers(params: Mapping[str, Any]) -> list[dict[str, str]]:
    identifiers: list[dict[str, str]] = params.get("FindingIdentifiers") or []
    if not 1 <= len(identifiers) <= _PAGE:
        raise InvalidInputException("BatchUpdateFindings", "between 1 and 100 FindingIdentifiers are needed")
    return identifiers


def _is_visible(response: SecurityHubResponse, identifier: Mapping[str, str]) -> bool:
    finding = STORE.get(identifier["ProductArn"], identifier["Id"])
    return finding is not None and STORE.may_see(response.current_account, response.region, finding)


def _not_found(identifier: Mapping[str, str]) -> dict[str, Any]:
    return {
        "FindingIdentifier": dict(identifier),
        "ErrorCode": "FindingNotFound",
        "ErrorMessage": "The finding was not found",
    }


def _apply(finding: Finding, params: Mapping[str, Any]) -> None:
    finding.update({name: params[name] for name in _TAKEN_AS_GIVEN if name in params})
    if note := params.get("Note"):
        finding["Note"] = {**note, "UpdatedAt": timestamp(_clock[0]())}
    if status := (params.get("Workflow") or {}).get("Status"):
        finding["Workflow"] = {"Status": status}
        finding["WorkflowState"] = status if status in {"NEW", "NOTIFIED"} else "RESOLVED"
    if label := (params.get("Severity") or {}).get("Label"):
        finding["Severity"] = {**finding.get("Severity", {}), "Label": label, "Normalized": _LABELS[label]}
    finding["ProcessedAt"] = timestamp(_clock[0]())


def batch_import_findings(self: SecurityHubResponse) -> str:
    """Import findings of the caller's account under the account's default product.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html: an import cannot change Note,
    UserDefinedFields, VerificationState and Workflow of an existing finding; products of AWS are reserved.
    """
    findings = _body(self)["Findings"]
    failures = [failure for finding in findings if (failure := _import_one(self, finding))]
    return json.dumps(
        {
            "FailedCount": len(failures),
            "SuccessCount": len(findings) - len(failures),
            "FailedFindings": failures,
        }
    )


def _import_one(response: SecurityHubResponse, finding: Finding) -> dict[str, str] | None:
    missing = [name for name in _REQUIRED if not finding.get(name)]
    if missing:
        return _failure(finding, "InvalidInput", f"missing: {', '.join(missing)}")
    own_product = f":{response.current_account}:product/{response.current_account}/" in finding["ProductArn"]
    if finding["AwsAccountId"] != response.current_account or not own_product:
        return _failure(finding, "InvalidAccess", "the finding is not of the caller's account and product")
    defaults = {
        "Region": response.region,
        "Workflow": {"Status": "NEW"},
        "WorkflowState": "NEW",
        "RecordState": "ACTIVE",
    }
    STORE.put({**defaults, **finding, "ProcessedAt": timestamp(_clock[0]())})
    return None


def _failure(finding: Mapping[str, Any], code: str, message: str) -> dict[str, str]:
    return {"Id": str(finding.get("Id", "")), "ErrorCode": code, "ErrorMessage": message}


def install() -> None:
    """Add the operations to moto's Security Hub and its URL table."""
    replace(
        SecurityHubResponse,
        get_findings=get_findings,
        batch_update_findings=batch_update_findings,
        batch_import_findings=batch_import_findings,
    )
    urls.url_paths["{0}/findings/batchupdate$"] = SecurityHubResponse.dispatch


def reset() -> None:
    """Forget all findings and use the real clock."""
    STORE.reset()
    use_clock(lambda: datetime.now(UTC))
