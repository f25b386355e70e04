"""While two approvers click, more resources join their card: what both were shown runs, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from bot.adapters.memory.faults import FaultPlan
from bot.domain.errors import CspmError
from bot.domain.states import State
from bot.slack.ids import ActionId
from bot.store import cases
from tests.flows.stage import POLICY, Stage, a_finding

BUCKETS = [f"acme-bucket-{number:02}" for number in range(10)]
TWO = POLICY.replace("required: 1", "required: 2") + "limits: {per_person_per_hour: 1000, per_account_per_hour: 1000}\n"


@pytest.fixture(autouse=True)
def buckets(s3: Any) -> None:
    for name in BUCKETS:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


def join(stage: Stage, name: str) -> None:
    """One more public bucket, told of by Security Hub."""
    where = {"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{name}", "Partition": "aws", "Region": "eu-west-1"}
    _until_answered(lambda: stage.tell(a_finding(Id=f"finding-{name}", Resources=[where])))


def _until_answered(send: Callable[[], object]) -> None:
    """SQS and Slack send what was not answered once more."""
    for _ in range(20):
        try:
            send()
        except CspmError:
            continue
        return
    raise AssertionError("nobody answers")


def shown(stage: Stage, manifest: str) -> set[tuple[str, str]]:
    found = cases.load_manifest(stage.table, stage.case.id, manifest)
    assert found
    return set(found.rows)


def click(stage: Stage, user: str) -> set[tuple[str, str]]:
    """A press on the card as it is drawn at this moment; what it showed."""
    seen = stage.case.manifest
    _until_answered(lambda: stage.press(ActionId.APPROVE, user))
    return shown(stage, seen)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(3, 8))])
def test_what_both_approvers_were_shown_runs_and_nothing_else(s3: Any, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a repeatable test needs a seed
    stage = Stage(
        FaultPlan(conflict_chance=0.1, lost_response_chance=0.05, repeat_chance=0.3, reorder=True, seed=seed), TWO
    )
    first, second = sorted(dice.sample(range(2, len(BUCKETS)), 2))
    seen: list[set[tuple[str, str]]] = []
    for number, name in enumerate(BUCKETS):
        join(stage, name)
        if number in {first, second}:
            _drawn(stage)
            seen.append(click(stage, ("U0DANA", "U0OMAR")[len(seen)]))
        if dice.random() < 0.5:
            stage.pump(dice.randint(1, 3))
        stage.clock.advance(seconds=dice.choice([0.1, 0.1, 0.1, 11]))
    _quiet(stage)
    both = {target_id for target_id, _ in seen[0] & seen[1]}
    assert {target.target_id for target in stage.targets if target.state is State.FIXED} == both
    assert {target.state for target in stage.targets if target.target_id not in both} <= {State.PROPOSED}
    assert len(stage.targets) == len(BUCKETS)
    blocked = {name for name in BUCKETS if _blocked(s3, name)}
    assert blocked == {target.resource.name for target in stage.targets if target.target_id in both}


def _drawn(stage: Stage) -> None:
    """There is a card to press on; how far behind the store it is, chance decides."""
    for _ in range(20):
        if any(item["sk"] == "CASE" and item.get("manifest") for item in stage.table.everything()):
            return
        stage.clock.advance(seconds=11)
        stage.pump()
    raise AssertionError("no card was drawn")


def _quiet(stage: Stage) -> None:
    """Time passes until nothing waits; Security Hub tells it all again, so that what was not stored comes back."""
    for _ in range(15):
        for name in BUCKETS if len(stage.targets) < len(BUCKETS) else ():
            join(stage, name)
        stage.clock.advance(minutes=2)
        try:
            stage.sweep()
        except Exception:  # noqa: BLE001, S112 - the scheduler comes again, whatever happened
            continue
        stage.settle()
        queues: Any = stage.world.queues
        waiting = [*queues.decisions.waiting, *queues.runs.waiting, *queues.proofs.waiting, *queues.plan.waiting]
        if not waiting and {target.state for target in stage.targets} <= {State.FIXED, State.PROPOSED}:
            return


def _blocked(s3: Any, name: str) -> bool:
    try:
        s3.get_public_access_block(Bucket=name)
    except s3.exceptions.ClientError:
        return False
    return True
