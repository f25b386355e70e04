"""The dashboard shows exactly the metrics that are published."""

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


def test_the_dashboard_has_exactly_the_published_metrics(widgets: list[dict[str, Any]]) -> None:
    assert named(widgets, "cspm-bot") == set(measures.UNITS)
    assert len(measures.UNITS) <= 12


def test_queues_and_dead_letters_are_on_it(widgets: list[dict[str, Any]]) -> None:
    assert named(widgets, "AWS/SQS") == {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}


def test_the_age_of_every_consumed_queue_is_on_the_dashboard_and_has_an_alarm(resources: Any) -> None:
    consumed = {name for name, one in of_type(resources, "AWS::SQS::Queue").items() if _redrives(one)}
    (dashboard,) = of_type(resources, "AWS::CloudWatch::Dashboard").values()
    shown = re.findall(
        r'"ApproximateAgeOfOldestMessage", "QueueName", "\$\{(\w+)\.', json.dumps(dashboard).replace("\\", "")
    )
    alarms = [one["Properties"] for one in of_type(resources, "AWS::CloudWatch::Alarm").values()]
    watched = [_queue_of(one) for one in alarms if one.get("MetricName") == "ApproximateAgeOfOldestMessage"]
    assert sorted(shown) == sorted(watched) == sorted(consumed)


def _redrives(queue: Any) -> bool:
    return "RedrivePolicy" in queue["Properties"]


def _queue_of(alarm: Any) -> str:
    (dimension,) = alarm["Dimensions"]
    return str(dimension["Value"]["Fn::GetAtt"][0])


def test_widgets_do_not_overlap(widgets: list[dict[str, Any]]) -> None:
    cells = [
        (x, y)
        for one in widgets
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(set(cells)) == len(cells)
    assert all(x < 24 for x, _ in cells)


def test_every_job_has_a_valid_schedule(resources: Any) -> None:
    schedules = [one["Properties"] for one in of_type(resources, "AWS::Scheduler::Schedule").values()]
    jobs = {json.loads(one["Target"]["Input"])["job"] for one in schedules}
    assert jobs >= JOBS - {"sweep"}
    assert all(is_schedule(one["ScheduleExpression"]) for one in schedules)
