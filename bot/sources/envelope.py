"""Unwrapping of events, SNS messages, lists and the output of `get-findings` into single findings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.sources.format import Ignored, RawFinding, Rejected, Source
from bot.sources.normalise import first_instant, line

MAX_DEPTH: Final = 6
"""Enough for an SNS message in a queue's message in a list."""

_OTHER_SERVICES: Final = "the bot keeps findings of Security Hub and rule evaluations of AWS Config only"
_COMPLIANCE_CHANGE: Final = "Config Rules Compliance Change"
_ITEMS: Final = frozenset(
    {"configurationItem", "configurationItems", "configurationItemSummary", "configurationItemDiff"}
)
"""Keys in messages, in the output of get-resource-config-history, and in snapshot and history files."""
_ACCEPTED: Final = (
    "give an EventBridge event, an ASFF or OCSF finding, an AWS Config compliance message, a list of them, "
    'or {"Findings": […]} as `aws securityhub get-findings` prints it'
)


Unwrapped = RawFinding | Ignored | Rejected


@dataclass(frozen=True)
class _Envelope:
    """Context from the outer layers of a part, and the accepted sources."""

    arrived: str
    sources: Sequence[Source]
    action: str = ""
    depth: int = 0

    def inside(self) -> _Envelope:
        return replace(self, depth=self.depth + 1)


def unwrap(document: Any, arrived: str, sources: Sequence[Source]) -> Iterator[Unwrapped]:
    """Yield the parts of a document in order. `arrived` is used if no envelope has a time.

    The first source that recognizes a document reads it. A member of Security Hub's findings that no source recognizes
    goes to the last source of `in_hub_lists`, which reports what is wrong with it.
    """
    return _unwrap(document, _Envelope(arrived, sources))


def _unwrap(document: Any, envelope: _Envelope) -> Iterator[Unwrapped]:
    if envelope.depth > MAX_DEPTH:
        yield Rejected(f"lists and envelopes are nested more than {MAX_DEPTH} deep: unwrap them")
    elif isinstance(document, list):
        yield from _unwrap_list(document, envelope)
    elif isinstance(document, dict):
        yield from _unwrap_object(document, envelope)
    else:
        yield Rejected(f"a {_json_name(document)} where an object was expected: {_ACCEPTED}")


def _unwrap_list(several: list[Any], envelope: _Envelope) -> Iterator[Unwrapped]:
    if not several:
        yield Ignored("an empty list: it holds no findings")
    for one in several:
        yield from _unwrap(one, envelope.inside())


def _unwrap_object(body: dict[str, Any], envelope: _Envelope) -> Iterator[Unwrapped]:
    if "detail-type" in body:
        yield from _event(body, envelope)
    elif body.get("Type") in {"Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"}:
        yield from _sns(body, envelope)
    elif isinstance(body.get("Findings"), list):
        yield from _unwrap_list(body["Findings"], envelope)
    else:
        yield _bare(body, envelope)


def _event(event: dict[str, Any], envelope: _Envelope) -> Iterator[Unwrapped]:
    source, kind, detail = event.get("source"), event.get("detail-type"), event.get("detail")
    if not isinstance(source, str) or not isinstance(kind, str) or not isinstance(detail, dict):
        yield Rejected("an EventBridge event needs the texts source and detail-type, and the object detail")
        return
    name = f"an event of {line(source, 80)} ({line(kind, 80)})"
    dated = replace(envelope, arrived=first_instant((event.get("time"), envelope.arrived)))
    owner = next((one for one in envelope.sources if (source, kind) in one.events), None)
    if owner:
        yield RawFinding(owner, detail, dated.arrived)
    elif (source, kind) in _EVENT_READERS:
        yield from _EVENT_READERS[source, kind](detail, dated, name)
    else:
        yield Ignored(_reason_ignored(source, name))


def _reason_ignored(source: str, name: str) -> str:
    if source == "aws.config":
        return f"{name} carries no compliance: only {_COMPLIANCE_CHANGE} does"
    return f"{name}: {_OTHER_SERVICES}"


def _insight(_detail: dict[str, Any], _around: _Envelope, _name: str) -> Iterator[Unwrapped]:
    yield Ignored("insight results are counts that somebody sent from the console; they hold no findings")


def _findings(detail: dict[str, Any], envelope: _Envelope, name: str) -> Iterator[Unwrapped]:
    findings = detail.get("findings")
    if not isinstance(findings, list):
        yield Rejected(f"{name} has no list detail.findings")
    elif not findings:
        yield Ignored(f"{name} holds no findings")
    else:
        action = detail.get("actionName")
        inner = replace(envelope, action=line(action, 80) if isinstance(action, str) else "")
        for finding in findings:
            yield _finding_of_event(finding, inner)


def _finding_of_event(finding: Any, envelope: _Envelope) -> Unwrapped:
    if not isinstance(finding, dict):
        return Rejected(f"detail.findings holds a {_json_name(finding)} where a finding was expected")
    hubs = [one for one in envelope.sources if one.in_hub_lists]
    source = next((one for one in hubs if one.recognizes(finding)), hubs[-1])
    return RawFinding(source, finding, envelope.arrived, envelope.action)


def _sns(message: dict[str, Any], envelope: _Envelope) -> Iterator[Unwrapped]:
    if message.get("Type") != "Notification":
        yield Ignored("SNS asks to confirm a subscription; the message holds no finding")
        return
    try:
        inner = json.loads(message.get("Message", ""))
    except (ValueError, TypeError, RecursionError):
        yield Rejected("an SNS notification whose Message is no JSON: give the message that AWS Config published")
        return
    sent = first_instant((message.get("Timestamp"), envelope.arrived))
    yield from _unwrap(inner, replace(envelope.inside(), arrived=sent))


def _bare(body: dict[str, Any], envelope: _Envelope) -> Unwrapped:
    source = next((one for one in envelope.sources if one.recognizes(body)), None)
    if source:
        return RawFinding(source, body, envelope.arrived)
    return _config(body) or _unknown(body)


def _config(body: dict[str, Any]) -> Unwrapped | None:
    """Recognize AWS Config's messages that are no evaluations."""
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


def _unknown(body: dict[str, Any]) -> Unwrapped:
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


_EVENT_READERS: Final[dict[tuple[str, str], Callable[[dict[str, Any], _Envelope, str], Iterator[Unwrapped]]]] = {
    ("aws.securityhub", "Security Hub Findings - Imported"): _findings,
    ("aws.securityhub", "Security Hub Findings - Custom Action"): _findings,
    ("aws.securityhub", "Security Hub Findings"): _findings,
    ("aws.securityhub", "Findings Imported V2"): _findings,
    ("aws.securityhub", "Security Hub Insight Results"): _insight,
}
"""Readers by source and detail-type. Only AWS services can send events whose source begins with `aws.`."""
