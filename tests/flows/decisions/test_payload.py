"""Slack's requests, parsed once for the Slack function and for `remediate`."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.domain.errors import BadInput
from bot.flows.decisions.payload import Fields, MalformedPayload, Press, SlashCommand, Submission, parse
from bot.slack.ids import ActionId, ButtonValue, CallbackId, Metadata
from bot.store.decisions import SignedRequest
from tests.builders_slack import command, form_of, press, press_in_view, submission

VALUE = ButtonValue("01CASE", "f" * 32)


def signed(body: str) -> SignedRequest:
    return SignedRequest(body, "1790067600", "v0=1")


def parsed(payload: dict[str, Any]) -> Press | Submission | SlashCommand:
    return parse(signed(form_of(payload)))


def test_a_press_on_a_card() -> None:
    payload = press(ActionId.APPROVE, VALUE, "U0DANA", "C0SECPROD", "1.1", "T0GLOBEX")
    assert parsed(payload) == Press(
        user="U0DANA",
        team="T0GLOBEX",
        channel="C0SECPROD",
        ts="1.1",
        trigger_id="123.456.abc",
        action_id=ActionId.APPROVE,
        value=VALUE.text,
        request=signed(form_of(payload)),
    )


@pytest.mark.parametrize(("kind", "home"), [("modal", False), ("home", True)])
def test_a_press_in_a_view(kind: str, *, home: bool) -> None:
    view = {"id": "V1", "type": kind, "private_metadata": "{}"}
    found = parsed(press_in_view(ActionId.NEXT_PAGE, VALUE.text, "U0DANA", view))
    assert isinstance(found, Press)
    assert (found.view_id, found.metadata, found.home, found.in_modal) == ("V1", "{}", home, not home)
    assert (found.channel, found.ts) == ("", "")


def test_without_a_team_of_their_own_it_is_the_workspaces() -> None:
    payload = press(ActionId.APPROVE, VALUE, "U0DANA", "C0SECPROD", "1.1")
    del payload["user"]["team_id"]
    found = parsed(payload)
    assert (found.team, payload["team"]["id"]) == ("T0ACME", "T0ACME")


def test_a_submission_with_its_fields() -> None:
    meta = Metadata("01CASE", "f" * 32, "C0SECPROD", "1.1")
    payload = submission(CallbackId.DENY, meta, "U0DANA", "  not now ", "V1")
    found = parsed(payload)
    assert isinstance(found, Submission)
    assert (found.view_id, found.callback_id, found.metadata) == ("V1", CallbackId.DENY, meta.text)
    assert found.fields == Fields(reason="not now")


def test_a_slash_command() -> None:
    body = urlencode(command("pause all incident", "U0DANA"))
    found = parse(signed(body))
    assert found == SlashCommand(
        user="U0DANA",
        team="T0ACME",
        channel="C0SECPROD",
        text="pause all incident",
        request=signed(body),
        trigger_id="123.456.abc",
    )


@pytest.mark.parametrize("body", ["", "payload=", "payload=%7B", "payload=%5B%5D", "payload=%7B%7D", "text=x"])
def test_what_is_no_interaction_is_malformed(body: str) -> None:
    with pytest.raises(MalformedPayload, match="not an interaction"):
        parse(signed(body))


@pytest.mark.parametrize("missing", ["user_id", "team_id"])
def test_a_slash_command_names_its_person_and_workspace(missing: str) -> None:
    form = {name: value for name, value in command("help", "U0DANA").items() if name != missing}
    with pytest.raises(MalformedPayload, match="no person"):
        parse(signed(urlencode(form)))


@pytest.mark.parametrize("actions", [[], [{"action_id": "a"}, {"action_id": "b"}]])
def test_a_press_has_one_action(actions: list[dict[str, str]]) -> None:
    payload = press(ActionId.APPROVE, VALUE, "U0DANA", "C0SECPROD", "1.1")
    with pytest.raises(MalformedPayload):
        parsed({**payload, "actions": actions})


@pytest.mark.parametrize("kind", ["view_closed", "shortcut", "message_action", "view_submission"])
def test_other_interactions_decide_nothing(kind: str) -> None:
    payload = press(ActionId.APPROVE, VALUE, "U0DANA", "C0SECPROD", "1.1")
    with pytest.raises(BadInput, match="decides nothing"):
        parse(signed(urlencode({"payload": json.dumps({**payload, "type": kind})})))
