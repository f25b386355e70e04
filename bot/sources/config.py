"""AWS Config's compliance changes (the EventBridge event and the SNS message) → one observation each."""

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
from bot.sources.common import SourceContext, Subject, foreign_control, partition_of, source_id
from bot.sources.format import Ignored, Piece, Source
from bot.sources.normalise import MAX_TITLE, Text, Word, first_instant, instant, is_account, line

HUBS_OWN: Final = "/aws-service-rule/securityhub.amazonaws.com/"

_VERDICTS: Final = {"COMPLIANT": "PASSED", "NON_COMPLIANT": "FAILED"}
"""Config's words that Security Hub has words of its own for; NOT_APPLICABLE and INSUFFICIENT_DATA stay."""


class Qualifier(PayloadModel):
    """Which rule judged which resource."""

    rule: Text = Field("", alias="configRuleName")
    resource_type: Text = Field("", alias="resourceType")
    resource_id: Text = Field("", alias="resourceId")


class Identifier(PayloadModel):
    """Which evaluation this is."""

    qualifier: Qualifier = Field(Qualifier(), alias="evaluationResultQualifier")
    ordering: Text = Field("", alias="orderingTimestamp")


class Evaluation(PayloadModel):
    """One verdict of a rule."""

    compliance: Word = Field(alias="complianceType", min_length=1)
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
        """What the evaluation says of itself; some messages say it only there."""
        return self.result.identifier.qualifier

    @property
    def rule_name(self) -> str:
        """The rule's name as its account knows it."""
        return self.rule or self.qualifier.rule

    @property
    def subject(self) -> Subject:
        """The resource that was judged."""
        kind = self.resource_type or self.qualifier.resource_type
        return Subject(self.account, self.region, kind, self.resource_id or self.qualifier.resource_id)


@dataclass(frozen=True)
class Rule:
    """A customer's Config rule, as a finding of `account` names it."""

    name: str
    arn: str
    account: str

    @property
    def trusted(self) -> bool:
        """Only a rule of the finding's own account may say which control it is."""
        arn = parse_arn(self.arn)
        lies_here = arn is not None and arn.service == "config" and arn.account == self.account
        return lies_here and is_account(self.account)

    def control(self, context: SourceContext) -> str:
        """The control that the rule means, where it is believed and known, else `config:<name>`."""
        known = controls().by_customer_rule(self.name, context.rule_controls) if self.trusted else ""
        return known or foreign_control("config", base_rule_name(self.name))


def observe(piece: Piece, context: SourceContext) -> Observation | Ignored:
    """What one compliance change says; those of Security Hub's own rules are ignored. Raises BadInput."""
    change = parse_payload(ComplianceChange, _with_arn(piece.body), "the AWS Config compliance change")
    if HUBS_OWN in change.rule_arn:
        return Ignored(
            f"rule {line(change.rule_name, 80)} is Security Hub's own: its verdict arrives as a Security Hub finding"
        )
    rule = Rule(change.rule_name, change.rule_arn, change.account)
    control, subject = rule.control(context), change.subject
    resource = subject.resource(control, partition_of(change.rule_arn, subject.id))
    return Observation(
        resource=resource,
        control=control,
        source=_state(change, resource, piece.arrived, trusted=rule.trusted),
        title=line(change.rule_name, MAX_TITLE),
        description=line(change.result.annotation),
        docs_url=controls().docs_url(control),
        written_account=subject.account,
        written_region=subject.region,
        written_resource=subject.id or subject.account,
        detail={"rule": line(change.rule_name, MAX_TITLE), "rule_arn": line(change.rule_arn)},
    )


def _with_arn(body: Any) -> dict[str, Any]:
    """AWS writes `configRuleARN`; published fixtures also have `configRuleArn`."""
    return {**body, "configRuleARN": body.get("configRuleARN") or body.get("configRuleArn")}


def _state(change: ComplianceChange, resource: Resource, arrived: str, *, trusted: bool) -> SourceState:
    """A verdict is of a rule on a resource: one that was made anew under an old name is another one to Config."""
    own = own_id(resource)
    said = change.result.compliance
    times = (change.result.identifier.ordering, change.result.recorded, change.created, arrived)
    return SourceState(
        id=source_id("config", f"{change.rule_name}@{own}" if own else change.rule_name),
        kind=SourceKind.CONFIG,
        verdict=_VERDICTS.get(said, said)[:32],
        updated=first_instant(times),
        arrived=instant(arrived),
        trusted=trusted,
        own_id=own,
    )


def _knows(body: Mapping[str, Any]) -> bool:
    return body.get("messageType") == "ComplianceChangeNotification"


SOURCE: Final = Source(_knows, observe, frozenset({("aws.config", "Config Rules Compliance Change")}))
