"""Verify a signed request of Slack's, and read the decision in it: who, which verb, about what."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.domain.errors import BadInput
from bot.flows.decisions.payload import Press, SlashCommand, Submission, parse
from bot.slack.ids import ActionId, ButtonValue, CallbackId, Metadata
from bot.store.decisions import SignedRequest
from bot.world import World

MAX_AGE: Final = timedelta(hours=1)
"""Maximum age of a signed decision: long enough for an outage, too short to be kept and replayed."""


_SECONDS: Final = re.compile(r"[0-9]{1,12}")


class Verb(StrEnum):
    """The decision that a person made."""

    APPROVE = "approve"
    DENY = "deny"
    UNDO = "undo"
    ASK_AGAIN = "ask again"
    TAKE_BACK = "take the approval back"
    EXEMPT = "exempt"
    ALLOW_EXEMPTION = "allow exemption"
    REFUSE_EXEMPTION = "refuse exemption"
    HAND_OVER = "hand over"


@dataclass(frozen=True)
class Click:
    """A decision as its signed request has it; `ts` is the message that it was made on."""

    user: str
    team: str
    verb: Verb
    case_id: str
    manifest: str
    channel: str
    ts: str
    reason: str = ""
    until: str = ""
    scope: str = ""
    to: str = ""
    link: str = ""
    reference: str = ""


class _Fixed(SignatureClock):
    """The time at which Slack signed: the age is judged apart, since decisions may wait in a queue."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        return self._at


def verified(request: SignedRequest, world: World) -> Click | SlashCommand:
    """Return the decision in a signed request. Raises BadInput unless signature and age are right and it is one."""
    if not _SECONDS.fullmatch(request.timestamp):
        raise BadInput("the request has no timestamp")
    at = float(request.timestamp)
    if not any(_signed(request, secret, at) for secret in world.secrets.all("slack/signing-secret")):
        raise BadInput("the request is not signed by Slack")
    if abs(world.clock.wall().timestamp() - at) > MAX_AGE.total_seconds():
        raise BadInput("the decision has waited too long; please decide again")
    return _decision(parse(request))


def _signed(request: SignedRequest, secret: str, at: float) -> bool:
    verifier = SignatureVerifier(secret, clock=_Fixed(at))
    return verifier.is_valid(body=request.body, timestamp=request.timestamp, signature=request.signature)


def _decision(payload: Press | Submission | SlashCommand) -> Click | SlashCommand:
    match payload:
        case Press():
            return _pressed(payload)
        case Submission():
            return _submitted(payload)
        case SlashCommand():
            return payload


_PRESSED: Final = {
    ActionId.APPROVE: Verb.APPROVE,
    ActionId.ASK_AGAIN: Verb.ASK_AGAIN,
    ActionId.TAKE_BACK: Verb.TAKE_BACK,
    ActionId.ALLOW_EXEMPTION: Verb.ALLOW_EXEMPTION,
    ActionId.REFUSE_EXEMPTION: Verb.REFUSE_EXEMPTION,
}
_SUBMITTED: Final = {
    CallbackId.EXEMPT: Verb.EXEMPT,
    CallbackId.HAND_OVER: Verb.HAND_OVER,
    CallbackId.APPROVE: Verb.APPROVE,
    CallbackId.DENY: Verb.DENY,
    CallbackId.UNDO: Verb.UNDO,
    CallbackId.REVIEW: Verb.APPROVE,
}


def _pressed(press: Press) -> Click:
    if press.action_id not in set(_PRESSED):
        raise BadInput("this button decides nothing")
    verb, value = _PRESSED[ActionId(press.action_id)], ButtonValue.parse(press.value)
    return Click(press.user, press.team, verb, value.case_id, value.manifest, press.channel, press.ts)


def _submitted(form: Submission) -> Click:
    if form.callback_id not in set(_SUBMITTED):
        raise BadInput("this form decides nothing")
    verb, about = _SUBMITTED[CallbackId(form.callback_id)], Metadata.parse(form.metadata)
    filled = asdict(form.fields)
    return Click(form.user, form.team, verb, about.case_id, about.manifest, about.channel, about.ts, **filled)
