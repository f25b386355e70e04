"""AWS Security Finding Format (ASFF, schema 2018-10-08): one observation for each finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from bot.data.controls import controls
from bot.domain.finding import Observation, SourceKind, SourceState
from bot.domain.internal_ids import may_stand_for, own_id
from bot.domain.resource import Resource
from bot.payload import PayloadModel, parse_payload
from bot.sources import config
from bot.sources.common import SourceContext, Subject, partition_of, region_of, source_id, tags, untrusted_control
from bot.sources.format import RawFinding, Source
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

HUB: Final = "aws/securityhub"
CONFIG: Final = "aws/config"

_PRODUCT: Final = re.compile(r"arn:aws[a-z-]*:securityhub:[a-z0-9-]*:[0-9]*:product(?:v2)?/(?P<name>[^/]+/[^/]+)")
_NUMBER_IN_TITLE: Final = re.compile(r"(([A-Za-z][A-Za-z0-9]*\.)+[0-9]+|[0-9]+(\.[0-9]+)+) (?=\S)")
"""Titles of findings of a single standard begin with its number (`S3.8 …`, `1.22 …`, `PCI.S3.1 …`), others do not."""

_NAMES: Final = ("GroupName", "LaunchTemplateName", "EnvironmentName", "Name", "DomainName", "PublicIp")
"""Attributes of ASFF's resource details that name a resource (API_ResourceDetails)."""

_INTERNAL_IDS: Final = {
    "AWS::ElasticBeanstalk::Environment": "EnvironmentId",
    "AWS::IAM::Group": "GroupId",
    "AWS::IAM::Policy": "PolicyId",
    "AWS::IAM::Role": "RoleId",
    "AWS::IAM::User": "UserId",
    "AWS::NetworkFirewall::Firewall": "FirewallId",
    "AWS::RDS::DBCluster": "DbClusterResourceId",
    "AWS::RDS::DBInstance": "DbiResourceId",
}
"""Attributes of the details with the internal id by which AWS Config identifies the resource."""

_NUMBERED: Final = re.compile(r"[0-9]+(\.[0-9]+)+")
_STANDARD: Final = (("cis-aws-foundations-benchmark", "CIS"), ("pci-dss", "PCI"), ("nist-800", "NIST"))


def _object(value: Any) -> Any:
    return {} if value is None else value


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _strings(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, dict) else ()
    return {name: text for name, text in pairs if isinstance(text, str)}


Strings = Annotated[dict[str, str], BeforeValidator(_strings)]
Number = Annotated[float | None, BeforeValidator(_number)]


class Severity(PayloadModel):
    label: Text = Field("", alias="Label")
    normalized: Number = Field(None, alias="Normalized")


class Compliance(PayloadModel):
    status: Keyword = Field("", alias="Status")
    control: Name = Field("", alias="SecurityControlId")


class Workflow(PayloadModel):
    status: Keyword = Field("", alias="Status")


class Note(PayloadModel):
    """A note; in the bot's own notes `by` is the bot's name."""

    by: Text = Field("", alias="UpdatedBy")


def _details(value: Any) -> dict[str, str]:
    """Return the strings of `Details`, which has one object under the name of the resource's type."""
    inner = next(iter(value.values()), None) if isinstance(value, dict) else None
    return _strings(inner)


class HubResource(PayloadModel):
    """One resource of a finding."""

    id: Name = Field("", alias="Id")
    type: Text = Field("", alias="Type")
    region: Text = Field("", alias="Region")
    tags: Strings = Field(default_factory=dict, alias="Tags")
    details: Annotated[dict[str, str], BeforeValidator(_details)] = Field(default_factory=dict, alias="Details")

    @property
    def name(self) -> str:
        """The display name of types whose ARN has none, or ''."""
        return next((self.details[name] for name in _NAMES if self.details.get(name)), "")


class Finding(PayloadModel):
    """The fields of an ASFF finding that the bot reads."""

    id: str = Field(alias="Id", min_length=1)
    account: str = Field(alias="AwsAccountId", min_length=1)
    account_name: Text = Field("", alias="AwsAccountName")
    product_arn: Name = Field("", alias="ProductArn")
    generator: Text = Field("", alias="GeneratorId")
    title: Text = Field("", alias="Title")
    description: Text = Field("", alias="Description")
    region: Text = Field("", alias="Region")
    types: Texts = Field(default_factory=list, alias="Types")
    created: Text = Field("", alias="CreatedAt")
    updated: Text = Field("", alias="UpdatedAt")
    first_observed: Text = Field("", alias="FirstObservedAt")
    last_observed: Text = Field("", alias="LastObservedAt")
    record_state: Keyword = Field("", alias="RecordState")
    severity: Annotated[Severity, BeforeValidator(_object)] = Field(Severity(), alias="Severity")
    compliance: Annotated[Compliance, BeforeValidator(_object)] = Field(Compliance(), alias="Compliance")
    workflow: Annotated[Workflow, BeforeValidator(_object)] = Field(Workflow(), alias="Workflow")
    note: Annotated[Note, BeforeValidator(_object)] = Field(Note(), alias="Note")
    resources: list[HubResource] = Field(default_factory=list, alias="Resources")
    product_fields: Strings = Field(default_factory=dict, alias="ProductFields")

    @property
    def product(self) -> str:
        """`aws/securityhub`, `aws/guardduty`, `<account>/default`; an invalid product ARN unchanged."""
        return product_of(self.product_arn)

    @property
    def subject(self) -> Subject:
        """The first resource, or the account."""
        first = self.resources[0] if self.resources else HubResource()
        region = first.region or self.region or region_of(first.id, self.product_arn)
        return Subject(self.account, region, first.type, first.id)

    @property
    def rule_name(self) -> str:
        """The Config rule of a finding imported from Config (its title, if the field was trimmed away)."""
        return self.product_fields.get("aws/config/ConfigRuleName") or self.title


def product_of(arn: str) -> str:
    """Return the last two parts of a product's ARN, which name it; an invalid ARN unchanged."""
    match = _PRODUCT.fullmatch(arn)
    return match["name"] if match else arn


def observe(raw: RawFinding, context: SourceContext) -> Observation:
    """Translate one ASFF finding. Raises BadInput."""
    finding = parse_payload(Finding, raw.body, f"the ASFF finding {_described(raw)}")
    control, trusted = _control(finding, context)
    subject = finding.subject
    resource = subject.resource(control, partition_of(finding.product_arn, subject.id))
    return Observation(
        resource=resource,
        control=control,
        source=replace(_state(finding, raw.arrived, trusted=trusted), own_id=own_id(resource)),
        title=_title(finding),
        description="" if finding.product == CONFIG else line(finding.description),  # Config's only names the rule
        docs_url=controls().docs_url(control),
        first_seen=first_instant((finding.first_observed, finding.created)),
        written_account=subject.account,
        written_region=subject.region,
        written_resource=subject.id or subject.account,
        tags=tags(finding.resources[0].tags) if finding.resources else {},
        note_author=line(finding.note.by, MAX_TITLE),
        account_name=line(finding.account_name, MAX_NAME),
        resource_name=line(finding.resources[0].name, MAX_NAME) if finding.resources else "",
        also=_alias_id(finding, resource) if trusted else "",
        detail=_detail(finding, raw),
    )


def _described(raw: RawFinding) -> str:
    finding_id = raw.body.get("Id")
    return line(finding_id, 120) if isinstance(finding_id, str) and finding_id else "without an Id"


def _alias_id(finding: Finding, resource: Resource) -> str:
    """Return AWS's internal id of the resource, or ''. An archived finding may be of an earlier one with that name."""
    details = finding.resources[0].details if finding.resources else {}
    internal_id = details.get(_INTERNAL_IDS.get(resource.type, ""), "")
    return internal_id if finding.record_state != "ARCHIVED" and may_stand_for(internal_id, resource) else ""


def _title(finding: Finding) -> str:
    title = line(finding.title, MAX_TITLE)
    numbered = _NUMBER_IN_TITLE.match(title) if finding.product == HUB else None
    return title[numbered.end() :] if numbered else title


def _state(finding: Finding, arrived: str, *, trusted: bool) -> SourceState:
    times = (finding.updated, finding.last_observed, finding.created, arrived)
    return SourceState(
        id=source_id("asff", finding.id),
        kind=SourceKind.ASFF,
        verdict=key(finding.compliance.status, 32),
        workflow=key(finding.workflow.status, 32),
        record_state=key(finding.record_state, 32) or "ACTIVE",
        severity=severity(finding.severity.label, finding.severity.normalized),
        updated=first_instant(times),
        arrived=instant(arrived),
        product=line(finding.product_arn),
        author=line(finding.note.by, MAX_TITLE),
        trusted=trusted,
    )


def _detail(finding: Finding, raw: RawFinding) -> dict[str, str]:
    fields = {
        "finding_id": line(finding.id),
        "product_arn": line(finding.product_arn),
        "action": raw.action,
        "rule": line(finding.rule_name, MAX_TITLE) if finding.product == CONFIG else "",
        "annotation": line(finding.product_fields.get("aws/securityhub/annotation", "")),
        "more_resources": str(len(finding.resources) - 1) if len(finding.resources) > 1 else "",
    }
    return {name: text for name, text in fields.items() if text}


def _control(finding: Finding, context: SourceContext) -> tuple[str, bool]:
    """Return the control and whether it is trusted. Anybody can import findings under their own product."""
    if finding.product == HUB:
        control = _hub_control(finding)
        if control:
            return control, is_account(finding.account)
    if finding.product == CONFIG:
        rule = config.Rule(finding.rule_name, _rule_arn(finding), finding.account)
        return rule.control(context), rule.trusted
    return untrusted_control(finding.product, finding.types[0] if finding.types else ""), False


def _rule_arn(finding: Finding) -> str:
    return finding.product_fields.get("aws/config/ConfigRuleArn") or finding.generator


def _hub_control(finding: Finding) -> str:
    fields = finding.product_fields
    named = finding.compliance.control or fields.get("ControlId") or fields.get("RuleId") or ""
    written = (named or re.split(r"[/:]", finding.generator)[-1]).strip()
    if controls().get(written):
        return controls().canonical_id(written)
    rule = controls().by_hub_rule(fields.get("RelatedAWSResources:0/name", ""))
    return rule or _standards_number(written, finding)


def _standards_number(written: str, finding: Finding) -> str:
    """Return a standard's number that no control in the table has, with the standard's name: `CIS.1.22`."""
    if not _NUMBERED.fullmatch(written):
        return key(written, 48)
    origin = f"{finding.generator} {finding.product_fields.get('StandardsGuideArn', '')}".lower()
    standard = next((short for name, short in _STANDARD if name in origin), "")
    return key(f"{standard}.{written}" if standard else written, 48)


def _recognizes(body: Mapping[str, Any]) -> bool:
    has_product = {"ProductArn", "AwsAccountId"} <= body.keys() or {"ProductArn", "class_uid"} <= body.keys()
    return has_product or body.get("SchemaVersion") == "2018-10-08"


SOURCE: Final = Source(_recognizes, observe, in_hub_lists=True)
