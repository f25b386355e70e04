"""The dashboard shows what is measured, and nothing that nobody measures."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.flows.posture import metrics as measures
from infra.local.translate import of_type, translated
from tests.infra.test_template import is_schedule

JOBS = {"sweep", "snapshot", "digest", "measure", "inventory", "reconcile", "recount"}


@pytest.fixture(scope="module")
def resources() -> Any:
    return translated()


@pytest.fixture(scope="module")
def widgets(resources: Any) -> list[dict[str, Any]]:
    (dashboard,) = of_type(resources, "AWS::CloudWatch::Dashboard").values()
    body = dashboard["Properties"]["DashboardBody"]["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(re.sub(r"\$\{[^}]+\}", "x", body))["widgets"]
    return found


def named(widgets: list[dict[str, Any]], namespace: str) -> set[str]:
    metrics = [metric for widget in widgets for metric in widget["properties"].get("metrics", [])]
    return {metric[1] for metric in metrics if metric[0] == namespace}


def test_every_metric_of_the_dashboard_is_measured_and_the_other_way_round(widgets: list[dict[str, Any]]) -> None:
    assert named(widgets, "cspm-bot") == set(measures.UNITS)
    assert len(measures.UNITS) <= 12


def test_queues_and_dead_letters_are_on_it(widgets: list[dict[str, Any]]) -> None:
    assert named(widgets, "AWS/SQS") == {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}


def test_every_queue_that_is_worked_on_shows_its_age_and_has_an_alarm_on_it(resources: Any) -> None:
    worked_on = {name for name, one in of_type(resources, "AWS::SQS::Queue").items() if _redrives(one)}
    (dashboard,) = of_type(resources, "AWS::CloudWatch::Dashboard").values()
    shown = re.findall(
        r'"ApproximateAgeOfOldestMessage", "QueueName", "\$\{(\w+)\.', json.dumps(dashboard).replace("\\", "")
    )
    alarms = [one["Properties"] for one in of_type(resources, "AWS::CloudWatch::Alarm").values()]
    watched = [_queue_of(one) for one in alarms if one.get("MetricName") == "ApproximateAgeOfOldestMessage"]
    assert sorted(shown) == sorted(watched) == sorted(worked_on)


def _redrives(queue: Any) -> bool:
    return "RedrivePolicy" in queue["Properties"]


def _queue_of(alarm: Any) -> str:
    (dimension,) = alarm["Dimensions"]
    return str(dimension["Value"]["Fn::GetAtt"][0])


def test_widgets_lie_side_by_side_on_the_grid(widgets: list[dict[str, Any]]) -> None:
    cells = [
        (x, y)
        for one in widgets
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(set(cells)) == len(cells)
    assert all(x < 24 for x, _ in cells)


def test_every_scheduled_job_is_one_that_the_function_knows(resources: Any) -> None:
    schedules = [one["Properties"] for one in of_type(resources, "AWS::Scheduler::Schedule").values()]
    jobs = {json.loads(one["Target"]["Input"])["job"] for one in schedules}
    assert jobs >= JOBS - {"sweep"}
    assert all(is_schedule(one["ScheduleExpression"]) for one in schedules)
