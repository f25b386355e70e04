"""AWS Config's compliance changes, from EventBridge events and SNS messages: one observation each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import Field

from bot.data.controls import base_rule_name, controls
from bot.domain.finding import Observation, SourceKind, SourceState
from bot.domain.internal_ids import own_id
from bot.domain.resource import Resource, parse_arn
from bot.payload import PayloadModel, parse_payload
from bot.sources.common import SourceContext, Subject, partition_of, source_id, untrusted_control
from bot.sources.format import Ignored, RawFinding, Source
from bot.sources.normalise import MAX_TITLE, Keyword, Text, first_instant, instant, is_account, line

HUB_RULE_ARN_PART: Final = "/aws-service-rule/securityhub.amazonaws.com/"

_VERDICTS: Final = {"COMPLIANT": "PASSED", "NON_COMPLIANT": "FAILED"}
"""Compliance types that Security Hub names differently; NOT_APPLICABLE and INSUFFICIENT_DATA stay."""


class Qualifier(PayloadModel):
    """The rule and the resource of an evaluation."""

    rule: Text = Field("", alias="configRuleName")
    resource_type: Text = Field("", alias="resourceType")
    resource_id: Text = Field("", alias="resourceId")


class Identifier(PayloadModel):
    """The identity of an evaluation."""

    qualifier: Qualifier = Field(Qualifier(), alias="evaluationResultQualifier")
    ordering: Text = Field("", alias="orderingTimestamp")


class Evaluation(PayloadModel):
    """One evaluation by a rule."""

    compliance: Keyword = Field(alias="complianceType", min_length=1)
    recorded: Text = Field("", alias="resultRecordedTime")
    annotation: Text = Field("", alias="annotation")
    identifier: Identifier = Field(Identifier(), alias="evaluationResultIdentifier")


class ComplianceChange(PayloadModel):
    """The fields of a ComplianceChangeNotification that the bot reads."""

    account: str = Field(alias="awsAccountId", min_length=1)
    region: str = Field(alias="awsRegion", min_length=1)
    rule: Text = Field("", alias="configRuleName")
    rule_arn: Text = Field("", alias="configRuleARN")
    resource_type: Text = Field("", alias="resourceType")
    resource_id: Text = Field("", alias="resourceId")
    created: Text = Field("", alias="notificationCreationTime")
    result: Evaluation = Field(alias="newEvaluationResult")

    @property
    def qualifier(self) -> Qualifier:
        """The evaluation's own rule and resource; some messages have them only here."""
        return self.result.identifier.qualifier

    @property
    def rule_name(self) -> str:
        """The rule's name in its account."""
        return self.rule or self.qualifier.rule

    @property
    def subject(self) -> Subject:
        """The evaluated resource."""
        kind = self.resource_type or self.qualifier.resource_type
        return Subject(self.account, self.region, kind, self.resource_id or self.qualifier.resource_id)


@dataclass(frozen=True)
class Rule:
    """A customer's Config rule as a finding of `account` names it."""

    name: str
    arn: str
    account: str

    @property
    def trusted(self) -> bool:
        """True if the rule is in the finding's own account: no other may claim a control."""
        arn = parse_arn(self.arn)
        is_in_account = arn is not None and arn.service == "config" and arn.account == self.account
        return is_in_account and is_account(self.account)

    def control(self, context: SourceContext) -> str:
        """Return the control of a trusted and known rule, else `config:<name>`."""
        known = controls().by_customer_rule(self.name, context.rule_controls) if self.trusted else ""
        return known or untrusted_control("config", base_rule_name(self.name))


def observe(raw: RawFinding, context: SourceContext) -> Observation | Ignored:
    """Translate one compliance change; those of Security Hub's service-linked rules are ignored. Raises BadInput."""
    change = parse_payload(ComplianceChange, _with_arn(raw.body), "the AWS Config compliance change")
    if HUB_RULE_ARN_PART in change.rule_arn:
        return Ignored(
            f"rule {line(change.rule_name, 80)} is Security Hub's own: its verdict arrives as a Security Hub finding"
        )
    rule = Rule(change.rule_name, change.rule_arn, change.account)
    control, subject = rule.control(context), change.subject
    resource = subject.resource(control, partition_of(change.rule_arn, subject.id))
    return Observation(
        resource=resource,
        control=control,
        source=_state(change, resource, raw.arrived, trusted=rule.trusted),
        title=line(change.rule_name, MAX_TITLE),
        description=line(change.result.annotation),
        docs_url=controls().docs_url(control),
        written_account=subject.account,
        written_region=subject.region,
        written_resource=subject.id or subject.account,
        detail={"rule": line(change.rule_name, MAX_TITLE), "rule_arn": line(change.rule_arn)},
    )


def _with_arn(body: Any) -> dict[str, Any]:
    """Accept both `configRuleARN`, as in AWS's messages, and `configRuleArn`, as in some published examples."""
    return {**body, "configRuleARN": body.get("configRuleARN") or body.get("configRuleArn")}


def _state(change: ComplianceChange, resource: Resource, arrived: str, *, trusted: bool) -> SourceState:
    """Return this source's state.

    Its id includes the internal id: Config evaluates a resource recreated under the same name separately.
    """
    own = own_id(resource)
    compliance = change.result.compliance
    times = (change.result.identifier.ordering, change.result.recorded, change.created, arrived)
    return SourceState(
        id=source_id("config", f"{change.rule_name}@{own}" if own else change.rule_name),
        kind=SourceKind.CONFIG,
        verdict=_VERDICTS.get(compliance, compliance)[:32],
        updated=first_instant(times),
        arrived=instant(arrived),
        trusted=trusted,
        own_id=own,
    )


def _recognizes(body: Mapping[str, Any]) -> bool:
    return body.get("messageType") == "ComplianceChangeNotification"


SOURCE: Final = Source(_recognizes, observe, frozenset({("aws.config", "Config Rules Compliance Change")}))
