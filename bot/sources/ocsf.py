"""OCSF findings (category 2), the format of Security Hub V2: one observation for each finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field

from bot.data.controls import controls
from bot.domain.errors import BadInput
from bot.domain.finding import Observation, SourceKind, SourceState
from bot.domain.resource import parse_arn
from bot.payload import PayloadModel, parse_payload
from bot.sources.asff import HUB, product_of
from bot.sources.common import SourceContext, Subject, partition_of, region_of, source_id, tags, untrusted_control
from bot.sources.format import Ignored, RawFinding, Source
from bot.sources.normalise import (
    MAX_NAME,
    MAX_TITLE,
    Keyword,
    Name,
    Text,
    Texts,
    first_instant,
    instant,
    is_account,
    key,
    line,
    severity,
)

_FINDINGS: Final = 2
"""OCSF's category Findings: the thousands digit of a class_uid."""

_STATUS_IDS: Final = {1: "NEW", 2: "IN PROGRESS", 3: "SUPPRESSED", 4: "RESOLVED", 5: "ARCHIVED"}
_WORKFLOWS: Final = {"NEW": "NEW", "IN PROGRESS": "NOTIFIED", "SUPPRESSED": "SUPPRESSED", "RESOLVED": "RESOLVED"}
_VERDICT_IDS: Final = {0: "NOT_AVAILABLE", 1: "PASSED", 2: "WARNING", 3: "FAILED"}
_VERDICTS: Final = {
    "PASS": "PASSED",
    "FAIL": "FAILED",
    "WARNING": "WARNING",
    "UNKNOWN": "NOT_AVAILABLE",
    "MANUAL": "NOT_AVAILABLE",
    "OTHER": "NOT_AVAILABLE",
    **{verdict: verdict for verdict in ("PASSED", "FAILED", "NOT_AVAILABLE", "INSUFFICIENT_DATA", "NOT_APPLICABLE")},
}
"""Verdict by `compliance.status`, or by the `status_code` of scanners that write it there (MANUAL is Prowler's).

Before OCSF 1.3 the status was free text, and translations from ASFF have ASFF's values in it.
"""

_SEVERITY_IDS: Final = {1: "INFORMATIONAL", 2: "LOW", 3: "MEDIUM", 4: "HIGH", 5: "CRITICAL", 6: "CRITICAL"}
_FATAL: Final = 6


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value or {}


def _object(value: Any) -> Any:
    return {} if value is None else value


Integer = Annotated[int | None, BeforeValidator(_integer)]


class Tag(PayloadModel):
    name: Text = ""
    value: Text = ""


def _tags(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


class OcsfResource(PayloadModel):
    """The first resource of a finding. `uid` may be a name or a URL, with the ARN in `uid_alt`."""

    uid: Name = ""
    arn: Name = Field("", validation_alias="uid_alt")
    name: Text = ""
    type: Text = ""
    region: Text = ""
    tags: Annotated[list[Tag], BeforeValidator(_tags)] = Field(default_factory=list)


class Compliance(PayloadModel):
    control: Name = ""
    status: Keyword = ""
    status_id: Integer = None


class Info(PayloadModel):
    """Identity and description; `uid` is the Id of the ASFF copy of the same finding."""

    uid: Text = ""
    title: Text = ""
    description: Text = Field("", validation_alias="desc")
    types: Texts = Field(default_factory=list)
    created: Any = Field(None, validation_alias="created_time")
    created_text: Any = Field(None, validation_alias="created_time_dt")
    first_seen: Any = Field(None, validation_alias="first_seen_time")
    first_seen_text: Any = Field(None, validation_alias="first_seen_time_dt")
    modified: Any = Field(None, validation_alias="modified_time")
    modified_text: Any = Field(None, validation_alias="modified_time_dt")


class Finding(PayloadModel):
    """The fields of an OCSF finding that the bot reads.

    The class Security Finding of OCSF 1.0, the first in Security Lake, has `finding` and `state` for two of them.
    """

    class_uid: int
    class_name: Text = ""
    account: Name = Field("", validation_alias=AliasPath("cloud", "account", "uid"))
    account_name: Text = Field("", validation_alias=AliasPath("cloud", "account", "name"))
    region: Text = Field("", validation_alias=AliasPath("cloud", "region"))
    product_uid: Name = Field("", validation_alias=AliasPath("metadata", "product", "uid"))
    product_name: Text = Field("", validation_alias=AliasPath("metadata", "product", "name"))
    uid: Text = Field("", validation_alias=AliasPath("metadata", "uid"))
    info: Annotated[Info, BeforeValidator(_object)] = Field(
        Info(), validation_alias=AliasChoices("finding_info", "finding")
    )
    compliance: Annotated[Compliance, BeforeValidator(_object)] = Compliance()
    resource: Annotated[OcsfResource, BeforeValidator(_first)] = Field(
        OcsfResource(), validation_alias=AliasChoices("resources", "resource")
    )
    severity: Text = ""
    severity_id: Integer = None
    status: Keyword = ""
    status_id: Integer = None
    status_code: Keyword = ""
    state: Text = ""
    state_id: Integer = None
    time: Any = None
    time_text: Any = Field(None, validation_alias="time_dt")

    @property
    def product(self) -> str:
        """A name such as `aws/securityhub` if the product has an ARN, else the product's name."""
        return product_of(self.product_uid) if parse_arn(self.product_uid) else self.product_name or self.product_uid

    @property
    def finding_id(self) -> str:
        """The id shared with the ASFF copy, else the record's."""
        return self.info.uid or self.uid

    @property
    def workflow_status(self) -> str:
        """The status: its caption if known, else its number (in published findings they can differ)."""
        numbers = (_STATUS_IDS.get(number or 0, "") for number in (self.state_id, self.status_id))
        known = (name for name in (self.state.strip().upper(), self.status) if name in _STATUS_IDS.values())
        return next(filter(None, (*known, *numbers)), "")

    @property
    def verdict(self) -> str:
        """Security Hub's compliance status; '' for a threat or a vulnerability, which is open because it exists."""
        verdict = _VERDICTS.get(self.compliance.status) or _VERDICT_IDS.get(_default(self.compliance.status_id, -1))
        return verdict or _VERDICTS.get(self.status_code, "")

    @property
    def subject(self) -> Subject:
        """The first resource, or the account."""
        first = self.resource
        uid = first.uid or first.arn or first.name
        region = first.region or self.region or region_of(uid, first.arn, self.product_uid)
        arn = first.arn if parse_arn(first.arn) else ""
        return Subject(self.account, region, first.type, uid, arn, self.finding_id)


def observe(raw: RawFinding, _context: SourceContext) -> Observation | Ignored:
    """Translate one OCSF finding; records of other categories are ignored. Raises BadInput."""
    finding = parse_payload(Finding, raw.body, f"the OCSF finding {_described(raw)}")
    if finding.class_uid // 1000 != _FINDINGS:
        return Ignored(f"an OCSF record of class {finding.class_uid} {line(finding.class_name, 60)} is no finding")
    subject = finding.subject
    if not (finding.finding_id or subject.account or subject.id):
        raise BadInput(
            "an OCSF finding that names no finding_info.uid, no cloud.account.uid and no resource has no identity"
        )
    control, trusted = _control(finding)
    return Observation(
        resource=subject.resource(control, partition_of(finding.product_uid, subject.arn, subject.id)),
        control=control,
        source=_state(finding, raw.arrived, trusted=trusted),
        title=line(finding.info.title, MAX_TITLE),
        description=line(finding.info.description),
        docs_url=controls().docs_url(control),
        first_seen=_first_seen(finding.info),
        written_account=subject.account,
        written_region=subject.region,
        written_resource=subject.id or subject.account,
        tags=tags({one.name: one.value for one in finding.resource.tags if one.name}),
        account_name=line(finding.account_name, MAX_NAME),
        resource_name=line(finding.resource.name, MAX_NAME),
        detail=_detail(finding, raw),
    )


def _default(number: int | None, other: int) -> int:
    return other if number is None else number


def _described(raw: RawFinding) -> str:
    info = raw.body.get("finding_info")
    uid = info.get("uid") if isinstance(info, dict) else None
    return line(uid, 120) if isinstance(uid, str) and uid else "without a finding_info.uid"


def _control(finding: Finding) -> tuple[str, bool]:
    """Return the control and whether it is trusted: only findings of Security Hub itself may name their control."""
    written = finding.compliance.control.strip()
    if finding.product == HUB and written:
        return key(controls().canonical_id(written), 48), is_account(finding.account)
    kind = finding.info.types[0] if finding.info.types else finding.class_name
    return untrusted_control(finding.product, kind), False


def _first_seen(info: Info) -> str:
    return first_instant((info.first_seen_text, info.first_seen, info.created_text, info.created))


def _state(finding: Finding, arrived: str, *, trusted: bool) -> SourceState:
    info, status = finding.info, finding.workflow_status
    times = (info.modified_text, info.modified, finding.time_text, finding.time, info.created_text, info.created)
    return SourceState(
        id=source_id("ocsf", finding.finding_id),
        kind=SourceKind.OCSF,
        verdict=finding.verdict,
        workflow=_WORKFLOWS.get(status, ""),
        record_state="ARCHIVED" if status == "ARCHIVED" else "ACTIVE",
        severity=_severity(finding),
        updated=first_instant((*times, arrived)),
        arrived=instant(arrived),
        product=line(finding.uid),
        trusted=trusted,
    )


def _severity(finding: Finding) -> str:
    """Return the label, or the number's label. OCSF's Fatal has no equivalent in Security Hub: it is CRITICAL."""
    label = finding.severity.strip().upper()
    return severity(label) or _SEVERITY_IDS.get(_FATAL if label == "FATAL" else finding.severity_id or 0, "")


def _detail(finding: Finding, raw: RawFinding) -> dict[str, str]:
    fields = {
        "finding_id": line(finding.info.uid),
        "metadata_uid": line(finding.uid),
        "product_arn": line(finding.product_uid),
        "action": raw.action,
    }
    return {name: text for name, text in fields.items() if text}


def _recognizes(body: Mapping[str, Any]) -> bool:
    """Recognize OCSF, but not an imported ASFF finding with extra fields: it would pass for another product's."""
    return "class_uid" in body and "ProductArn" not in body


SOURCE: Final = Source(_recognizes, observe, in_hub_lists=True)
