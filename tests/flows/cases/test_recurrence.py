"""What comes back after a fix, and what is defined elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from tests.flows.conftest import BUCKET
from tests.flows.interactions.test_presses import buttons
from tests.flows.stage import POLICY, Stage, a_finding
from tests.flows.test_end_to_end import ALL_ON

TAGGED = {"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{BUCKET}", "Partition": "aws", "Region": "eu-west-1"}


def fix_and_fail_again(stage: Stage, s3: Any, *, days: float = 0) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    stage.clock.advance(minutes=20)
    stage.tell(a_finding(status="PASSED", minute=20))
    stage.settle()
    s3.delete_public_access_block(Bucket=BUCKET)
    stage.clock.advance(days=days, minutes=20)
    at = stage.clock.now().isoformat().replace("+00:00", "Z")
    stage.tell(a_finding(minute=50, UpdatedAt=at))
    stage.settle()


def test_what_fails_again_after_our_fix_says_so_and_is_best_handed_over(stage: Stage, s3: Any) -> None:
    fix_and_fail_again(stage, s3)
    assert "Came back (2nd time)*, fixed by <@U0DANA> ·" in stage.card_text
    assert next(iter(buttons(stage))) == ActionId.HAND_OVER
    assert ActionId.APPROVE in buttons(stage)


def test_it_says_so_also_in_a_new_case(stage: Stage, s3: Any) -> None:
    fix_and_fail_again(stage, s3, days=10)
    assert "Came back (2nd time)" in stage.card_text


def test_after_two_weeks_it_is_a_new_matter(stage: Stage, s3: Any) -> None:
    fix_and_fail_again(stage, s3, days=20)
    assert "Came back" not in stage.card_text
    assert next(iter(buttons(stage))) == ActionId.APPROVE


def test_a_resource_of_a_stack_names_it_and_warns_of_the_drift(stage: Stage, s3: Any) -> None:  # noqa: ARG001 - a bucket
    stage.tell(a_finding(Resources=[TAGGED | {"Tags": {"aws:cloudformation:stack-name": "payroll"}}]))
    stage.pump()
    assert "Defined by the stack `payroll`: a fix here drifts" in stage.card_text


def test_the_policys_tags_say_so_for_other_tools(s3: Any) -> None:  # noqa: ARG001 - a bucket
    stage = Stage(policy=POLICY + "iac_tags: [terraform-module]\n")
    stage.tell(a_finding(Resources=[TAGGED | {"Tags": {"terraform-module": "storage/exports"}}]))
    stage.pump()
    assert "Defined by terraform-module `storage/exports`" in stage.card_text


@pytest.mark.usefixtures("s3")
def test_a_standard_that_has_not_looked_since_the_proof_does_not_say_that_it_fails_again(stage: Stage) -> None:
    """Without consolidated findings each standard has one of its own, and they are checked one after the other."""
    other: dict[str, Any] = {"Id": "arn:aws:securityhub:eu-west-1:111122223333:subscription/pci-dss/v/4.0.1/S3.8/1"}
    stage.tell(a_finding(), a_finding(**other))
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    stage.clock.advance(minutes=20)
    stage.tell(a_finding(status="PASSED", minute=20))
    stage.settle()
    assert stage.state() is State.FIXED
    stage.tell(a_finding(status="PASSED", minute=21, **other))
    stage.settle()
    assert stage.state() is State.RESOLVED


def test_what_is_right_when_a_denial_ends_is_read_once_and_not_every_minute(stage: Stage, s3: Any) -> None:
    stage.tell(a_finding())
    stage.settle()
    stage.submit(CallbackId.DENY, reason="not now")
    stage.settle()
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=ALL_ON)
    stage.clock.advance(days=31)
    planned = list(stage.calls)
    for _ in range(5):
        stage.clock.advance(minutes=1)
        stage.sweep()
        stage.settle()
    assert stage.state() is State.PROPOSED
    assert "the settings are right already" in stage.target.note
    assert stage.calls == planned * 2
