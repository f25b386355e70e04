"""What a new policy says otherwise happens when it comes into force, without waiting for news of each finding."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.memory.faults import Crash
from bot.domain.errors import Busy
from bot.domain.ports import Update
from bot.domain.states import State
from bot.flows.ingestion import reevaluate
from bot.messages import Message, ReassignFindings, parse
from bot.slack.ids import ActionId
from bot.store import keys
from tests.flows.stage import POLICY, Stage, a_finding, deliver, run_job

OBSERVE = POLICY.replace("default: approve", "default: observe")

pytestmark = pytest.mark.usefixtures("s3")


def deploy(stage: Stage, policy: str, version: str) -> None:
    policies: Any = stage.world.policies
    policies.policy, policies.version = policy, version
    stage.sweep()


def posted(stage: Stage) -> int:
    return len([said for said in stage.slack.called("chat.postMessage") if "thread_ts" not in said])


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


def bucket(number: int, control: str = "S3.20", **finding: Any) -> dict[str, Any]:
    """A finding of one of many buckets; without a fix its account is not read."""
    resource = {"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::bucket-{number}", "Region": "eu-west-1"}
    return a_finding(control, Id=f"finding-{number}", Resources=[resource], **finding)


def reassignments(stage: Stage) -> list[Message]:
    queue: Any = stage.world.queues.plan
    return [message for message in map(parse, queue.bodies) if isinstance(message, ReassignFindings)]


def without_card(stage: Stage) -> int:
    return len([one for one in stage.table.everything() if one["pk"].startswith("F#") and one["no_card"]])


def until_quiet(stage: Stage) -> None:
    for _ in range(20):
        stage.settle()


MANY = 2 * reevaluate.MAX_ASSIGNED + 20


@pytest.fixture
def many(observed: Stage) -> Stage:
    observed.tell(*map(bucket, range(MANY)))
    observed.settle()
    return observed


@pytest.mark.slow
def test_of_many_findings_each_message_takes_a_few(many: Stage) -> None:
    deploy(many, POLICY, "v2")
    assert without_card(many) == MANY + 1 - reevaluate.MAX_ASSIGNED
    until_quiet(many)
    assert without_card(many) == 0
    assert len(reassignments(many)) == 3
    assert posted(many) == 2, "one card for the fix, one for all buckets of the control without one"


@pytest.mark.slow
@pytest.mark.parametrize("calls", [10, 100, 200])
def test_a_stretch_that_broke_off_is_taken_up_where_it_ended(many: Stage, calls: int) -> None:
    policies: Any = many.world.policies
    policies.policy, policies.version = POLICY, "v2"
    run_job("sweep", many.world)
    message = reassignments(many)[0]
    many.faults.crash_after = many.faults.calls + calls
    with pytest.raises(Crash):
        deliver(message, many.world)
    many.faults.crash_after = None
    until_quiet(many)
    assert without_card(many) == 0
    targets = [one for one in many.table.everything() if one["sk"].startswith("T#") and one["pk"].startswith("CASE#")]
    assert len(targets) == MANY + 1


@pytest.mark.slow
def test_one_finding_that_cannot_be_read_keeps_no_other_from_its_card(many: Stage) -> None:
    found = [one for one in many.table.everything() if one["pk"].startswith("F#")]
    first = min(found, key=lambda one: str(one["sk"]))
    many.table.write([Update(keys.finding("111122223333", "eu-west-1", first["sk"]), sets={"severity": "DREADFUL"})])
    deploy(many, POLICY, "v2")
    until_quiet(many)
    assert without_card(many) == 1


def test_a_message_of_a_policy_that_has_been_followed_by_another_does_nothing(many: Stage) -> None:
    deploy(many, POLICY, "v2")
    deploy(many, OBSERVE, "v3")
    left = without_card(many)
    deliver(ReassignFindings(account_ids=("111122223333",), policy_version="v2"), many.world)
    assert without_card(many) == left


def test_a_message_waits_until_its_policy_is_known_here_too(many: Stage) -> None:
    deploy(many, POLICY, "v2")
    policies: Any = many.world.policies
    policies.policy, policies.version = OBSERVE, "v1"
    with pytest.raises(Busy):
        deliver(ReassignFindings(account_ids=("111122223333",), policy_version="v2"), many.world)


@pytest.mark.parametrize("calls", range(1, 6))
def test_what_is_owed_is_sent_though_the_sweep_ends_in_between(observed: Stage, calls: int) -> None:
    policies: Any = observed.world.policies
    policies.policy, policies.version = POLICY, "v2"
    observed.faults.crash_after = observed.faults.calls + calls
    with pytest.raises(Crash):
        run_job("sweep", observed.world)
    observed.faults.crash_after = None
    observed.sweep()
    until_quiet(observed)
    assert posted(observed) == 1


STRICT = POLICY.replace("min_severity: LOW", "min_severity: CRITICAL")


@pytest.fixture
def strict() -> Stage:
    """A stage where findings are not severe enough for a card."""
    stage = Stage(policy=STRICT)
    stage.sweep()
    stage.tell(bucket(1, "S3.7"), bucket(2, "S3.15"), a_finding())
    stage.settle()
    assert posted(stage) == 0
    return stage


def test_what_was_not_severe_enough_has_its_card_when_the_policy_asks_for_less(strict: Stage) -> None:
    deploy(strict, POLICY, "v2")
    until_quiet(strict)
    assert posted(strict) == 3


def test_a_channel_has_no_more_of_them_a_day_than_the_policy_says(strict: Stage) -> None:
    deploy(strict, POLICY.replace("per_channel_per_day: 20", "per_channel_per_day: 1"), "v2")
    until_quiet(strict)
    assert posted(strict) == 1


def test_a_policy_that_asks_for_the_same_reads_no_finding(strict: Stage) -> None:
    deploy(strict, STRICT + "limits: {undo_days: 3}\n", "v2")
    assert reassignments(strict) == []


PROPOSE = POLICY.replace("default: approve", "default: propose")
AUTO = POLICY.replace("default: approve", "default: auto") + "auto: {effects: [CUTS_TRAFFIC, CUTS_ACCESS]}\n"


def a_card(policy: str) -> Stage:
    stage = Stage(policy=policy)
    stage.sweep()
    stage.tell(a_finding())
    stage.settle()
    return stage


def test_cards_have_approve_when_the_account_may_be_changed_from_now_on() -> None:
    stage = a_card(PROPOSE)
    assert ActionId.APPROVE not in stage.card_text
    deploy(stage, POLICY, "v2")
    until_quiet(stage)
    assert ActionId.APPROVE in stage.card_text
    assert posted(stage) == 1


def test_a_card_names_those_who_may_decide_by_the_new_policy() -> None:
    stage = a_card(POLICY)
    deploy(stage, POLICY.replace("S0SECENG", "S0OTHERS"), "v2")
    until_quiet(stage)
    assert "S0OTHERS" in stage.card_text


def test_what_waits_for_people_is_approved_by_a_policy_that_allows_it() -> None:
    stage = a_card(POLICY)
    deploy(stage, AUTO, "v2")
    until_quiet(stage)
    assert stage.state() is State.FIXED


def test_no_more_of_it_in_an_hour_than_the_policy_says() -> None:
    stage = a_card(POLICY)
    deploy(stage, AUTO.replace("auto: {", "auto: {per_account_per_hour: 0, "), "v2")
    until_quiet(stage)
    assert stage.state() is State.PROPOSED


def test_what_people_have_decided_stays_theirs() -> None:
    stage = a_card(POLICY)
    target = stage.target
    stage.table.write([Update(keys.case_target(target.case_id, target.target_id), sets={"no_auto": "denied"})])
    deploy(stage, AUTO, "v2")
    until_quiet(stage)
    assert stage.state() is State.PROPOSED
