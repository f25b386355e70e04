"""Crashes while a decision is judged: it counts once, its person is told, and a later decision is not overtaken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.ports import Delete
from bot.domain.states import State
from bot.flows.decisions.click import Verb
from bot.messages import Notify
from bot.slack.ids import CallbackId
from bot.store import keys
from tests.aws import plain_client
from tests.flows.conftest import BUCKET
from tests.flows.decisions.test_reference import GOOD, REFERENCE
from tests.flows.execution.test_start import NIGHTS
from tests.flows.reaching import REACH, click, stop
from tests.flows.stage import POLICY, Stage, deliver, signed_text
from tests.flows.test_end_to_end import ALL_ON, block_of

READS: Final = frozenset({"table.get", "table.get_many", "table.query", "table.query_index"})
TWO: Final = POLICY.replace("required: 1", "required: 2")

pytestmark = pytest.mark.usefixtures("s3")


def judge(stage: Stage) -> None:
    """The decisions that wait are judged; what crashes comes again, as on the queue."""
    queues: Any = stage.world.queues
    while messages := queues.decisions.receive(limit=1):
        try:
            deliver(messages[0].body, stage.world)
        except Crash:
            queues.decisions.give_back(messages[0])
            raise


def crashed(stage: Stage, number: int) -> None:
    """The decision that waits is judged by a function that dies after some calls; then what was lost comes again."""
    stage.faults.calls, stage.faults.crash_after = 0, number
    with pytest.raises(Crash):
        judge(stage)
    stage.faults.crash_after = None
    recover(stage)


def dies_once(stage: Stage, when: Callable[[], bool]) -> None:
    """The function dies right after the call that makes this true."""

    def look(_name: str) -> None:
        stage.faults.watch = None
        if when():
            raise Crash
        stage.faults.watch = look

    stage.faults.watch = look


def recover(stage: Stage) -> None:
    """What redelivery and the sweep do in the minutes after."""
    for _ in range(4):
        stage.clock.advance(minutes=2)
        stage.sweep()
        stage.settle()


@dataclass(frozen=True)
class Scene:
    """A decision to be taken: where the target stands by then, and who says what."""

    policy: str
    before: Callable[[Stage], None]
    said: Callable[[Stage], object]

    def arranged(self) -> Stage:
        """The stage, the decision in its queue."""
        plain_client("s3").delete_public_access_block(Bucket=BUCKET)
        stage = Stage(FaultPlan(), self.policy)
        self.before(stage)
        stage.clock.advance(seconds=2)
        self.said(stage)
        return stage


def by(verb: Verb, user: str = "U0DANA") -> Callable[[Stage], object]:
    return lambda stage: click(stage, verb, user)


def typed(text: str, user: str = "U0DANA") -> Callable[[Stage], object]:
    """A command that is a decision."""
    fields = {"command": "/cspm", "text": text, "user_id": user, "team_id": "T0ACME", "channel_id": "C0SECURITY"}
    return lambda stage: stage.decide(keys.COMMANDS, signed_text(urlencode(fields), stage.clock))


def after(state: State, *earlier: Callable[[Stage], object]) -> Callable[[Stage], None]:
    """The target is in this state, and then these decisions are judged."""

    def reached(stage: Stage) -> None:
        REACH[state](stage)
        for one in earlier:
            one(stage)
            stage.settle()

    return reached


PROPOSED, APPROVED = after(State.PROPOSED), after(State.APPROVED)
APPROVED_BY_ONE = after(State.PROPOSED, by(Verb.APPROVE))
WISHED = after(State.PROPOSED, by(Verb.EXEMPT))
PAUSED = after(State.PROPOSED, typed("pause all incident 42"), by(Verb.APPROVE))
PAUSED_AND_ONE_RESUMED = after(State.PROPOSED, typed("pause all incident 42"), by(Verb.APPROVE), typed("resume"))
WITH_REFERENCE = partial(Stage.submit, callback=CallbackId.APPROVE, reference=GOOD)

SCENES: Final = {
    "approve": Scene(POLICY, PROPOSED, by(Verb.APPROVE)),
    "the first of two yeses": Scene(TWO, PROPOSED, by(Verb.APPROVE)),
    "the second of two yeses": Scene(TWO, APPROVED_BY_ONE, by(Verb.APPROVE, "U0OMAR")),
    "approve with a change reference": Scene(REFERENCE, PROPOSED, WITH_REFERENCE),
    "approve, for a window": Scene(POLICY + NIGHTS, PROPOSED, by(Verb.APPROVE)),
    "deny": Scene(POLICY, PROPOSED, by(Verb.DENY)),
    "hand over": Scene(POLICY, PROPOSED, by(Verb.HAND_OVER)),
    "exempt": Scene(POLICY, PROPOSED, by(Verb.EXEMPT)),
    "ask for an exemption": Scene(TWO, PROPOSED, by(Verb.EXEMPT)),
    "allow an exemption": Scene(TWO, WISHED, by(Verb.ALLOW_EXEMPTION, "U0OMAR")),
    "refuse an exemption": Scene(TWO, WISHED, by(Verb.REFUSE_EXEMPTION, "U0OMAR")),
    "take back": Scene(POLICY, APPROVED, by(Verb.TAKE_BACK, "U0OMAR")),
    "ask again": Scene(POLICY, after(State.DENIED), by(Verb.ASK_AGAIN)),
    "undo": Scene(POLICY, after(State.FIXED), by(Verb.UNDO)),
    "pause": Scene(POLICY, PROPOSED, typed("pause all incident 42")),
    "the first word to go on": Scene(POLICY, PAUSED, typed("resume")),
    "the second word to go on": Scene(POLICY, PAUSED_AND_ONE_RESUMED, typed("resume", "U0OMAR")),
}


def stands(stage: Stage) -> dict[str, Any]:
    """Everything that a decision comes to, but for times."""
    target, stored = stage.target, stage.table.everything()
    stop = stage.table.get(keys.pause("all")) or {}
    return {
        "target": (
            target.state,
            target.proposal.digest,
            target.decision.reason,
            target.no_auto,
            target.decision.until,
            target.decision.handed_to,
            target.exemption_request.by,
        ),
        "by": (
            target.decision.by,
            [one.user for one in target.decision.votes],
            target.decision.reference,
            bool(target.attempt.run_id),
        ),
        "settings": block_of(plain_client("s3")),
        "writes": sum(call.operation.startswith(("Put", "Delete")) for call in stage.calls),
        "runs": sum(item["pk"].startswith("RUN#") for item in stored),
        "exemptions": sum(item["pk"].startswith("EXEMPTION") for item in stored),
        "counted": sorted((item["pk"], item["n"]) for item in stored if item["pk"].startswith("APPROVALS#")),
        "stopped": (stop.get("by"), stop.get("resumed_by"), "ended" in stop),
        "told": {one.text for one in stage.answered(Notify)},
        "hub": {update.workflow for update in stage.hub.updates},
        "record": {
            (item["what"], item["who"], item.get("before"), item.get("after"), item.get("reason"))
            for item in stored
            if item["pk"].startswith("AUDIT#") and item["what"] != "security hub told"
        },
        "decisions": sum(item["pk"].startswith("AUDIT#") and item["what"] == "decision" for item in stored),
        "owed": [item["pk"] for item in stored if item["pk"].startswith("DECISION#") and "due_pk" in item],
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENES)
def test_a_crash_after_any_call_of_a_decision_leaves_what_there_would_be_without_it(name: str) -> None:
    whole = SCENES[name].arranged()
    effects = effects_of(whole)
    recover(whole)
    assert len(effects) > 2
    for number in effects:
        stage = SCENES[name].arranged()
        crashed(stage, number)
        assert stands(stage) == stands(whole), f"crash after call {number}"


def effects_of(stage: Stage) -> list[int]:
    """It is judged: which of its calls leave something. A crash after a read leaves what one before it leaves."""
    effects = [1]

    def note(name: str) -> None:
        if name not in READS:
            effects.append(stage.faults.calls)

    stage.faults.calls, stage.faults.watch = 0, note
    judge(stage)
    stage.faults.watch = None
    return effects


def test_whoever_approved_is_told_though_the_function_died_before_it_could(s3: Any) -> None:
    stage = SCENES["approve"].arranged()
    dies_once(stage, lambda: any("outcome" in item for item in stage.table.everything()))
    with pytest.raises(Crash):
        judge(stage)
    assert stage.answered(Notify) == []
    recover(stage)
    (told,) = stage.answered(Notify)
    assert (told.user_id, told.direct) == ("U0DANA", True)
    assert "Approved: it is being carried out" in told.text
    assert block_of(s3) == ALL_ON


@pytest.mark.parametrize("late", ["U0DANA", "U0OMAR"])
def test_an_approval_from_the_dead_letters_does_not_count_after_a_later_decision(s3: Any, late: str) -> None:
    stage = SCENES["approve"].arranged()
    queues: Any = stage.world.queues
    if late == "U0OMAR":
        queues.decisions.receive()
        click(stage, Verb.APPROVE, "U0OMAR")
    (dead,) = queues.decisions.receive()
    said = [(Verb.APPROVE, "U0LEE"), (Verb.TAKE_BACK, "U0LEE")]
    stage.slack.groups["S0SECENG"].append("U0LEE")
    stop(stage)
    for verb, user in said:
        stage.clock.advance(minutes=1)
        click(stage, verb, user)
        stage.settle()
    stage.table.write([Delete(keys.pause("all"))])
    queues.decisions.give_back(dead)
    recover(stage)
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)
    assert "another decision has been taken since you gave this one" in stage.notified


def test_an_approval_that_began_and_was_taken_back_does_not_begin_again(s3: Any) -> None:
    stage = SCENES["approve"].arranged()
    queues: Any = stage.world.queues
    stop(stage)
    dead = queues.decisions.receive()[0]
    dies_once(stage, lambda: stage.state() is State.APPROVED)
    with pytest.raises(Crash):
        deliver(dead.body, stage.world)
    stage.clock.advance(minutes=1)
    click(stage, Verb.TAKE_BACK, "U0OMAR")
    stage.settle()
    stage.table.write([Delete(keys.pause("all"))])
    queues.decisions.give_back(dead)
    recover(stage)
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)


def test_an_approval_after_one_that_was_taken_back_counts(s3: Any) -> None:
    stage = SCENES["take back"].arranged()
    stage.settle()
    stage.table.write([Delete(keys.pause("all"))])
    stage.clock.advance(seconds=1)
    click(stage, Verb.APPROVE)
    recover(stage)
    assert (stage.state(), block_of(s3)) == (State.FIXED, ALL_ON)


def test_a_yes_that_was_judged_twice_is_counted_once_in_the_hour() -> None:
    stage = SCENES["the first of two yeses"].arranged()
    dies_once(stage, lambda: bool(stage.target.decision.votes))
    with pytest.raises(Crash):
        judge(stage)
    recover(stage)
    assert [item["n"] for item in stage.table.everything() if item["pk"] == "APPROVALS#U0DANA"] == [1]
