"""What is this JSON? Opens events, lists and answers of `get-findings` into parts that each have one form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.sources.format import Ignored, Piece, Rejected, Source
from bot.sources.normalise import first_instant, line

MAX_DEPTH: Final = 6
"""An SNS message in a queue's message in a list is deep enough; more is an attack or a mistake."""

_OTHER_SERVICES: Final = "the bot keeps findings of Security Hub and rule evaluations of AWS Config only"
_COMPLIANCE_CHANGE: Final = "Config Rules Compliance Change"
_ITEMS: Final = frozenset(
    {"configurationItem", "configurationItems", "configurationItemSummary", "configurationItemDiff"}
)
"""Of messages, of the answer of get-resource-config-history, and of the files of snapshots and histories."""
_ACCEPTED: Final = (
    "give an EventBridge event, an ASFF or OCSF finding, an AWS Config compliance message, a list of them, "
    'or {"Findings": […]} as `aws securityhub get-findings` prints it'
)


Part = Piece | Ignored | Rejected


@dataclass(frozen=True)
class _Wrapping:
    """What the layers around a part say of it, and the forms that it may have."""

    arrived: str
    sources: Sequence[Source]
    action: str = ""
    depth: int = 0

    def inside(self) -> _Wrapping:
        return replace(self, depth=self.depth + 1)


def parts(document: Any, arrived: str, sources: Sequence[Source]) -> Iterator[Part]:
    """Everything that a document holds, in its order. `arrived` is used where no envelope gives a time.

    The first source that knows a document has it; what stands in Security Hub's lists and none of its forms knows is
    taken for the last one of these, which then says what is wrong with it.
    """
    return _open(document, _Wrapping(arrived, sources))


def _open(document: Any, around: _Wrapping) -> Iterator[Part]:
    if around.depth > MAX_DEPTH:
        yield Rejected(f"lists and envelopes are nested more than {MAX_DEPTH} deep: unwrap them")
    elif isinstance(document, list):
        yield from _each(document, around)
    elif isinstance(document, dict):
        yield from _mapping(document, around)
    else:
        yield Rejected(f"a {_json_name(document)} where an object was expected: {_ACCEPTED}")


def _each(several: list[Any], around: _Wrapping) -> Iterator[Part]:
    if not several:
        yield Ignored("an empty list: it holds no findings")
    for one in several:
        yield from _open(one, around.inside())


def _mapping(body: dict[str, Any], around: _Wrapping) -> Iterator[Part]:
    if "detail-type" in body:
        yield from _event(body, around)
    elif body.get("Type") in {"Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"}:
        yield from _sns(body, around)
    elif isinstance(body.get("Findings"), list):
        yield from _each(body["Findings"], around)
    else:
        yield _bare(body, around)


def _event(event: dict[str, Any], around: _Wrapping) -> Iterator[Part]:
    source, kind, detail = event.get("source"), event.get("detail-type"), event.get("detail")
    if not isinstance(source, str) or not isinstance(kind, str) or not isinstance(detail, dict):
        yield Rejected("an EventBridge event needs the texts source and detail-type, and the object detail")
        return
    name = f"an event of {line(source, 80)} ({line(kind, 80)})"
    arrived = replace(around, arrived=first_instant((event.get("time"), around.arrived)))
    whole = next((one for one in around.sources if (source, kind) in one.events), None)
    if whole:
        yield Piece(whole, detail, arrived.arrived)
    elif (source, kind) in _OPENERS:
        yield from _OPENERS[source, kind](detail, arrived, name)
    else:
        yield Ignored(_why_not(source, name))


def _why_not(source: str, name: str) -> str:
    if source == "aws.config":
        return f"{name} carries no compliance: only {_COMPLIANCE_CHANGE} does"
    return f"{name}: {_OTHER_SERVICES}"


def _insight(_detail: dict[str, Any], _around: _Wrapping, _name: str) -> Iterator[Part]:
    yield Ignored("insight results are counts that somebody sent from the console; they hold no findings")


def _findings(detail: dict[str, Any], around: _Wrapping, name: str) -> Iterator[Part]:
    findings = detail.get("findings")
    if not isinstance(findings, list):
        yield Rejected(f"{name} has no list detail.findings")
    elif not findings:
        yield Ignored(f"{name} holds no findings")
    else:
        action = detail.get("actionName")
        inner = replace(around, action=line(action, 80) if isinstance(action, str) else "")
        for finding in findings:
            yield _finding_of_event(finding, inner)


def _finding_of_event(finding: Any, around: _Wrapping) -> Part:
    if not isinstance(finding, dict):
        return Rejected(f"detail.findings holds a {_json_name(finding)} where a finding was expected")
    hubs = [one for one in around.sources if one.of_hub]
    source = next((one for one in hubs if one.knows(finding)), hubs[-1])
    return Piece(source, finding, around.arrived, around.action)


def _sns(message: dict[str, Any], around: _Wrapping) -> Iterator[Part]:
    if message.get("Type") != "Notification":
        yield Ignored("SNS asks to confirm a subscription; the message holds no finding")
        return
    try:
        inner = json.loads(message.get("Message", ""))
    except (ValueError, TypeError, RecursionError):
        yield Rejected("an SNS notification whose Message is no JSON: give the message that AWS Config published")
        return
    sent = first_instant((message.get("Timestamp"), around.arrived))
    yield from _open(inner, replace(around.inside(), arrived=sent))


def _bare(body: dict[str, Any], around: _Wrapping) -> Part:
    source = next((one for one in around.sources if one.knows(body)), None)
    if source:
        return Piece(source, body, around.arrived)
    return _config(body) or _unknown(body)


def _config(body: dict[str, Any]) -> Part | None:
    """What AWS Config says that is no verdict."""
    message = body.get("messageType")
    if "invokingEvent" in body:
        return Ignored("a rule invocation: AWS Config calls a rule's function with it, the verdict comes later")
    if body.keys() & _ITEMS:
        return Ignored("a configuration item tells what a resource looks like, not whether it complies")
    if isinstance(message, str):
        return Ignored(f"an AWS Config message of type {line(message, 80)} carries no compliance")
    if "configurationItemCaptureTime" in body or {"resourceType", "configuration"} <= body.keys():
        return Ignored("a configuration item tells what a resource looks like, not whether it complies")
    return None


def _unknown(body: dict[str, Any]) -> Part:
    names = {name.lower() for name in body}
    if names & {"evaluationresultidentifier", "evaluationresults"}:
        return Rejected(
            "an evaluation result as AWS Config's API prints it names no account and no Region: "
            "give the ComplianceChangeNotification message or event of the rule"
        )
    if {"eventVersion", "eventSource"} <= body.keys():
        return Ignored(f"a CloudTrail record: {_OTHER_SERVICES}")
    keys = ", ".join(line(name, 40) for name in sorted(body)[:6])
    return Rejected(f"no accepted shape (it has {keys or 'no keys at all'}): {_ACCEPTED}")


def _json_name(value: Any) -> str:
    names = {type(None): "null", bool: "true or false", str: "text", int: "number", float: "number", list: "list"}
    return names.get(type(value), "value")


_OPENERS: Final[dict[tuple[str, str], Callable[[dict[str, Any], _Wrapping, str], Iterator[Part]]]] = {
    ("aws.securityhub", "Security Hub Findings - Imported"): _findings,
    ("aws.securityhub", "Security Hub Findings - Custom Action"): _findings,
    ("aws.securityhub", "Security Hub Findings"): _findings,
    ("aws.securityhub", "Findings Imported V2"): _findings,
    ("aws.securityhub", "Security Hub Insight Results"): _insight,
}
"""Whose events hold something. Sources that begin with `aws.` are AWS's own: nobody else can send them."""
