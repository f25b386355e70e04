"""Score, trend and digest as somebody asks for them: for members alone, at once, pictures after."""

from __future__ import annotations

import json

import pytest

from bot.domain.errors import Refusal
from bot.flows.interactions.posture import Asker, answer_posture
from bot.flows.posture import digest
from bot.slack.ids import ActionId, ButtonValue, CallbackId, Metadata
from bot.slack.pages.png import ZOOM
from handlers import slack
from tests.builders_slack import Context, form_of, http_event, press
from tests.flows.counting import a_word
from tests.flows.stage import CHANNEL, Stage, a_finding, deliver, run_job

DANA = Asker("U0DANA", "T0ACME", CHANNEL)


def answered(stage: Stage) -> None:
    """The answers queue is worked off."""
    for body in stage.answers:
        deliver(body, stage.world)


@pytest.fixture
def told(stage: Stage) -> Stage:
    stage.tell(a_word("S3.2", "a", "FAILED", 1), a_word("S3.5", "a", "PASSED", 1))
    run_job("snapshot", stage.world)
    stage.clock.advance(days=1)
    stage.tell(a_word("S3.2", "a", "PASSED", 2))
    return stage


def test_a_score_is_answered_at_once_to_one_person(told: Stage) -> None:
    ack = answer_posture("score", [], DANA, told.world)
    assert ack["response_type"] == "ephemeral"
    assert "*100*  ·  grade *A*" in json.dumps(ack, ensure_ascii=False)
    assert told.answers == []


def test_a_trend_is_words_at_once_and_a_chart_in_the_direct_conversation(told: Stage) -> None:
    ack = answer_posture("trend", ["7"], DANA, told.world)
    assert "23 on 2026-09-22, 100 on 2026-09-23" in json.dumps(ack, ensure_ascii=False)
    answered(told)
    (message,) = told.slack.messages["D0DANA"]
    (file,) = message["files"]
    assert "lowest 23 on 2026-09-22, highest 100 on 2026-09-23" in file["alt_txt"]
    assert told.slack.files[file["id"]]["content"].startswith(b"\x89PNG")


def test_a_digest_is_gathered_and_comes_where_it_was_asked_for(told: Stage) -> None:
    assert "Gathering" in answer_posture("digest", [], DANA, told.world)["text"]
    answered(told)
    (private,) = told.slack.ephemeral
    assert (private["channel"], private["user"]) == (CHANNEL, "U0DANA")


@pytest.mark.parametrize(
    ("asker", "why"),
    [(Asker("U0GUEST", "T0ACME"), "Guests"), (Asker("U0STRANGER", "T0OTHER"), "not one that the policy accepts")],
)
def test_where_things_are_open_is_not_told_to_guests_and_strangers(told: Stage, asker: Asker, why: str) -> None:
    told.slack.add_user("U0STRANGER", team_id="T0OTHER")
    with pytest.raises(Refusal, match=why):
        answer_posture("score", [], asker, told.world)


def test_without_a_readable_policy_members_still_have_their_score() -> None:
    stage = Stage(policy="version: 7\n")
    assert answer_posture("score", [], DANA, stage.world)["response_type"] == "ephemeral"


def test_the_digest_shows_its_chart(told: Stage) -> None:
    digest.tick(told.world)
    (posted,) = told.slack.messages[CHANNEL]
    (picture,) = [block for block in posted["blocks"] if block["type"] == "image"]
    assert picture["slack_file"]["id"] in told.slack.files
    assert "23 on 2026-09-22, 100 on 2026-09-23" in picture["alt_text"]


def test_where_slack_does_not_show_a_new_file_yet_the_chart_is_in_the_thread(told: Stage) -> None:
    told.slack.fail_next("chat.postMessage", "invalid_blocks")
    digest.tick(told.world)
    posted, chart = told.slack.messages[CHANNEL]
    assert chart["thread_ts"] == posted["ts"]
    assert chart["files"]


def test_pictures_are_twice_as_large_as_they_look() -> None:
    assert ZOOM == 2


@pytest.mark.usefixtures("s3")
def test_review_opens_the_case_from_a_score_that_is_no_card() -> None:
    stage = Stage()
    stage.tell(a_finding())
    stage.pump()
    elsewhere = press(ActionId.REVIEW_CASE, ButtonValue(stage.case.id), "U0DANA", "C0GENERAL", "1795494210.893890")
    answered_with = slack.handler(http_event(form_of(elsewhere), stage.clock.wall()), Context(), stage.world)
    assert answered_with["statusCode"] == 200
    answered(stage)
    (view,) = stage.slack.views.values()
    assert view["callback_id"] == CallbackId.REVIEW
    assert Metadata.parse(view["private_metadata"]).ts == stage.case.ts
