"""`/cspm score` and `/cspm trend`: the number, what it hangs on, and a constant number of reads."""

from __future__ import annotations

import json

import pytest

from bot.domain.errors import BadInput
from bot.domain.finding import Severity
from bot.domain.score import Model
from bot.flows.posture.query import PostureQuery, parse
from bot.flows.posture.score import answer_score, answer_trend, parse_trend, trend
from bot.slack.cards.card import Message
from bot.slack.ids import ActionId
from tests.flows.conftest import BUCKET
from tests.flows.counting import a_word
from tests.flows.stage import Stage, run_job
from tests.slack.limits import check_message


def said(message: Message) -> str:
    check_message(message)
    return json.dumps([message.text, *message.blocks], ensure_ascii=False)


@pytest.fixture
def told(stage: Stage) -> Stage:
    """S3.2 (CRITICAL): one of two fails; S3.5 (MEDIUM): passes, one exempted; and a threat."""
    stage.tell(
        a_word("S3.2", "a", "FAILED", 1),
        a_word("S3.2", "b", "PASSED", 1),
        a_word("S3.5", "a", "PASSED", 1),
        a_word("S3.5", "b", "SUPPRESSED", 1),
        a_word("S3.5", "c", "FAILED", 1, source="threat"),
    )
    return stage


def test_the_number_its_grade_and_what_is_beside_it(told: Stage) -> None:
    answer = answer_score([], told.world)
    text = said(answer)
    # headline (10·1/2 + 3·1) / 13 = 61.5…; strict (10·1/2 + 3·1/2) / 13 = 50.0
    assert answer.text == "*61.5*  ·  grade *D*  ·  50 without exemptions"
    assert "all accounts · weighted by severity" in text
    assert "1 exempted" in text
    assert "Beside the score, findings without a control: 1 high" in text


@pytest.mark.usefixtures("s3")
def test_the_fix_that_gains_most_has_a_review_button_where_a_card_waits(stage: Stage) -> None:
    stage.tell(a_word("S3.2", BUCKET, "FAILED", 1), a_word("S3.5", "b", "PASSED", 1))
    stage.pump()
    text = said(answer_score([], stage.world))
    assert "*+76.92*" in text
    assert ActionId.REVIEW_CASE in text
    assert "1 decision waits" in text


def test_without_a_card_there_is_nothing_to_review(told: Stage) -> None:
    assert ActionId.REVIEW_CASE not in said(answer_score([], told.world))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("S3.5", "100"),
        ("critical", "50"),
        ("us-east-1", "no score: nothing"),
        ("111122223333 eu-west-1", "61.5"),
        ("s3.*", "61.5"),
    ],
)
def test_it_answers_for_an_account_a_region_a_severity_a_control(told: Stage, words: str, number: str) -> None:
    assert number in answer_score(words.split(), told.world).text


@pytest.mark.parametrize("model", ["security-hub", "penalty"])
def test_another_model_is_asked_for_by_name(told: Stage, model: str) -> None:
    expected = {"security-hub": "*50*", "penalty": "*94*"}[model]
    assert answer_score([f"model:{model}"], told.world).text.startswith(expected)


def test_the_change_is_since_the_snapshots_of_earlier_days(told: Stage) -> None:
    run_job("snapshot", told.world)
    told.clock.advance(days=1)
    told.tell(a_word("S3.2", "a", "PASSED", 5))
    text = said(answer_score([], told.world))
    assert "▲ 38.5 since yesterday" in text


def test_a_scope_has_its_own_history(told: Stage) -> None:
    run_job("snapshot", told.world)
    told.clock.advance(days=7)
    for words in ("111122223333", "eu-west-1", "S3.2", "CRITICAL"):
        assert "unchanged in 7 days" in said(answer_score([words], told.world))


def test_the_reads_are_the_same_in_number_whatever_is_stored(stage: Stage) -> None:
    def reads() -> int:
        before = stage.faults.calls
        answer_score([], stage.world)
        return stage.faults.calls - before

    few = reads()
    for number in range(40):
        stage.tell(a_word("S3.2", f"b{number}", "FAILED", 1), a_word("S3.5", f"b{number}", "PASSED", 1))
    assert reads() == few == 12


def test_words_mean_what_they_look_like() -> None:
    asked = parse(["111122223333", "eu-west-1", "high", "CRITICAL", "s3.8", "ec2.*", "model:penalty"])
    assert asked == PostureQuery(
        "111122223333", "eu-west-1", (Severity.HIGH, Severity.CRITICAL), ("S3.8", "EC2.*"), Model.PENALTY
    )
    assert asked.scope == "111122223333#eu-west-1"
    assert parse(["global"]).scope == "*#global"


@pytest.mark.parametrize("words", ["nonsense", "model:best", "111122223333 444455556666", "eu-west-1 eu-west-2"])
def test_what_is_not_understood_is_told_with_what_may_be_said(words: str) -> None:
    with pytest.raises(BadInput):
        parse(words.split())


def test_a_trend_has_gaps_where_no_snapshot_was_taken(told: Stage) -> None:
    run_job("snapshot", told.world)
    told.clock.advance(days=3)
    told.tell(a_word("S3.2", "a", "PASSED", 5))
    values = trend(PostureQuery(), 4, told.world)
    assert values == [
        ("2026-09-21", None),
        ("2026-09-22", 61.5),
        ("2026-09-23", None),
        ("2026-09-24", None),
        ("2026-09-25", 100.0),
    ]
    text = said(answer_trend(["4"], told.world))
    assert "61.5 on 2026-09-22, 100 on 2026-09-25 (▲ 38.5)" in text


def test_a_trend_before_the_first_snapshot_has_today_only(stage: Stage) -> None:
    assert "No day of this has been recorded yet" in said(answer_trend([], stage.world))


def test_a_trend_is_over_some_days_and_of_what_a_score_is_of() -> None:
    assert parse_trend(["14", "S3.8"]) == (PostureQuery(controls=("S3.8",)), 14)
    assert parse_trend([])[1] == 30
    for wrong in (["1"], ["91"], ["7", "8"]):
        with pytest.raises(BadInput):
            parse_trend(wrong)
