"""A run that fails half-way: what it had changed stands on the card, and can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.run import RunState
from bot.domain.states import State
from bot.flows.interactions.changes import ChangesQuery, recent
from bot.slack.ids import ActionId
from bot.slack.pages.changes import change_block
from tests.aws import plain_client
from tests.flows.interactions.test_presses import buttons, fill_modals, modal, press_button, submit_modal
from tests.flows.stage import Stage, a_finding

WIDE = {"IpProtocol": "tcp", "FromPort": 20, "ToPort": 30, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
REVOKE = "ec2:RevokeSecurityGroupIngress"
AUTHORIZE = "ec2:AuthorizeSecurityGroupIngress"


@pytest.fixture
def group() -> str:
    """A security group that opens ports 20 to 30 to the world: closing 22 takes a narrower rule, then the wide one."""
    ec2 = plain_client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made: str = ec2.create_security_group(GroupName="bastion", Description="-", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[WIDE])
    return made


def ports(group: str) -> list[tuple[int, int]]:
    (found,) = plain_client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return sorted((one["FromPort"], one["ToPort"]) for one in found["IpPermissions"] if one["IpRanges"])


def fail_half_way(stage: Stage, group: str, approve: Callable[[Stage], object]) -> None:
    """The narrower rules are made, and the wide one cannot be taken away."""
    arn = f"arn:aws:ec2:eu-west-1:111122223333:security-group/{group}"
    where = {"Type": "AwsEc2SecurityGroup", "Id": arn, "Partition": "aws", "Region": "eu-west-1"}
    stage.tell(a_finding("EC2.13", Resources=[where]))
    stage.pump()
    stage.refuse = REVOKE
    approve(stage)
    stage.settle()
    stage.refuse = ""
    assert stage.state() is State.FAILED


@pytest.fixture
def half(stage: Stage, group: str) -> Stage:
    fail_half_way(stage, group, lambda stage: press_button(stage, ActionId.APPROVE))
    return stage


def undo(stage: Stage) -> str:
    """What the dialog says; it is submitted."""
    press_button(stage, ActionId.UNDO)
    fill_modals(stage)
    said = json.dumps(modal(stage), ensure_ascii=False)
    submit_modal(stage)
    stage.settle()
    return said


def test_the_card_lists_what_was_changed_and_what_undo_would_take_back_is_exactly_that(half: Stage, group: str) -> None:
    assert ports(group) == [(20, 21), (20, 30), (23, 30)]
    assert "Until then it had changed:" in half.card_text
    assert half.card_text.count("`absent` → ") == 2
    said = undo(half)
    assert said.count("→ `absent`") == 2
    assert half.state() is State.UNDONE
    assert ports(group) == [(20, 30)]


def test_the_list_of_changes_has_what_was_changed_and_undo(half: Stage) -> None:
    (made,) = recent(ChangesQuery(), half.world).made
    assert (made.run.state, made.can_undo) == (RunState.FAILED, True)
    text = change_block(made)["text"]["text"]
    assert text.count("`absent` → ") == 2
    assert "❌ failed" in text


def test_details_list_it_too(half: Stage) -> None:
    press_button(half, ActionId.DETAILS)
    fill_modals(half)
    assert "Until then it had changed:" in json.dumps(modal(half), ensure_ascii=False)


def test_a_run_that_changed_nothing_has_no_undo(stage: Stage, s3: Any) -> None:  # noqa: ARG001 - a bucket
    stage.tell(a_finding())
    stage.pump()
    stage.refuse = "s3:PutPublicAccessBlock"
    press_button(stage, ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.FAILED
    assert "had changed" not in stage.card_text
    assert ActionId.UNDO not in buttons(stage)


def test_asked_again_it_does_the_rest_and_the_old_half_is_forgotten_on_the_card(half: Stage, group: str) -> None:
    press_button(half, ActionId.ASK_AGAIN)
    half.settle()
    assert half.state() is State.PROPOSED
    assert "had changed" not in half.card_text
    press_button(half, ActionId.APPROVE)
    half.settle()
    assert half.state() is State.FIXED
    assert ports(group) == [(20, 21), (23, 30)]


def test_asked_again_and_done_undo_takes_back_the_old_half_too(half: Stage, group: str) -> None:
    press_button(half, ActionId.ASK_AGAIN)
    half.settle()
    press_button(half, ActionId.APPROVE)
    half.settle()
    said = undo(half)
    assert said.count("→ `absent`") == 2
    assert half.state() is State.UNDONE
    assert ports(group) == [(20, 30)]


def test_asked_again_and_failed_again_undo_still_takes_back_the_old_half(half: Stage, group: str) -> None:
    press_button(half, ActionId.ASK_AGAIN)
    half.settle()
    half.refuse = REVOKE
    press_button(half, ActionId.APPROVE)
    half.settle()
    half.refuse = ""
    assert half.state() is State.FAILED
    undo(half)
    assert half.state() is State.UNDONE
    assert ports(group) == [(20, 30)]


def test_an_undo_that_fails_can_be_tried_again(half: Stage, group: str) -> None:
    press_button(half, ActionId.ASK_AGAIN)
    half.settle()
    press_button(half, ActionId.APPROVE)
    half.settle()
    half.refuse = AUTHORIZE
    undo(half)
    assert half.state() is State.FAILED
    half.refuse = ""
    undo(half)
    assert half.state() is State.UNDONE
    assert (20, 30) in ports(group)


def test_what_somebody_changed_since_is_not_taken_back(half: Stage, group: str) -> None:
    gone = {"IpProtocol": "tcp", "FromPort": 23, "ToPort": 30, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    plain_client("ec2").revoke_security_group_ingress(GroupId=group, IpPermissions=[gone])
    said = undo(half)
    assert said.count("→ `absent`") == 1
    assert ports(group) == [(20, 30)]


def test_what_security_hub_disputes_can_be_undone(stage: Stage, s3: Any) -> None:  # noqa: ARG001 - a bucket
    stage.tell(a_finding())
    stage.pump()
    press_button(stage, ActionId.APPROVE)
    stage.settle()
    stage.clock.advance(hours=27)
    stage.sweep()
    assert stage.state() is State.DISPUTED
    undo(stage)
    assert stage.state() is State.UNDONE
