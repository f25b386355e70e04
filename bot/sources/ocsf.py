"""The new Security Hub's format (OCSF findings, category 2) → one observation a finding."""

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
from bot.sources.common import SourceContext, Subject, foreign_control, partition_of, region_of, source_id, tags
from bot.sources.format import Ignored, Piece, Source
from bot.sources.normalise import (
    MAX_NAME,
    MAX_TITLE,
    Name,
    Text,
    Texts,
    Word,
    first_instant,
    instant,
    is_account,
    key,
    line,
    severity,
)

_FINDINGS: Final = 2
"""OCSF's category Findings: the thousands of a class_uid."""

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
    **{word: word for word in ("PASSED", "FAILED", "NOT_AVAILABLE", "INSUFFICIENT_DATA", "NOT_APPLICABLE")},
}
"""`compliance.status`, and the `status_code` of scanners that write their verdict there (MANUAL is Prowler's).

Before OCSF 1.3 the status was free text, and translations from ASFF have ASFF's own words in it.
"""

_SEVERITY_IDS: Final = {1: "INFORMATIONAL", 2: "LOW", 3: "MEDIUM", 4: "HIGH", 5: "CRITICAL", 6: "CRITICAL"}
_FATAL: Final = 6


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value or {}


def _object(value: Any) -> Any:
    return {} if value is None else value


Whole = Annotated[int | None, BeforeValidator(_whole)]


class Tag(PayloadModel):
    """One tag."""

    name: Text = ""
    value: Text = ""


def _tags(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


class OcsfResource(PayloadModel):
    """The first resource of a finding. `uid` may be a name or a URL, with the ARN beside it."""

    uid: Name = ""
    arn: Name = Field("", validation_alias="uid_alt")
    name: Text = ""
    type: Text = ""
    region: Text = ""
    tags: Annotated[list[Tag], BeforeValidator(_tags)] = Field(default_factory=list)


class Compliance(PayloadModel):
    """The verdict of a control."""

    control: Name = ""
    status: Word = ""
    status_id: Whole = None


class Info(PayloadModel):
    """What the finding is; `uid` is the Id of the ASFF copy of the same finding."""

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

    The class Security Finding of OCSF 1.0 (Security Lake's first) calls two of them `finding` and `state`.
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
    severity_id: Whole = None
    status: Word = ""
    status_id: Whole = None
    status_code: Word = ""
    state: Text = ""
    state_id: Whole = None
    time: Any = None
    time_text: Any = Field(None, validation_alias="time_dt")

    @property
    def product(self) -> str:
        """`aws/securityhub` and the like where the product has an ARN, else its name."""
        return product_of(self.product_uid) if parse_arn(self.product_uid) else self.product_name or self.product_uid

    @property
    def own_id(self) -> str:
        """What the finding is known by: the id that its ASFF copy has, too, else the record's."""
        return self.info.uid or self.uid

    @property
    def word(self) -> str:
        """The status: its caption where it is one we know, else its number (published findings have them differ)."""
        numbers = (_STATUS_IDS.get(number or 0, "") for number in (self.state_id, self.status_id))
        known = (word for word in (self.state.strip().upper(), self.status) if word in _STATUS_IDS.values())
        return next(filter(None, (*known, *numbers)), "")

    @property
    def verdict(self) -> str:
        """In Security Hub's words; '' for a threat or a vulnerability, which is a problem by being reported."""
        said = _VERDICTS.get(self.compliance.status) or _VERDICT_IDS.get(_or(self.compliance.status_id, -1))
        return said or _VERDICTS.get(self.status_code, "")

    @property
    def subject(self) -> Subject:
        """The first resource; without one it is the account."""
        first = self.resource
        uid = first.uid or first.arn or first.name
        region = first.region or self.region or region_of(uid, first.arn, self.product_uid)
        arn = first.arn if parse_arn(first.arn) else ""
        return Subject(self.account, region, first.type, uid, arn, self.own_id)


def observe(piece: Piece, _context: SourceContext) -> Observation | Ignored:
    """What one OCSF finding says; records of other categories are ignored. Raises BadInput."""
    finding = parse_payload(Finding, piece.body, f"the OCSF finding {_name(piece)}")
    if finding.class_uid // 1000 != _FINDINGS:
        return Ignored(f"an OCSF record of class {finding.class_uid} {line(finding.class_name, 60)} is no finding")
    subject = finding.subject
    if not (finding.own_id or subject.account or subject.id):
        raise BadInput(
            "an OCSF finding that names no finding_info.uid, no cloud.account.uid and no resource has no identity"
        )
    control, trusted = _control(finding)
    return Observation(
        resource=subject.resource(control, partition_of(finding.product_uid, subject.arn, subject.id)),
        control=control,
        source=_state(finding, piece.arrived, trusted=trusted),
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
        detail=_detail(finding, piece),
    )


def _or(number: int | None, other: int) -> int:
    return other if number is None else number


def _name(piece: Piece) -> str:
    info = piece.body.get("finding_info")
    uid = info.get("uid") if isinstance(info, dict) else None
    return line(uid, 120) if isinstance(uid, str) and uid else "without a finding_info.uid"


def _control(finding: Finding) -> tuple[str, bool]:
    """The control and whether it is believed: only Security Hub's own findings may say which control they are of."""
    written = finding.compliance.control.strip()
    if finding.product == HUB and written:
        return key(controls().canonical_id(written), 48), is_account(finding.account)
    kind = finding.info.types[0] if finding.info.types else finding.class_name
    return foreign_control(finding.product, kind), False


def _first_seen(info: Info) -> str:
    return first_instant((info.first_seen_text, info.first_seen, info.created_text, info.created))


def _state(finding: Finding, arrived: str, *, trusted: bool) -> SourceState:
    info, word = finding.info, finding.word
    times = (info.modified_text, info.modified, finding.time_text, finding.time, info.created_text, info.created)
    return SourceState(
        id=source_id("ocsf", finding.own_id),
        kind=SourceKind.OCSF,
        verdict=finding.verdict,
        workflow=_WORKFLOWS.get(word, ""),
        record_state="ARCHIVED" if word == "ARCHIVED" else "ACTIVE",
        severity=_severity(finding),
        updated=first_instant((*times, arrived)),
        arrived=instant(arrived),
        product=line(finding.uid),
        trusted=trusted,
    )


def _severity(finding: Finding) -> str:
    """The label, else the number's; OCSF's Fatal is more than Security Hub has."""
    label = finding.severity.strip().upper()
    return severity(label) or _SEVERITY_IDS.get(_FATAL if label == "FATAL" else finding.severity_id or 0, "")


def _detail(finding: Finding, piece: Piece) -> dict[str, str]:
    said = {
        "finding_id": line(finding.info.uid),
        "metadata_uid": line(finding.uid),
        "product_arn": line(finding.product_uid),
        "action": piece.action,
    }
    return {name: text for name, text in said.items() if text}


def _knows(body: Mapping[str, Any]) -> bool:
    """Whoever imports an ASFF finding may add fields to it; they must not make it another product's OCSF finding."""
    return "class_uid" in body and "ProductArn" not in body


SOURCE: Final = Source(_knows, observe, of_hub=True)
