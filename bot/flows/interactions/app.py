"""The Bolt app: one request URL for commands, buttons, modals and events. Each listener is one call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot.domain.errors import CspmError
from bot.flows.decisions.payload import MalformedPayload, Press, SlashCommand, Submission, parse
from bot.flows.interactions import (
    approve,
    card_actions,
    changes,
    clicks,
    commands,
    exempt,
    finding_details,
    findings,
    home,
)
from bot.flows.interactions.verification import Verification, header
from bot.slack.ids import ActionId, CallbackId, Metadata
from bot.slack.modals import base
from bot.slack.text.blocks import escape
from bot.store.decisions import SignedRequest
from bot.world import World

Body = Mapping[str, Any]
Pressed = Callable[[Press, World], clicks.Ack]
Submitted = Callable[[Submission, World], clicks.Ack]
Payload = TypeVar("Payload", Press, Submission, SlashCommand)

COMMAND: Final = "/cspm"

_LOG: Final = logging.getLogger(__name__)

_BUTTONS: Final[dict[ActionId, Pressed]] = {
    ActionId.APPROVE: approve.press_approve,
    ActionId.ASK_AGAIN: card_actions.decide,
    ActionId.TAKE_BACK: card_actions.decide,
    ActionId.DENY: card_actions.open_deny,
    ActionId.UNDO: card_actions.open_undo,
    ActionId.UNDO_RUN: changes.open_undo_of,
    ActionId.REVIEW: card_actions.open_review,
    ActionId.REVIEW_CASE: card_actions.open_review_of,
    ActionId.DETAILS: card_actions.open_details,
    ActionId.EXEMPT: exempt.open_exempt,
    ActionId.HAND_OVER: exempt.open_hand_over,
    ActionId.ALLOW_EXEMPTION: exempt.decide,
    ActionId.REFUSE_EXEMPTION: exempt.decide,
    ActionId.REFRESH_HOME: home.refresh_home,
    ActionId.PREVIOUS_PAGE: lambda press, world: card_actions.turn_page(press, -1, world),
    ActionId.NEXT_PAGE: lambda press, world: card_actions.turn_page(press, 1, world),
    ActionId.FINDING_DETAILS: finding_details.open_details,
    ActionId.BACK_TO_DETAILS: finding_details.back_to_details,
    ActionId.RAW_FINDING: finding_details.request_raw_finding,
    ActionId.PREVIOUS_FINDINGS: lambda press, world: findings.turn_page(press, world, on=False),
    ActionId.NEXT_FINDINGS: lambda press, world: findings.turn_page(press, world, on=True),
}

_MODALS: Final[dict[CallbackId, Submitted]] = {
    CallbackId.DENY: card_actions.submit_deny,
    CallbackId.UNDO: card_actions.submit_undo,
    CallbackId.APPROVE: approve.submit,
    CallbackId.REVIEW: approve.submit_review,
    CallbackId.EXEMPT: exempt.submit_exempt,
    CallbackId.HAND_OVER: exempt.submit_hand_over,
}


def build_app(world: World) -> App:
    """Return the Bolt app. Building it makes no call.

    There are no lazy listeners: all work ends with the answer, and the function needs no right to call itself.
    """
    app = App(
        name="cspm-bot",
        process_before_response=True,
        authorize=_authorize,
        token_verification_enabled=False,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        before_authorize=Verification(world),
    )
    for action_id, press in _BUTTONS.items():
        app.action(action_id.value)(_on_button(press, world))
    for callback_id, submit in _MODALS.items():
        app.view(callback_id.value)(_on_modal(submit, world))
    app.command(COMMAND)(_on_command(world))
    app.event("app_home_opened")(_on_home(world))
    app.error(_on_error(world))
    return app


def _authorize() -> AuthorizeResult:
    """Return an empty authorization: the bot calls Slack through its own port, so Bolt needs no token."""
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="")


def _on_button(press: Pressed, world: World) -> Callable[..., None]:
    def listener(ack: Ack, request: BoltRequest) -> None:
        ack(**press(_read(Press, request), world))

    return listener


def _on_modal(submit: Submitted, world: World) -> Callable[..., None]:
    def listener(ack: Ack, request: BoltRequest) -> None:
        ack(**submit(_read(Submission, request), world))

    return listener


def _on_command(world: World) -> Callable[..., None]:
    def listener(ack: Ack, request: BoltRequest) -> None:
        ack(**commands.answer_command(_read(SlashCommand, request), world))

    return listener


def _on_home(world: World) -> Callable[..., None]:
    def listener(ack: Ack, event: dict[str, Any], body: dict[str, Any]) -> None:
        is_home = event.get("tab") == "home"
        ack(**(home.request_home(event["user"], body.get("team_id", ""), world) if is_home else {}))

    return listener


def _on_error(world: World) -> Callable[..., BoltResponse]:
    """Answer with the bot's own errors. Any other error fails the function, which has an alarm."""

    def listener(error: Exception, body: dict[str, Any], request: BoltRequest) -> BoltResponse:
        if not isinstance(error, CspmError) or isinstance(error, MalformedPayload):
            raise error
        _LOG.info("a request was answered with %s: %s", type(error).__name__, error)
        return _answer(sentence(error), body, request, world)

    return listener


def sentence(error: CspmError) -> str:
    """Return an error as a sentence. Only a Refusal's text is known to hold no foreign text."""
    text = str(error)
    told = text if type(error).__name__ == "Refusal" else escape(f"{text[:1].upper()}{text[1:]}")
    return told if told.endswith((".", "!", "?")) else f"{told}."


def _answer(text: str, body: Body, request: BoltRequest, world: World) -> BoltResponse:
    kind = body.get("type", "")
    if kind == "view_submission":
        view = base.note("cspm-bot", text, Metadata.parse(body["view"]["private_metadata"]))
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    if kind == "block_actions":
        card_actions.notify(_read(Press, request), text, world)
        return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text} if body.get("command") else "")


def _read(kind: type[Payload], request: BoltRequest) -> Payload:
    """Parse the payload from the body that Slack signed. Raises MalformedPayload."""
    timestamp, signature = header(request, "x-slack-request-timestamp"), header(request, "x-slack-signature")
    payload = parse(SignedRequest(request.raw_body, timestamp, signature))
    if not isinstance(payload, kind):
        raise MalformedPayload(f"Bolt took this for a {kind.__name__}")
    return payload
