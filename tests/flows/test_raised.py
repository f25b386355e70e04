"""An account that is taken out of `observe` gets cards for what is open in it, without waiting for news."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.stage import POLICY, Stage, a_finding

OBSERVE = POLICY.replace("default: approve", "default: observe")

pytestmark = pytest.mark.usefixtures("s3")


def deploy(stage: Stage, policy: str, version: str) -> None:
    policies: Any = stage.world.policies
    policies.policy, policies.version = policy, version
    stage.sweep()


def posted(stage: Stage) -> int:
    return len(stage.slack.called("chat.postMessage"))


@pytest.fixture
def observed() -> Stage:
    """A stage where a finding is stored and has no card."""
    stage = Stage(policy=OBSERVE)
    stage.sweep()
    stage.tell(a_finding())
    stage.settle()
    assert posted(stage) == 0
    return stage


def test_what_was_observed_has_its_card_when_the_stage_is_raised(observed: Stage) -> None:
    deploy(observed, POLICY, "v2")
    assert posted(observed) == 1
    assert "all four on" in observed.card_text


def test_a_change_that_leaves_the_account_observed_asks_nobody(observed: Stage) -> None:
    deploy(observed, OBSERVE + "limits: {undo_days: 3}\n", "v2")
    assert posted(observed) == 0


def test_one_account_can_be_raised_alone(observed: Stage) -> None:
    other = OBSERVE.replace("{default: observe}", "{default: observe, accounts: {'444455556666': approve}}")
    deploy(observed, other, "v2")
    assert posted(observed) == 0
    deploy(
        observed, OBSERVE.replace("{default: observe}", "{default: observe, accounts: {'111122223333': approve}}"), "v3"
    )
    assert posted(observed) == 1


def test_while_nothing_changes_and_while_the_policy_cannot_be_read_nothing_is_sent(observed: Stage) -> None:
    queue: Any = observed.world.queues.plan
    sent = len(queue.bodies)
    observed.sweep()
    deploy(observed, "version: [", "v2")
    assert len(queue.bodies) == sent
