"""The record in its bucket: whole, the same when repeated, and what came late as well."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.history import HistoryEvent
from bot.domain.ports import Put
from bot.flows.jobs import audit_archive
from bot.store import keys
from bot.store.audit import Entry, put
from handlers import schedule
from tests.flows.interactions.test_lookups import fixed
from tests.flows.stage import START, Stage, run_job

pytestmark = pytest.mark.usefixtures("s3")


def run(stage: Stage) -> None:
    run_job("export", stage.world)


def archived(stage: Stage) -> list[dict[str, Any]]:
    """What is in the bucket now, all hours together."""
    current = [versions[-1] for _, versions in sorted(stage.archive.versions.items())]
    return [json.loads(line) for content in current for line in content.decode().splitlines()]


def recorded(stage: Stage) -> list[str]:
    return sorted(item["sk"] for item in stage.table.everything() if item["pk"].startswith("AUDIT#"))


def note(stage: Stage, hours_ago: float, name: str = "x") -> None:
    at = keys.stamp(stage.clock.now() - timedelta(hours=hours_ago))
    stage.table.write([put(Entry(at, HistoryEvent.APPROVE, (at, name), who=name))])


def test_an_hour_is_one_object_with_each_of_its_records(stage: Stage) -> None:
    fixed(stage)
    stage.clock.advance(seconds=3_900)
    run(stage)
    assert list(stage.archive.versions) == ["audit/2026-09-22/09.jsonl"]
    assert [entry["id"] for entry in archived(stage)] == recorded(stage)
    (approved,) = [entry for entry in archived(stage) if entry["what"] == "approve"]
    assert (approved["who"], approved["policy"], approved["grounds"]["required"]) == ("U0DANA", "v1", 1)


def test_an_hour_that_may_still_get_records_is_left(stage: Stage) -> None:
    fixed(stage)
    stage.clock.advance(seconds=3_600)
    run(stage)
    assert stage.archive.versions == {}


def test_a_repeat_writes_nothing(stage: Stage) -> None:
    fixed(stage)
    stage.clock.advance(seconds=7_200)
    run(stage)
    run(stage)
    assert [len(versions) for versions in stage.archive.versions.values()] == [1]


def test_what_comes_late_is_exported_too_and_the_older_version_stays(stage: Stage) -> None:
    note(stage, 0, "in time")
    stage.clock.advance(seconds=7_200)
    run(stage)
    note(stage, 2, "late")
    run(stage)
    first, second = stage.archive.versions["audit/2026-09-22/09.jsonl"]
    assert set(first.splitlines()) < set(second.splitlines())
    assert [entry["id"] for entry in archived(stage)] == recorded(stage)


def test_a_crash_at_any_call_is_made_good_by_the_next_run(stage: Stage) -> None:
    for hours in range(4):
        note(stage, 0, f"hour {hours}")
        stage.clock.advance(seconds=3_600)
    stage.clock.advance(seconds=600)
    for calls in range(1, 40):
        other = Stage(FaultPlan())
        for item in stage.table.everything():
            other.table.write([Put(item)])
        other.clock.advance(seconds=(stage.clock.now() - START).total_seconds())
        other.faults.calls, other.faults.crash_after = 0, calls
        try:
            run(other)
        except Crash:
            other.faults.crash_after = None
            run(other)
        assert [entry["id"] for entry in archived(other)] == recorded(stage)


def test_hours_that_were_missed_are_taken_up(stage: Stage) -> None:
    note(stage, 0, "first")
    stage.clock.advance(seconds=4_000)
    run(stage)
    for _ in range(3):
        stage.clock.advance(days=1)
        note(stage, 0, "meanwhile")
    stage.clock.advance(seconds=4_000)
    run(stage)
    assert len(stage.archive.versions) == 4
    assert [entry["id"] for entry in archived(stage)] == recorded(stage)


def test_it_begins_with_the_deployment_and_goes_on_until_it_has_caught_up(stage: Stage) -> None:
    note(stage, 60 * 24, "long ago")
    note(stage, 20 * 24, "since")
    long_ago = replace(stage.world, deployed_at=keys.stamp(START - timedelta(days=70)))
    for _ in range(3):
        run_job("export", long_ago)
    assert [entry["who"] for entry in archived(stage)] == ["long ago", "since"]
    assert audit_archive.export_lag(long_ago).value < 7_500


def test_how_far_it_is_behind_is_measured_whether_it_works_or_not(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule.handler({"job": "export"}, None, stage.world)
    assert _measured(capsys) < 7_500
    stage.clock.advance(days=2)
    stage.archive.problem = ConnectionError("no bucket")
    note(stage, 30)
    with pytest.raises(ConnectionError):
        schedule.handler({"job": "export"}, None, stage.world)
    assert _measured(capsys) > 20 * 3_600


def _measured(capsys: pytest.CaptureFixture[str]) -> float:
    (told,) = (json.loads(line) for line in capsys.readouterr().out.splitlines() if "AuditExportBehind" in line)
    (value,) = told["AuditExportBehind"] if isinstance(told["AuditExportBehind"], list) else [told["AuditExportBehind"]]
    return float(value)
