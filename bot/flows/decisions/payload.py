"""Parse Slack's requests from people: a pressed button, a submitted modal, a slash command.

The Slack function and `remediate` parse the same signed body by the same code; `remediate` verifies it first
(`bot.flows.decisions.click`). Shapes: docs.slack.dev/reference/interaction-payloads and
docs.slack.dev/interactivity/implementing-slash-commands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

from pydantic import BaseModel, Field, ValidationError

from bot.domain.errors import BadInput
from bot.slack.ids import ActionId
from bot.store.decisions import SignedRequest


class MalformedPayload(BadInput):
    """A request that has not the shape that Slack documents."""


@dataclass(frozen=True)
class Press:
    """A button that was pressed: on a message (`channel`, `ts`), in a modal (`view_id`, `metadata`), or in `home`.

    `team` is the person's own, which is not the workspace's where people of another company are in a channel.
    """

    user: str
    team: str
    channel: str
    ts: str
    trigger_id: str
    action_id: str
    value: str
    request: SignedRequest
    view_id: str = ""
    metadata: str = ""
    home: bool = False

    @property
    def in_modal(self) -> bool:
        """True if it was pressed in a modal, above which another can be opened."""
        return bool(self.view_id) and not self.home


@dataclass(frozen=True)
class Fields:
    """The values of a form's fields; '' for those that it does not have."""

    reason: str = ""
    until: str = ""
    scope: str = ""
    to: str = ""
    link: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Submission:
    """A modal that was submitted."""

    user: str
    team: str
    view_id: str
    callback_id: str
    metadata: str
    fields: Fields
    request: SignedRequest


@dataclass(frozen=True)
class SlashCommand:
    """A slash command that was typed in a channel; `text` is what follows its name."""

    user: str
    team: str
    channel: str
    text: str
    request: SignedRequest
    trigger_id: str = ""


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
    id: str = ""
    type: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: _State | None = None


class _Payload(BaseModel):
    type: str
    user: _User
    team: _Team | None = None
    channel: _Channel | None = None
    container: _Container | None = None
    trigger_id: str = ""
    actions: list[_Action] = Field(default_factory=list)
    view: _View | None = None


def parse(request: SignedRequest) -> Press | Submission | SlashCommand:
    """Return what a person has done by a request. Raises BadInput for another kind of request, MalformedPayload.

    Nothing is verified here: the caller has done that, or the result decides nothing.
    """
    form = {name: values[0] for name, values in parse_qs(request.body, keep_blank_values=True).items()}
    if form.get("command"):
        return _command(form, request)
    try:
        payload = _Payload.model_validate(json.loads(form["payload"]))
    except (KeyError, ValueError, ValidationError) as error:
        raise MalformedPayload(f"this is not an interaction of Slack's: {type(error).__name__}") from error
    if payload.type == "block_actions":
        return _press(payload, request)
    if payload.type == "view_submission" and payload.view:
        return _submission(payload, payload.view, request)
    raise BadInput(f"an interaction of type {payload.type} decides nothing")


def _command(form: Mapping[str, str], request: SignedRequest) -> SlashCommand:
    if not form.get("user_id") or not form.get("team_id"):
        raise MalformedPayload("this command names no person and workspace")
    return SlashCommand(
        user=form["user_id"],
        team=form["team_id"],
        channel=form.get("channel_id", ""),
        text=form.get("text", ""),
        request=request,
        trigger_id=form.get("trigger_id", ""),
    )


def _press(payload: _Payload, request: SignedRequest) -> Press:
    if len(payload.actions) != 1:
        raise MalformedPayload("this button decides nothing")
    action, view, container = payload.actions[0], payload.view or _View(), payload.container or _Container()
    return Press(
        user=payload.user.id,
        team=_team(payload),
        channel=payload.channel.id if payload.channel else container.channel_id,
        ts=container.message_ts,
        trigger_id=payload.trigger_id,
        action_id=action.action_id,
        value=action.value,
        request=request,
        view_id=view.id,
        metadata=view.private_metadata,
        home=view.type == "home",
    )


def _submission(payload: _Payload, view: _View, request: SignedRequest) -> Submission:
    return Submission(
        user=payload.user.id,
        team=_team(payload),
        view_id=view.id,
        callback_id=view.callback_id,
        metadata=view.private_metadata,
        fields=_fields(view.state.values if view.state else {}),
        request=request,
    )


def _team(payload: _Payload) -> str:
    return payload.user.team_id or (payload.team.id if payload.team else "")


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


def _fields(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Fields:
    """Read a form's fields out of `view.state.values` (docs.slack.dev/reference/views/view-state-values)."""
    elements = {action: element for block in values.values() for action, element in block.items()}
    found: dict[str, str] = {}
    for name, action, attribute in _FIELDS:
        entered = elements.get(action, {}).get(attribute)
        text = entered.get("value") if isinstance(entered, dict) else entered
        if isinstance(text, str) and text.strip():
            found[name] = text.strip()
    return Fields(**found)
