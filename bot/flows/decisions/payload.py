"""What a signed request of Slack's says, once its signature has been verified: who, which verb, about what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qs

from pydantic import BaseModel, Field, ValidationError
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.domain.errors import BadInput
from bot.slack.ids import ActionId, ButtonValue, CallbackId, Metadata
from bot.store.decisions import SignedRequest
from bot.world import World

MAX_AGE: Final = timedelta(hours=1)
"""How long a signed decision may wait in the queue: enough for an outage, too short to be kept and replayed."""


_SECONDS: Final = re.compile(r"[0-9]{1,12}")


class Verb(StrEnum):
    """What a person decided."""

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
    """A decision as its signed request tells it; `ts` is the message that it was made on."""

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


@dataclass(frozen=True)
class Command:
    """A slash command as its signed request tells it."""

    user: str
    team: str
    channel: str
    text: str


class _User(BaseModel):
    id: str
    team_id: str = ""


class _Team(BaseModel):
    id: str


class _Channel(BaseModel):
    id: str


class _Container(BaseModel):
    message_ts: str = ""
    channel_id: str = ""


class _Action(BaseModel):
    action_id: str
    value: str = ""


class _State(BaseModel):
    values: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)


class _View(BaseModel):
    callback_id: str
    private_metadata: str
    state: _State = Field(default_factory=_State)


class _Payload(BaseModel):
    type: str
    user: _User
    team: _Team | None = None
    channel: _Channel | None = None
    container: _Container | None = None
    actions: list[_Action] = Field(default_factory=list)
    view: _View | None = None


class _Fixed(SignatureClock):
    """The time at which Slack signed: the age is judged apart, since decisions may wait in a queue."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        return self._at


def verified(request: SignedRequest, world: World) -> Click | Command:
    """The decision in a signed request. Raises BadInput unless the signature and the age are right and it is one."""
    if not _SECONDS.fullmatch(request.timestamp):
        raise BadInput("the request has no timestamp")
    at = float(request.timestamp)
    if not any(_signed(request, secret, at) for secret in world.secrets.all("slack/signing-secret")):
        raise BadInput("the request is not signed by Slack")
    if abs(world.clock.wall().timestamp() - at) > MAX_AGE.total_seconds():
        raise BadInput("the decision has waited too long; please decide again")
    return parse_command(request.body) or parse_click(request.body)


def parse_command(body: str) -> Command | None:
    """The slash command in a request's body, or None when it is another kind of request."""
    fields = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    if not fields.get("command"):
        return None
    return Command(
        fields.get("user_id", ""), fields.get("team_id", ""), fields.get("channel_id", ""), fields.get("text", "")
    )


def _signed(request: SignedRequest, secret: str, at: float) -> bool:
    verifier = SignatureVerifier(secret, clock=_Fixed(at))
    return verifier.is_valid(body=request.body, timestamp=request.timestamp, signature=request.signature)


def parse_click(body: str) -> Click:
    """The decision in the body of an interaction request. Raises BadInput when it is none."""
    try:
        payload = _Payload.model_validate(json.loads(parse_qs(body)["payload"][0]))
    except (KeyError, ValueError, ValidationError) as error:
        raise BadInput(f"this is not an interaction of Slack's: {type(error).__name__}") from error
    team = payload.user.team_id or (payload.team.id if payload.team else "")
    if payload.type == "block_actions":
        return _pressed(payload, team)
    if payload.type == "view_submission" and payload.view:
        return _submitted(payload, payload.view, team)
    raise BadInput(f"an interaction of type {payload.type} decides nothing")


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


def _pressed(payload: _Payload, team: str) -> Click:
    if len(payload.actions) != 1 or payload.actions[0].action_id not in set(_PRESSED):
        raise BadInput("this button decides nothing")
    action = payload.actions[0]
    value = ButtonValue.parse(action.value)
    where = payload.container or _Container()
    channel = payload.channel.id if payload.channel else where.channel_id
    verb = _PRESSED[ActionId(action.action_id)]
    return Click(payload.user.id, team, verb, value.case_id, value.manifest, channel, where.message_ts)


def _submitted(payload: _Payload, view: _View, team: str) -> Click:
    if view.callback_id not in set(_SUBMITTED):
        raise BadInput("this form decides nothing")
    about = Metadata.parse(view.private_metadata)
    verb = _SUBMITTED[CallbackId(view.callback_id)]
    filled = filled_in(view.state.values)
    return Click(payload.user.id, team, verb, about.case_id, about.manifest, about.channel, about.ts, **asdict(filled))


@dataclass(frozen=True)
class Filled:
    """What stands in the fields of a form; '' for those that it does not have."""

    reason: str = ""
    until: str = ""
    scope: str = ""
    to: str = ""
    link: str = ""
    reference: str = ""


_FIELDS: Final = (
    ("reason", ActionId.DENY_REASON, "value"),
    ("reason", ActionId.EXEMPT_REASON, "value"),
    ("until", ActionId.EXEMPT_UNTIL, "selected_date"),
    ("scope", ActionId.EXEMPT_SCOPE, "selected_option"),
    ("to", ActionId.HAND_OVER_TO, "selected_user"),
    ("until", ActionId.HAND_OVER_UNTIL, "selected_date"),
    ("link", ActionId.HAND_OVER_LINK, "value"),
    ("reference", ActionId.CHANGE_REFERENCE, "value"),
)


def filled_in(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Filled:
    """The fields of a form, out of `view.state.values` (docs.slack.dev/reference/views/view-state-values)."""
    elements = {action: element for block in values.values() for action, element in block.items()}
    found: dict[str, str] = {}
    for name, action, attribute in _FIELDS:
        said = elements.get(action, {}).get(attribute)
        text = said.get("value") if isinstance(said, dict) else said
        if isinstance(text, str) and text.strip():
            found[name] = text.strip()
    return Filled(**found)
