"""The counters behind the score equal a recount of all findings: always, whatever happens between any two calls."""

from __future__ import annotations

import json
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.errors import CspmError
from bot.flows.ingestion import ingest
from tests.flows.counting import (
    BUCKETS,
    CONTROLS,
    REGIONS,
    SAYS,
    a_word,
    config_on_a_database,
    recounted,
    stored_rows,
    the_hub_on_a_database,
)
from tests.flows.stage import Stage

words = st.builds(
    a_word,
    st.sampled_from(CONTROLS),
    st.sampled_from(BUCKETS),
    st.sampled_from(tuple(SAYS)),
    st.integers(0, 9),
    region=st.sampled_from((REGIONS[0], *REGIONS)),
    source=st.sampled_from(("hub", "standard", "threat")),
)
WITH_ITS_FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
CARDS_FOR_CRITICAL = "cards: {min_severity: CRITICAL, per_channel_per_day: 20}"


def counted_right(stage: Stage) -> None:
    everything = stage.table.everything()
    assert stored_rows(everything) == recounted(everything)


def drawn(dice: Random) -> Any:
    """Few findings, so that words meet: hypothesis itself prefers small values, and they hardly do."""
    region, source = dice.choice((REGIONS[0], *REGIONS)), dice.choice(("hub", "standard", "threat"))
    says, minute = dice.choice(tuple(SAYS)), dice.randint(0, 9)
    if dice.random() < 0.4:
        return a_word_on_a_database(dice, says, minute)
    return a_word(dice.choice(CONTROLS), dice.choice(BUCKETS), says, minute, region=region, source=source)


def a_word_on_a_database(dice: Random, says: str, minute: int) -> Any:
    """Of one that Config knows by its id and the hub by its name; now and then somebody gives it another name."""
    own_id = dice.choice(("db-ABCDEFGHIJ", "db-KLMNOPQRST"))
    if dice.random() < 0.5:
        return config_on_a_database(own_id, says, minute)
    return the_hub_on_a_database(dice.choice(("payroll", "ledger")), dice.choice(("", own_id)), says, minute)


class Watcher:
    """Looks after every outside call of the bot; now and then a rival has written in between."""

    def __init__(self, rivals: list[Any], dice: Random) -> None:
        self.stage: Stage | None = None
        self.rivals = rivals
        self.rng = dice
        self.busy = False

    def __call__(self, name: str) -> None:
        if self.busy or self.stage is None:
            return
        self.busy = True
        try:
            if self.rivals and name != "table.write" and self.rng.random() < 0.2:
                with suppress(CspmError):
                    self.stage.tell(self.rivals.pop())
            counted_right(self.stage)
        finally:
            self.busy = False


def delivered(stage: Stage, batch: list[Any], crash_in: int | None) -> None:
    """One batch, as the queue would bring it: again after a crash, and again what failed."""
    waiting = {str(number): json.dumps(one) for number, one in enumerate(batch)}
    for attempt in range(12):
        stage.faults.crash_after = stage.faults.calls + crash_in if crash_in and not attempt else None
        try:
            failed = ingest.ingest(list(waiting.items()), stage.world)
        except (Crash, CspmError):
            continue
        waiting = {name: body for name, body in waiting.items() if name in failed}
        if not waiting:
            return


@pytest.mark.slow
@WITH_ITS_FIXTURES
@example(3500)
@given(st.integers(0, 2**32))
def test_counters_equal_a_recount_after_every_call_whatever_goes_wrong(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a repeatable test needs a seed
    told = [[drawn(dice) for _ in range(dice.randint(1, 6))] for _ in range(4)]
    watcher = Watcher([drawn(dice) for _ in range(20)], dice)
    faults = FaultPlan(conflict_chance=0.15, lost_response_chance=0.1, seed=seed, watch=watcher)
    stage = watcher.stage = Stage(faults, policy=_policy())
    for batch in told:
        delivered(stage, batch, dice.choice((None, dice.randint(1, 25))))
    for batch in reversed(told):
        delivered(stage, batch, None)
    counted_right(stage)


@pytest.mark.slow
@WITH_ITS_FIXTURES
@given(st.lists(words, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_the_order_in_which_words_arrive_does_not_change_the_counters(told: list[Any], dice: Random) -> None:
    """Each thing once: a repeat is not stored, so one that arrives before an older word cannot overrule it."""
    at_a_time = {(one["detail"]["findings"][0]["Id"], _region(one), one["time"]): one for one in told}
    newest = {_meaning(one): one for one in at_a_time.values()}
    shuffled = list(newest.values())
    dice.shuffle(shuffled)
    straight, other = Stage(policy=_policy()), Stage(policy=_policy())
    for one in sorted(newest.values(), key=lambda one: str(one["time"])):
        straight.tell(one)
    for one in shuffled:
        other.tell(one)
    assert _opinions(straight) == _opinions(other)


def _meaning(one: Any) -> tuple[str, ...]:
    (found,) = one["detail"]["findings"]
    state = found["Compliance"]["Status"], found["Workflow"]["Status"], found.get("RecordState", "")
    return (str(found["Id"]), _region(one), *map(str, state))


def _region(one: Any) -> str:
    return str(one["detail"]["findings"][0]["Region"])


def _opinions(stage: Stage) -> dict[Any, dict[str, int]]:
    """Without what a WARNING makes of what was known before it: that does depend on what was known."""
    unknown = {"unknown_was_passed": "unknown", "unknown_was_failed": "unknown"}
    rows = stored_rows(stage.table.everything())
    merged: dict[Any, dict[str, int]] = {}
    for scope, counts in rows.items():
        for name, number in counts.items():
            kept = merged.setdefault(scope, {})
            kept[unknown.get(name, name)] = kept.get(unknown.get(name, name), 0) + number
    return merged


def test_many_regions_in_one_batch_are_halved_until_they_fit_a_transaction(stage: Stage) -> None:
    regions = [
        f"{part}-{side}-{number}" for part in ("eu", "us", "ap") for side in ("west", "east") for number in range(1, 6)
    ]
    assert not stage.tell(
        *(a_word("S3.5", f"b{number}", "FAILED", 0, region=one) for number, one in enumerate(regions))
    )
    counted_right(stage)
    (row,) = [item for item in stage.table.everything() if (item["pk"], item["sk"]) == ("POSTURE#all", "S3.5")]
    assert row["failed"] == len(regions)


@pytest.mark.parametrize("says", SAYS)
def test_a_finding_that_is_told_again_counts_once(stage: Stage, says: str) -> None:
    for minute in (1, 1, 0, 2):
        stage.tell(a_word("S3.5", "a", says, minute))
    counted_right(stage)
    (item,) = [item for item in stage.table.everything() if item["pk"] == "POSTURE#all"] or [{"sk": "S3.5"}]
    assert sum(item.get(name, 0) for name in ("passed", "failed", "exempted", "unknown_was_failed")) <= 1


def _policy() -> str:
    return Stage().policy.replace("cards: {min_severity: LOW, per_channel_per_day: 20}", CARDS_FOR_CRITICAL)
