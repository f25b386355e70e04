"""Adapters in memory: their own behaviour, above all injected faults."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.clock import ManualClock
from bot.adapters.memory.faults import Crash, FaultPlan, ResponseLost
from bot.adapters.memory.queue import MemoryQueue, memory_queues
from bot.adapters.memory.table import TOKEN_LIFETIME, MemoryTable
from bot.adapters.ulid import CountingIds, Ulids
from bot.domain.errors import Conflict, NotStorable
from bot.domain.ports import Key, Put, Update

KEY = Key("P", "1")
START = datetime(2025, 9, 21, 9, 0, tzinfo=UTC)


def test_a_scripted_conflict_stops_that_write_before_it_happens() -> None:
    table = MemoryTable(FaultPlan(conflicts=frozenset({2})))
    table.write([Update(KEY, adds={"n": 1})])
    with pytest.raises(Conflict) as met:
        table.write([Update(KEY, adds={"n": 1})])
    assert met.value.failed == ()
    table.write([Update(KEY, adds={"n": 1})])
    assert table.get(KEY) == {"pk": "P", "sk": "1", "n": 2}


def test_a_lost_write_has_happened_although_the_caller_sees_an_error() -> None:
    table = MemoryTable(FaultPlan(lost_responses=frozenset({1})))
    with pytest.raises(ResponseLost):
        table.write([Update(KEY, adds={"n": 1})], token="t")
    table.write([Update(KEY, adds={"n": 1})], token="t")
    assert table.get(KEY) == {"pk": "P", "sk": "1", "n": 1}


def test_chance_is_the_same_for_the_same_seed() -> None:
    def story(seed: int) -> list[bool]:
        table = MemoryTable(FaultPlan(conflict_chance=0.5, seed=seed))
        return [_conflicts(table) for _ in range(20)]

    assert story(1) == story(1)
    assert {True, False} == set(story(1))
    assert story(1) != story(2)


def _conflicts(table: MemoryTable) -> bool:
    try:
        table.write([Update(KEY, adds={"n": 1})])
    except Conflict:
        return True
    return False


def test_a_stale_index_shows_how_it_was_some_writes_ago() -> None:
    faults = FaultPlan()
    table = MemoryTable(faults)
    table.write([Put({"pk": "P", "sk": "1", "due_pk": "D", "due_sk": "1", "n": 1})])
    table.write([Update(KEY, sets={"n": 2})])
    table.write([Update(KEY, removes=("due_pk",))])
    seen = []
    for lag in (0, 1, 2, 3):
        faults.lag = lag
        seen.append([item["n"] for item in table.query_index("due", "D")])
    assert seen == [[], [2], [1], []]
    assert table.get(KEY) == {"pk": "P", "sk": "1", "due_sk": "1", "n": 2}


def test_the_process_can_crash_after_any_outside_call() -> None:
    faults = FaultPlan(crash_after=3)
    table, queue = MemoryTable(faults), MemoryQueue(faults=faults)
    table.get(KEY)
    table.write([Update(KEY, adds={"n": 1})])
    with pytest.raises(Crash):
        queue.send({"a": 1})
    assert queue.bodies == [{"a": 1}]
    assert faults.calls == 3


def test_a_watcher_hears_every_call() -> None:
    heard: list[str] = []
    table = MemoryTable(FaultPlan(watch=heard.append))
    table.write([Put({"pk": "P", "sk": "1"})])
    table.query("P")
    assert heard == ["table.write", "table.query"]


def test_removing_from_an_item_that_is_not_there_makes_none() -> None:
    """As DynamoDB has it (scylladb/scylladb#5862 found out); moto and ministack make an empty item."""
    table = MemoryTable()
    table.write([Update(KEY, removes=("a",))])
    assert table.get(KEY) is None


def test_a_token_expires_after_ten_minutes() -> None:
    times = iter([0.0, 0.0, TOKEN_LIFETIME + 1, TOKEN_LIFETIME + 1])
    table = MemoryTable(now=lambda: next(times))
    for _ in range(2):
        table.write([Update(KEY, adds={"n": 1})], token="t")
    assert table.get(KEY) == {"pk": "P", "sk": "1", "n": 2}


def test_writers_in_many_threads_lose_nothing() -> None:
    table = MemoryTable()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: table.write([Update(KEY, adds={"n": 1})]), range(200)))
    assert table.get(KEY) == {"pk": "P", "sk": "1", "n": 200}


def test_a_queue_keeps_what_was_sent_and_delivers_it_once_in_peace() -> None:
    queue = MemoryQueue()
    queue.send({"a": 1})
    queue.send({"a": 2})
    assert [message.body for message in queue.receive()] == [{"a": 1}, {"a": 2}]
    assert queue.receive() == []
    assert queue.bodies == [{"a": 1}, {"a": 2}]


def test_a_delayed_message_comes_when_its_time_has_come() -> None:
    clock = ManualClock(START)
    queue = MemoryQueue(clock=clock)
    queue.send({"a": 1}, delay=30)
    assert queue.receive() == []
    clock.advance(seconds=30)
    assert [message.body for message in queue.receive()] == [{"a": 1}]


def test_a_message_that_is_given_back_comes_again_in_its_place() -> None:
    queue = MemoryQueue(fifo=True)
    for number in range(3):
        queue.send({"n": number}, group="g")
    first, *_ = queue.receive(1)
    queue.give_back(first)
    assert [message.body["n"] for message in queue.receive()] == [0, 1, 2]


def test_a_queue_with_faults_repeats_and_reorders() -> None:
    queue = MemoryQueue(faults=FaultPlan(repeat_chance=0.5, reorder=True, seed=3))
    for number in range(10):
        queue.send({"n": number})
    seen = []
    while messages := queue.receive(4):
        seen += [message.body["n"] for message in messages]
    assert set(seen) == set(range(10))
    assert len(seen) > 10
    assert seen != sorted(seen)


def test_a_fifo_queue_with_faults_keeps_the_order_of_each_group() -> None:
    queue = MemoryQueue(fifo=True, faults=FaultPlan(reorder=True, seed=5))
    for number in range(12):
        queue.send({"n": number}, group=str(number % 3))
    seen = [message.body["n"] for message in queue.receive(12)]
    assert seen != sorted(seen)
    for group in range(3):
        assert [number for number in seen if number % 3 == group] == list(range(group, 12, 3))


def test_a_fifo_queue_wants_a_group_and_no_delay() -> None:
    queue = memory_queues().runs
    with pytest.raises(NotStorable):
        queue.send({"a": 1})
    with pytest.raises(NotStorable):
        queue.send({"a": 1}, group="g", delay=5)


def test_the_queues_in_memory_are_fifo_where_the_deployed_ones_are() -> None:
    template = Path("template.yaml").read_text(encoding="utf-8")
    deployed = re.findall(
        r"^  (\w+)Queue:.*\n    Type: AWS::SQS::Queue\n    Properties:\n      FifoQueue: true", template, re.MULTILINE
    )
    queues = memory_queues()
    in_memory = [field.name for field in fields(queues) if getattr(queues, field.name).fifo]
    assert sorted(in_memory) == sorted(name.lower() for name in deployed)


def test_a_body_that_is_no_json_is_an_error_at_the_sender() -> None:
    with pytest.raises(TypeError):
        MemoryQueue().send({"at": START})


def test_ulids_ascend_within_a_millisecond_and_when_the_clock_steps_back() -> None:
    clock = ManualClock(START)
    ids = Ulids(clock)
    made = [ids.ulid() for _ in range(50)]
    clock.advance(seconds=-5)
    made += [ids.ulid() for _ in range(50)]
    clock.advance(seconds=10)
    made.append(ids.ulid())
    assert made == sorted(set(made))
    assert {len(each) for each in made} == {26}


def test_a_ulid_contains_its_millisecond() -> None:
    ids = Ulids(ManualClock(datetime(2016, 7, 30, 23, 54, 10, 259000, tzinfo=UTC)))
    assert ids.ulid().startswith("01ARZ3NDEK")


def test_counting_ids_can_be_foreseen() -> None:
    ids = CountingIds()
    assert [ids.ulid(), ids.ulid()] == ["0" * 25 + "1", "0" * 25 + "2"]
