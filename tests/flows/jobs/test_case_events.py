"""What others hear of the bot's cases."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.ports import Key
from bot.domain.states import State
from bot.flows.jobs.case_events import announce, case_event
from bot.slack.ids import CallbackId
from handlers import events
from tests.flows.interactions.test_lookups import fixed
from tests.flows.stage import Stage, a_finding

PAGE = Path(__file__).parents[3] / "infra" / "docs" / "events.md"

pytestmark = pytest.mark.usefixtures("s3")


def streamed(stage: Stage) -> dict[str, Any]:
    """The table's stream: every record that was written, in order, as Lambda hands it on."""
    written = [item for item in stage.table.everything() if item["pk"].startswith("AUDIT#")]
    in_order = sorted(written, key=lambda item: str(item["sk"]))
    keys = [{"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}} for item in in_order]
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"Keys": one}} for one in keys]}


def documented() -> dict[str, Any]:
    """The example of the page."""
    (block,) = re.findall(r"```json\n(\{\n  \"version\": \"0\".+?)```", PAGE.read_text(), re.DOTALL)
    event: dict[str, Any] = json.loads(block)
    return event


def test_each_move_of_a_target_is_one_event_in_order(stage: Stage) -> None:
    events.handler(streamed(fixed(stage)), None, stage.world)
    moves = [(event["from"], event["to"], event["step"]) for event in stage.bus.events]
    assert moves == [
        ("", "new", "target new"),
        ("new", "proposed", "planned"),
        ("proposed", "approved", "approve"),
        ("approved", "applying", "run started"),
        ("applying", "verifying", "fix written"),
        ("verifying", "fixed", "fix proved"),
    ]


def test_an_event_is_exactly_what_the_page_says(stage: Stage) -> None:
    events.handler(streamed(fixed(stage)), None, stage.world)
    (approved,) = [event for event in stage.bus.events if event["to"] == "approved"]
    example = documented()["detail"]
    assert approved.keys() == example.keys()
    assert {name: type(value) for name, value in approved.items()} == {
        name: type(value) for name, value in example.items()
    }
    fixed_facts = ("version", "resource", "account", "region", "controls", "severity", "from", "step", "to", "who")
    assert {name: approved[name] for name in fixed_facts} == {name: example[name] for name in fixed_facts}
    assert approved["links"]["card"].startswith("https://slack.com/archives/C0SECURITY/p")


def test_every_field_is_explained() -> None:
    explained = re.findall(r"^\| `([a-z.]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert set(explained) == {*documented()["detail"], "links.card"} - {"links"}


def test_every_state_is_named() -> None:
    (row,) = re.findall(r"^\| `to` \| the state now: (.+) \|$", PAGE.read_text(), re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == [state.value for state in State]


def test_what_moves_nothing_is_no_event(stage: Stage) -> None:
    fixed(stage)
    told = [item for item in stage.table.everything() if item["pk"].startswith("AUDIT#")]
    assert {"decision", "security hub told"} <= {item["what"] for item in told}
    events.handler(streamed(stage), None, stage.world)
    assert {event["step"] for event in stage.bus.events}.isdisjoint({"decision", "security hub told"})


def test_a_batch_that_comes_again_has_the_same_ids(stage: Stage) -> None:
    batch = streamed(fixed(stage))
    events.handler(batch, None, stage.world)
    once = [event["id"] for event in stage.bus.events]
    events.handler(batch, None, stage.world)
    assert [event["id"] for event in stage.bus.events] == once * 2
    assert len(set(once)) == len(once)


def test_a_crash_before_the_event_loses_nothing_since_the_stream_comes_again(stage: Stage) -> None:
    batch = streamed(fixed(stage))
    fresh = Stage(FaultPlan(crash_after=1))
    fresh.table = stage.table
    with pytest.raises(Crash):
        events.handler(batch, None, fresh.world)
    events.handler(batch, None, stage.world)
    assert [event["to"] for event in stage.bus.events][-1] == "fixed"


def test_no_words_of_people_are_in_an_event(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.submit(CallbackId.DENY, manifest=stage.case.manifest, reason="the password is hunter2")
    stage.pump()
    assert stage.state() == "denied"
    events.handler(streamed(stage), None, stage.world)
    assert [event["to"] for event in stage.bus.events][-1] == "denied"
    assert "hunter2" not in json.dumps(stage.bus.events)


def test_foreign_text_stays_one_value() -> None:
    hostile = 'x", "who": "admin", "y": "'
    event = case_event({"sk": "1", "target": "t", "resource": hostile, "before": "new", "after": "proposed"})
    assert json.loads(json.dumps(event))["resource"] == hostile
    assert event["who"] == ""


def test_a_record_that_is_not_there_is_passed_over(stage: Stage) -> None:
    announce([Key("AUDIT#2026-09-22", "none")], stage.world)
    assert stage.bus.events == []


def test_an_undo_is_told_too(stage: Stage) -> None:
    fixed(stage)
    told = stage.ask_undo()
    stage.submit(CallbackId.UNDO, manifest=told.manifest)
    stage.settle()
    events.handler(streamed(stage), None, stage.world)
    assert [(event["step"], event["to"]) for event in stage.bus.events][-2:] == [
        ("undo", "undoing"),
        ("undo proved", "undone"),
    ]
