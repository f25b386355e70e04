"""The Slack function: who is answered what, what is kept, and what is never done."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from bot.adapters.slack.cached import CachedSlack
from bot.domain.errors import Busy, Unknown
from bot.flows.decisions.payload import MalformedPayload
from bot.messages import FillCaseDetails, FillReview, JudgeDecision, PreviewUndo, PublishHome
from bot.slack.ids import ActionId, CallbackId
from tests.builders_slack import form_of, http_event
from tests.flows.slack_stage import SlackStage
from tests.flows.stage import POLICY


@pytest.fixture
def stage() -> SlackStage:
    return SlackStage()


# ------------------------------------------------------------------ decisions


def test_approve_keeps_the_signed_request_byte_for_byte_and_has_it_judged(stage: SlackStage) -> None:
    answered = stage.press(ActionId.APPROVE)
    assert answered["statusCode"] == 200
    (kept,) = stage.decisions
    assert json.loads(parse_qs(kept["body"])["payload"][0]) == stage.pressed(ActionId.APPROVE)
    assert kept["signature"].startswith("v0=")
    assert stage.sent("decisions") == [JudgeDecision(case_id=stage.case.id, decision_id=kept["sk"])]


def test_a_decision_is_all_that_is_written(stage: SlackStage) -> None:
    before = {(item["pk"], item["sk"]): item for item in stage.table.everything()}
    stage.press(ActionId.APPROVE)
    stage.submit(CallbackId.DENY, reason="it is our website")
    after = {(item["pk"], item["sk"]): item for item in stage.table.everything()}
    assert all(after[key] == item for key, item in before.items())
    assert all(pk == f"DECISION#{stage.case.id}" for pk, _ in after.keys() - before.keys())


def test_slacks_retry_of_a_click_is_kept_once_and_rings_again(stage: SlackStage) -> None:
    body = form_of(stage.pressed(ActionId.APPROVE))
    for attempt in ({}, {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}):
        stage.send(http_event(body, stage.clock.wall(), headers=attempt))
    assert len(stage.decisions) == 1
    assert len(set(stage.sent("decisions"))) == 1


def test_ask_again_is_a_decision_too(stage: SlackStage) -> None:
    stage.press(ActionId.ASK_AGAIN)
    assert len(stage.decisions) == 1


def test_a_press_on_an_old_card_decides_nothing_and_links_to_the_live_one(stage: SlackStage) -> None:
    stage.press(ActionId.APPROVE, ts="1758000000.000001")
    assert stage.decisions == []
    assert "decides nothing" in stage.told
    assert f"<https://x.slack.com/archives/C0SECPROD/p{stage.case.ts.replace('.', '')}|the current card>" in stage.told


def test_a_card_of_a_case_that_is_not_known_decides_nothing(stage: SlackStage) -> None:
    stage.case = replace(stage.case, id="01OTHER")
    stage.press(ActionId.APPROVE)
    assert stage.decisions == []
    assert "not known here" in stage.told


def test_a_manifest_that_is_not_stored_decides_nothing(stage: SlackStage) -> None:
    stage.manifest = replace(stage.manifest, kind="forged")
    stage.press(ActionId.APPROVE)
    assert stage.decisions == []
    assert "is not stored" in stage.told


def test_a_button_value_of_another_making_decides_nothing(stage: SlackStage) -> None:
    payload = stage.pressed(ActionId.APPROVE)
    payload["actions"][0]["value"] = '{"c":"../x"}'
    assert stage.payload(payload)["statusCode"] == 200
    assert stage.decisions == []
    assert "not one of the bot" in stage.told


# ------------------------------------------------------------------ rights


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ("U0LEE", "you are not one of the approvers"),
        ("U0GUEST", "guests"),
        ("U0SAM", "your Slack workspace is not one"),
    ],
)
def test_who_may_not_is_told_why_and_who_may(stage: SlackStage, user: str, reason: str) -> None:
    stage.press(ActionId.APPROVE, user)
    assert stage.decisions == []
    assert reason in stage.told
    assert "One of <!subteam^S0SECENG> may." in stage.told
    assert stage.slack.ephemeral[-1]["user"] == user


def test_a_stranger_who_claims_our_team_is_still_of_their_own(stage: SlackStage) -> None:
    stage.press(ActionId.APPROVE, "U0SAM", team="T0ACME")
    assert stage.decisions == []


def test_without_a_readable_policy_nothing_is_decided() -> None:
    stage = SlackStage(policy="version: nonsense")
    stage.press(ActionId.APPROVE)
    assert stage.decisions == []
    assert "not valid" in stage.told


def test_when_slack_does_not_say_who_somebody_is_nothing_is_decided(stage: SlackStage) -> None:
    stage.slack.fail_next("users.info", Busy("throttled", 30))
    stage.press(ActionId.APPROVE)
    assert stage.decisions == []
    assert "does not say now who you are" in stage.told


def test_a_group_that_cannot_be_read_gives_nobody_a_right(stage: SlackStage) -> None:
    stage.slack.fail_next("usergroups.users.list", Unknown("no answer"))
    stage.press(ActionId.APPROVE)
    assert stage.decisions == []
    assert "could not be read" in stage.told


def test_an_empty_group_gives_nobody_a_right(stage: SlackStage) -> None:
    stage.slack.groups["S0SECENG"] = []
    stage.press(ActionId.APPROVE)
    assert stage.decisions == []


def test_people_and_groups_are_read_at_most_once_a_minute(stage: SlackStage) -> None:
    stage.world = replace(stage.world, slack=CachedSlack(stage.slack, stage.clock))
    for seconds in (0, 20, 39, 2):
        stage.clock.advance(seconds=seconds)
        stage.press(ActionId.APPROVE)
    assert len(stage.slack.called("usergroups.users.list")) == 2
    assert len(stage.slack.called("users.info")) == 2


def test_somebody_who_is_not_in_the_channel_is_told_directly(stage: SlackStage) -> None:
    stage.slack.fail_next("chat.postEphemeral", "user_not_in_channel")
    stage.press(ActionId.APPROVE, "U0LEE")
    (direct,) = stage.slack.called("chat.postMessage")[1:]
    assert direct["channel"] == "U0LEE"
    assert "not one of the approvers" in direct["text"]


# ------------------------------------------------------------------ modals


def test_deny_asks_why_and_its_submission_is_the_decision(stage: SlackStage) -> None:
    stage.press(ActionId.DENY)
    assert stage.view["callback_id"] == CallbackId.DENY
    assert stage.decisions == []
    answered = stage.submit(CallbackId.DENY, reason="it is our website")
    assert answered["body"] == ""
    (kept,) = stage.decisions
    assert "it+is+our+website" in kept["body"]


def test_a_deny_by_somebody_who_may_not_says_so_beside_the_reason(stage: SlackStage) -> None:
    answered = json.loads(stage.submit(CallbackId.DENY, "U0LEE", reason="no")["body"])
    assert answered["response_action"] == "errors"
    assert "not one of the approvers" in next(iter(answered["errors"].values()))
    assert stage.decisions == []


def test_undo_opens_at_once_and_is_planned_by_another_function(stage: SlackStage) -> None:
    stage.press(ActionId.UNDO)
    assert "Reading the current settings" in stage.shown
    (asked,) = stage.sent("plan")
    assert isinstance(asked, PreviewUndo)
    assert (asked.case_id, asked.view_id) == (stage.case.id, stage.view["id"])


def test_undo_by_somebody_who_may_not_says_so_in_the_modal(stage: SlackStage) -> None:
    stage.press(ActionId.UNDO, "U0LEE")
    assert stage.sent("plan") == []
    assert "not one of the approvers" in stage.shown


def test_the_modal_opens_before_anything_slow(stage: SlackStage) -> None:
    stage.press(ActionId.UNDO)
    methods = [method for method, _ in stage.slack.calls if method != "chat.postMessage"]
    assert methods[0] == "views.open"


def test_a_submitted_undo_is_a_decision(stage: SlackStage) -> None:
    stage.submit(CallbackId.UNDO)
    assert len(stage.decisions) == 1


def test_what_stands_against_a_submitted_undo_is_shown_in_its_modal(stage: SlackStage) -> None:
    answered = json.loads(stage.submit(CallbackId.UNDO, "U0LEE")["body"])
    assert answered["response_action"] == "update"
    assert "not one of the approvers" in json.dumps(answered["view"])
    assert stage.decisions == []


def test_a_modal_of_a_card_that_was_replaced_decides_nothing(stage: SlackStage) -> None:
    answered = json.loads(stage.submit(CallbackId.UNDO, ts="1758000000.000001")["body"])
    assert "decides nothing" in json.dumps(answered["view"])
    assert stage.decisions == []


def test_review_opens_at_once_and_its_page_is_gathered_elsewhere(stage: SlackStage) -> None:
    stage.press(ActionId.REVIEW, "U0LEE")
    assert "Gathering" in stage.shown
    assert stage.sent("answers") == [FillReview(case_id="01CASE", view_id=stage.view["id"], page=0)]


def test_a_page_turns_only_to_pages_that_exist(stage: SlackStage) -> None:
    stage.press(ActionId.REVIEW)
    stage.press_in_view(ActionId.PREVIOUS_PAGE)
    stage.press_in_view(ActionId.NEXT_PAGE)
    assert [message["page"] for message in stage.bodies("answers")] == [0, 0, 1]


def test_submitting_a_page_records_the_approval_and_keeps_the_page_open(stage: SlackStage) -> None:
    answered = json.loads(stage.submit(CallbackId.REVIEW, page=2)["body"])
    assert answered["response_action"] == "update"
    assert len(stage.decisions) == 1
    last = stage.sent("answers")[-1]
    assert isinstance(last, FillReview)
    assert (last.page, last.recorded) == (2, True)


def test_details_open_for_everybody(stage: SlackStage) -> None:
    stage.press(ActionId.DETAILS, "U0LEE")
    assert isinstance(stage.sent("answers")[-1], FillCaseDetails)


# ------------------------------------------------------------------ commands and Home


def test_help_and_nothing_say_what_the_bot_does(stage: SlackStage) -> None:
    assert stage.type("") == stage.type("help")
    assert "*Approve* changes them" in stage.type("help")


def test_help_says_which_version_answers(stage: SlackStage) -> None:
    packaged = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]["version"]
    assert f"*cspm-bot* {packaged} turns" in stage.type("help")


def test_an_unknown_word_is_named_harmlessly_with_the_help(stage: SlackStage) -> None:
    said = stage.type("<!channel> *now*")
    assert "&lt;!channel&gt; ∗now∗" in said
    assert "`/cspm help`" in said


def test_whoami_says_who_and_what_they_may(stage: SlackStage) -> None:
    assert "you may decide and exempt, as one of <!subteam^S0SECENG>" in stage.type("whoami")
    assert "you are not one of the approvers; one of <!subteam^S0SECENG> may" in stage.type("whoami", "U0LEE")


def test_whoami_names_a_right_to_exempt_alone() -> None:
    exempters = "{exemptions: {users: [U0LEE], required: 1}, channel:"
    stage = SlackStage(policy=POLICY.replace("{channel:", exempters))
    assert "you may exempt, by your name" in stage.type("whoami", "U0LEE")
    assert "you may decide, as one of <!subteam^S0SECENG>, but not exempt" in stage.type("whoami")


def test_whoami_without_a_policy_says_why() -> None:
    assert "not valid" in SlackStage(policy="version: nonsense").type("whoami")


def test_the_home_tab_is_drawn_elsewhere_and_other_tabs_are_not(stage: SlackStage) -> None:
    assert stage.open_home()["statusCode"] == 200
    assert stage.open_home(tab="messages")["statusCode"] == 200
    assert stage.sent("answers") == [PublishHome(user_id="U0DANA", team_id="T0ACME")]


# ------------------------------------------------------------------ signatures


def test_a_request_that_is_not_signed_is_refused_without_a_trace(stage: SlackStage) -> None:
    before = stage.table.everything()
    answered = stage.payload(stage.pressed(ActionId.APPROVE), secret="another-secret")
    assert answered["statusCode"] == 401
    assert stage.table.everything() == before


def test_both_secrets_are_accepted_while_one_replaces_the_other() -> None:
    stage = SlackStage(secrets=("new-secret", "old-secret"))
    for secret in ("new-secret", "old-secret"):
        assert stage.payload(stage.pressed(ActionId.APPROVE), secret=secret)["statusCode"] == 200
    assert stage.payload(stage.pressed(ActionId.APPROVE), secret="older-secret")["statusCode"] == 401


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_from_another_time_is_refused(stage: SlackStage, minutes: int) -> None:
    event = http_event(form_of(stage.pressed(ActionId.APPROVE)), stage.clock.wall() + timedelta(minutes=minutes))
    assert stage.send(event)["statusCode"] == 401


def test_a_changed_body_is_refused(stage: SlackStage) -> None:
    event = http_event(form_of(stage.pressed(ActionId.APPROVE, "U0LEE")), stage.clock.wall())
    other = http_event(form_of(stage.pressed(ActionId.APPROVE, "U0DANA")), stage.clock.wall())
    assert stage.send(event | {"body": other["body"]})["statusCode"] == 401


@pytest.mark.parametrize("timestamp", ["", "now", "²", "1" * 400])
def test_a_timestamp_that_is_none_is_refused(stage: SlackStage, timestamp: str) -> None:
    event = http_event(form_of(stage.pressed(ActionId.APPROVE)), stage.clock.wall())
    event["headers"]["x-slack-request-timestamp"] = timestamp
    assert stage.send(event)["statusCode"] == 401


def test_the_challenge_is_answered_only_when_it_is_signed(stage: SlackStage) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c4", "token": "t"})
    asked = http_event(body, stage.clock.wall(), kind="application/json")
    assert json.loads(stage.send(asked)["body"])["challenge"] == "c4"
    forged = http_event(body, stage.clock.wall(), kind="application/json", secret="another-secret")
    assert stage.send(forged)["statusCode"] == 401


def test_a_body_that_asks_for_an_ssl_check_is_verified_too(stage: SlackStage) -> None:
    event = http_event("ssl_check=1&token=t", stage.clock.wall(), secret="another-secret")
    assert stage.send(event)["statusCode"] == 401


# ------------------------------------------------------------------ failures


def test_what_nobody_foresaw_fails_the_function_so_that_its_alarm_rings(stage: SlackStage) -> None:
    payload = stage.pressed(ActionId.APPROVE)
    del payload["user"]["id"]
    with pytest.raises(MalformedPayload):
        stage.payload(payload)


def test_building_the_app_calls_nothing(stage: SlackStage) -> None:
    calls = len(stage.slack.calls)
    stage.type("help")
    assert len(stage.slack.calls) == calls
