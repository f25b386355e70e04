"""The dashboard shows what is measured, and nothing that nobody measures."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.flows import measures
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
