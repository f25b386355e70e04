"""A row that cannot be read (another version's, a damaged one) costs only itself, and people are told of it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.domain.errors import Unknown
from bot.domain.ports import Key, Put, Update
from bot.domain.states import State
from bot.flows.cases import open_cases
from bot.flows.jobs import sweep as housekeep
from bot.messages import RenderChannel
from bot.store import cases, keys
from tests.flows.stage import Stage, a_finding, deliver

pytestmark = pytest.mark.usefixtures("s3")


def carded() -> Stage:
    stage = Stage()
    stage.tell(a_finding())
    stage.settle()
    return stage


def other_bucket(stage: Stage, s3: Any) -> None:
    s3.create_bucket(Bucket="another-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    name = "arn:aws:s3:::another-bucket"
    stage.tell(a_finding(Id="another", Resources=[{"Type": "AwsS3Bucket", "Id": name, "Region": "eu-west-1"}]))
    stage.settle()


def broken(stage: Stage, number: int = 1, shard: str = "") -> list[Key]:
    """Rows of a version to come, due for long."""
    found = [keys.case(f"!BROKEN{one:04}") for one in range(number)]
    old = {"due_sk": "2026-01-01T00:00:00.000Z", "due_kind": "case"}
    for key in found:
        home = shard or keys.due(key.pk.removeprefix("CASE#"))
        stage.table.write([Put({"pk": key.pk, "sk": key.sk, "due_pk": home, **old})])
    return found


def sweep(stage: Stage) -> None:
    with pytest.raises(Unknown, match="not everything"):
        stage.sweep()
    stage.pump()


def test_one_that_cannot_be_read_keeps_no_other_from_its_turn(caplog: Any) -> None:
    stage = carded()
    (row,) = broken(stage, shard=keys.due(stage.case.id))
    stage.clock.advance(days=2)
    with caplog.at_level(logging.ERROR):
        sweep(stage)
    assert stage.state() is State.LAPSED
    assert f"{row.pk} CASE cannot be looked at" in caplog.text


def test_however_many_there_are_what_is_behind_them_has_its_turn() -> None:
    stage = carded()
    rows = broken(stage, 2 * housekeep.BATCH, shard=keys.due(stage.case.id))
    stage.clock.advance(days=2)
    for _ in range(2):
        sweep(stage)
    stage.sweep()
    assert stage.state() is State.LAPSED
    assert all(stage.table.get(row) for row in rows)


def test_it_is_told_each_minute_so_that_the_alarm_rings_and_looked_at_when_it_can_be_read_again() -> None:
    stage = carded()
    (row,) = broken(stage)
    for _ in range(3):
        sweep(stage)
        stage.clock.advance(minutes=1)
    stage.table.write([Update(row, removes=("due_pk", "due_sk", "due_kind"))])
    stage.sweep()


def test_a_kind_that_a_newer_version_has_is_no_silent_nothing() -> None:
    stage = carded()
    stage.table.write(
        [Update(keys.case(stage.case.id), sets={"due_kind": "vote", "due_sk": "2026-01-01T00:00:00.000Z"})]
    )
    sweep(stage)


def test_of_a_case_one_target_that_cannot_be_read_does_not_hold_the_others(s3: Any) -> None:
    stage = carded()
    other_bucket(stage, s3)
    first, second = stage.targets
    stage.table.write([Update(keys.case_target(first.case_id, first.target_id), sets={"state": "voted on"})])
    stage.clock.advance(days=2)
    sweep(stage)
    item: Any = stage.table.get(keys.case_target(second.case_id, second.target_id))
    assert item["state"] == State.LAPSED


def test_the_channel_has_its_other_cards_though_one_case_cannot_be_drawn() -> None:
    stage = carded()
    first = stage.case
    behind = cases.behind(first, "2026-09-22T09:00:00.000Z")
    stage.table.write([Update(keys.case_target(first.id, stage.target.target_id), sets={"state": "voted on"})])
    stage.table.write([Update(keys.case(first.id), sets=behind, adds={"version": 1})])
    stage.tell(a_finding("S3.9"))
    stage.settle()
    assert stage.case.ts
    assert stage.case.id != first.id
    with pytest.raises(Unknown, match=first.id):
        deliver(RenderChannel(channel_id=first.channel), stage.world)


def test_an_event_of_a_finding_that_cannot_be_read_comes_back_alone() -> None:
    stage = carded()
    (row,) = [Key(item["pk"], item["sk"]) for item in stage.table.everything() if item["pk"].startswith("F#")]
    stage.table.write([Update(row, sets={"severity": "DREADFUL"})])
    assert stage.tell(a_finding(minute=1), a_finding("S3.9", minute=1), a_finding("S3.5", minute=1)) == {"0"}
    assert len([item for item in stage.table.everything() if item["pk"].startswith("F#")]) == 3


def test_an_event_of_a_case_that_cannot_be_read_comes_back_alone() -> None:
    stage = carded()
    stage.table.write([Update(keys.case(stage.case.id), sets={"severity": "DREADFUL"})])
    assert stage.tell(a_finding(status="PASSED", minute=1), a_finding("S3.9", minute=1)) == {"0"}


def test_a_note_of_the_policy_that_cannot_be_read_holds_nothing_else() -> None:
    stage = carded()
    stage.sweep()
    stage.table.write([Update(keys.policy_noticed(), sets={"version": "v0", "stages": "?"})])
    stage.clock.advance(days=2)
    sweep(stage)
    assert stage.state() is State.LAPSED


def test_going_on_wakes_every_card_that_can_be_read() -> None:
    stage = carded()
    account = stage.case.account
    (row,) = broken(stage)
    stage.table.write([Put({"pk": f"OPEN#{account}", "sk": "!first", "case": row.pk.removeprefix("CASE#")})])
    before = stage.case.version
    open_cases.refresh_open_cases([account], stage.world)
    assert stage.case.version > before


def test_what_cannot_be_read_is_missing_from_a_list_of_cases_and_no_other_is() -> None:
    stage = carded()
    (row,) = broken(stage)
    found = cases.load_cases(stage.table, [row.pk.removeprefix("CASE#"), stage.case.id])
    assert list(found) == [stage.case.id]
