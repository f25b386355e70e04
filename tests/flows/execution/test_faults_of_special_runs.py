"""Crashes of the executor in runs that came to it another way: after a window, with a reference, of half a fix."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.states import State
from bot.flows.decisions.click import Verb
from bot.slack.ids import CallbackId
from tests.aws import plain_client
from tests.flows.conftest import BUCKET
from tests.flows.decisions.test_faults import READS, WITH_REFERENCE, judge, recover, stands
from tests.flows.decisions.test_reference import REFERENCE
from tests.flows.execution.test_partial_runs import REVOKE, WIDE, fail_half_way, ports
from tests.flows.execution.test_start import NIGHTS
from tests.flows.reaching import REACH, click
from tests.flows.stage import POLICY, Stage

pytestmark = pytest.mark.usefixtures("s3")


def waited() -> Stage:
    """Approved by day, and its window has opened."""
    stage = fresh(POLICY + NIGHTS)
    click(stage, Verb.APPROVE)
    stage.settle()
    stage.clock.advance(hours=11, minutes=1)
    return stage


def referenced() -> Stage:
    stage = fresh(REFERENCE)
    WITH_REFERENCE(stage)
    judge(stage)
    return stage


def fresh(policy: str) -> Stage:
    plain_client("s3").delete_public_access_block(Bucket=BUCKET)
    stage = Stage(FaultPlan(), policy)
    REACH[State.PROPOSED](stage)
    stage.clock.advance(seconds=2)
    return stage


def half_undone(group: str) -> Stage:
    """The narrower rules were made, the wide one stayed, and taking them back is approved."""
    stage = Stage(FaultPlan())
    fail_half_way(stage, group, lambda stage: click(stage, Verb.APPROVE))
    stage.submit(CallbackId.UNDO, manifest=stage.ask_undo().manifest)
    judge(stage)
    return stage


def effects_of(stage: Stage) -> list[int]:
    """It is carried out: which of its calls leave something."""
    effects = [1]

    def note(name: str) -> None:
        if name not in READS and ":Get" not in name and ":Describe" not in name:
            effects.append(stage.faults.calls)

    stage.faults.calls, stage.faults.watch = 0, note
    stage.execute(stage.target.attempt.run_id)
    stage.faults.watch = None
    return effects


def crashes(arranged: Callable[[], Stage], seen: Callable[[Stage], Any]) -> Any:
    """What it comes to, the same wherever the executor dies."""
    whole = arranged()
    effects = effects_of(whole)
    recover(whole)
    wanted = seen(whole)
    assert len(effects) > 3
    for number in effects:
        stage = arranged()
        stage.faults.calls, stage.faults.crash_after = 0, number
        with pytest.raises(Crash):
            stage.execute(stage.target.attempt.run_id)
        stage.faults.crash_after = None
        recover(stage)
        assert seen(stage) == wanted, f"crash after call {number}"
    return wanted


SCENES: Final = {"after its window": waited, "with a change reference": referenced}


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENES)
def test_wherever_the_executor_dies_it_comes_to_the_same(name: str) -> None:
    found = crashes(SCENES[name], stands)
    assert (found["target"][0], found["writes"]) == (State.FIXED, 1)


@pytest.mark.slow
def test_wherever_the_undo_of_half_a_fix_dies_it_comes_to_the_same() -> None:
    ec2 = plain_client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="bastion", Description="-", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WIDE])

    def seen(stage: Stage) -> Any:
        made = sum(f"{call.service}:{call.operation}" == REVOKE for call in stage.calls)
        return stage.state(), ports(group), made

    assert crashes(partial(half_undone, group), seen)[:2] == (State.UNDONE, [(20, 30)])
