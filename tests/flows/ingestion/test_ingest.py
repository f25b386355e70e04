"""Events become facts once, in few writes, and nothing is lost."""

from __future__ import annotations

import pytest

from bot.domain.finding import Status
from bot.flows.ingestion import ingest
from bot.store import findings as stored
from tests.flows.stage import POLICY, Stage, a_finding, event

pytestmark = pytest.mark.usefixtures("s3")


def finding(stage: Stage) -> tuple[str, Status, int]:
    (item,) = [item for item in stage.table.everything() if item["pk"].startswith("F#")]
    found = stored.load_finding(stage.table, "111122223333", "eu-west-1", item["sk"])
    assert found
    return found.control, found.status, found.rev


def test_an_unchanged_re_emission_causes_nothing(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    before = len(stage.slack.calls), len(stage.world.queues.plan.bodies)  # type: ignore[attr-defined] # the twin
    for minute in range(1, 6):
        stage.tell(a_finding(minute=minute))
    stage.pump()
    assert (len(stage.slack.calls), len(stage.world.queues.plan.bodies)) == before  # type: ignore[attr-defined] # the twin
    assert finding(stage) == ("S3.8", Status.OPEN, 1)


def test_the_bots_own_note_comes_back_and_causes_nothing(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    noted = a_finding(Note={"Text": "approved", "UpdatedBy": "cspm-bot", "UpdatedAt": "2026-09-22T09:05:00Z"})
    stage.tell(noted)
    assert finding(stage)[2] == 1


def test_an_older_word_that_arrives_later_changes_nothing(stage: Stage) -> None:
    stage.tell(a_finding(status="PASSED", minute=9))
    stage.tell(a_finding(minute=3))
    assert finding(stage)[1] is Status.PASSED


def test_of_a_batch_the_newest_word_holds_whatever_its_order(stage: Stage) -> None:
    stage.tell(a_finding(minute=5), a_finding(status="PASSED", minute=9), a_finding(minute=1))
    assert finding(stage)[1] is Status.PASSED


def test_two_words_of_the_same_moment_are_asked_about(stage: Stage) -> None:
    stage.tell(a_finding(minute=5))
    stage.tell(a_finding(status="PASSED", minute=5))
    bodies = stage.world.queues.plan.bodies  # type: ignore[attr-defined] # the twin
    assert [body["kind"] for body in bodies].count("recheck_finding") == 1


def test_what_cannot_be_read_fails_alone(stage: Stage) -> None:
    failed = ingest.ingest([("1", "{"), ("2", '{"what": "is this"}')], stage.world)
    assert failed == {"1", "2"}
    assert not stage.tell(a_finding())


def test_what_is_well_formed_but_nothing_to_keep_is_no_failure(stage: Stage) -> None:
    assert not stage.tell(event("securityhub_insight"))
    assert not stage.tell(event("config_item_change"))


def test_a_finding_that_opens_no_card_is_stored_in_one_write() -> None:
    stage = Stage(policy=POLICY.replace("min_severity: LOW", "min_severity: CRITICAL"))
    stage.tell(a_finding())
    stage.pump()
    assert not stage.slack.messages
    assert finding(stage) == ("S3.8", Status.OPEN, 1)
    assert stage.faults.writes == 1


def test_a_suppression_made_elsewhere_ends_the_question(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.tell(a_finding(minute=4, Workflow={"Status": "SUPPRESSED"}))
    stage.pump()
    assert stage.state() == "exempted"


def test_a_resource_that_is_gone_closes_its_target(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.tell(a_finding(minute=4, RecordState="ARCHIVED"))
    stage.pump()
    assert stage.state() == "resolved"
    assert stage.case.closed_at


def test_what_fails_again_within_a_week_is_the_same_case(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    first = stage.case.id
    stage.tell(a_finding(status="PASSED", minute=4))
    stage.pump()
    stage.tell(a_finding(minute=8))
    stage.pump()
    assert (stage.case.id, stage.case.reopened, stage.case.closed_at) == (first, 1, "")
    stage.tell(a_finding(status="PASSED", minute=12))
    stage.pump()
    stage.clock.advance(days=8)
    stage.tell(a_finding(minute=16))
    stage.pump()
    assert stage.case.id != first
