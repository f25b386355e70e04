"""The organisation's metrics: at most twelve, and nothing that is not known is called 0."""

from __future__ import annotations

import json

import pytest

from bot.flows.posture.metrics import measure
from bot.slack.ids import ActionId
from handlers.schedule import handler
from tests.flows.counting import a_word
from tests.flows.ingestion.test_reconcile import bare, walk
from tests.flows.stage import Stage, a_finding, run_job


def numbers(stage: Stage) -> dict[str, float]:
    return {one.name: one.value for one in measure(stage.world)}


@pytest.mark.usefixtures("s3")
def test_all_that_is_known_is_measured(stage: Stage) -> None:
    stage.tell(a_finding("S3.8"), a_word("S3.2", "b", "PASSED", 1))
    stage.pump()
    stage.clock.advance(minutes=10)
    stage.press(ActionId.APPROVE)
    stage.settle()
    stage.tell(a_word("S3.5", "x", "FAILED", 1), a_word("S3.5", "x", "FAILED", 1, source="threat"))
    found = numbers(stage)
    # S3.8 (HIGH) and S3.5 (MEDIUM) fail, S3.2 (CRITICAL) passes: 10 / 19
    assert found["PostureScore"] == 52.6
    assert (found["OpenFindings"], found["CriticalFindings"], found["Threats"]) == (2, 0, 1)
    assert (found["RemediationSuccess"], found["TimeToDecide"]) == (100, 600)
    assert 600 <= found["TimeToFix"] <= 660
    assert "NonCompliantResources" not in found
    assert len(found) == 11


def test_resources_that_fail_are_counted_once_however_many_controls_they_fail(stage: Stage) -> None:
    told = (a_word("S3.2", "a", "FAILED", 1), a_word("S3.5", "a", "FAILED", 1), a_word("S3.5", "b", "FAILED", 1))
    stage.tell(*told, a_word("S3.5", "c", "PASSED", 1), a_word("S3.5", "d", "FAILED", 1, region="us-east-1"))
    stage.hub.findings = [bare(one) for one in told]
    walk(stage, "inventory")
    walk(stage, "recount")
    found = numbers(stage)
    assert (found["OpenFindings"], found["NonCompliantResources"]) == (4, 3)


def test_what_is_not_known_is_left_out(stage: Stage) -> None:
    found = numbers(stage)
    assert not {"PostureScore", "StrictScore", "RemediationSuccess", "TimeToDecide", "TimeToFix"} & set(found)
    assert found["OpenFindings"] == 0


def test_what_happened_on_recorded_days_counts_for_thirty_days(stage: Stage, s3: object) -> None:
    stage.tell(a_finding("S3.8"))
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    stage.clock.advance(hours=14)
    run_job("snapshot", stage.world)
    stage.clock.advance(days=29)
    assert numbers(stage)["RemediationSuccess"] == 100
    stage.clock.advance(days=2)
    assert "RemediationSuccess" not in numbers(stage)
    assert s3


def test_they_are_a_line_of_the_log(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.tell(a_word("S3.5", "x", "FAILED", 1))
    handler({"job": "measure"}, None, stage.world)
    line = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    (described,) = line["_aws"]["CloudWatchMetrics"]
    assert described["Namespace"] == "cspm-bot"
    assert described["Dimensions"] == [["service"]]
    assert len(described["Metrics"]) <= 12
    assert line["OpenFindings"] == [1.0]
