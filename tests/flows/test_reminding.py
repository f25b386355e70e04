"""Reminders and escalation: each once, only while something waits, never in quiet hours, and no right moves."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from bot.adapters.hostility import Crash, Hostility, Lost
from bot.domain.case import Manifest
from bot.domain.states import State
from bot.flows import housekeep
from bot.slack.ids import ActionId, CallbackId
from bot.store import cases
from tests.aws import plain_client
from tests.flows.stage import CHANNEL, POLICY, Stage, a_finding

pytestmark = pytest.mark.usefixtures("s3")

BOSSES = "C0BOSSES"
REMIND = POLICY.replace(f"channel: {CHANNEL},", f"channel: {CHANNEL}, remind: [4h, 12h],")
ESCALATE = POLICY.replace(
    f"channel: {CHANNEL},", f"channel: {CHANNEL}, escalate: {{after: 8h, to: {BOSSES}, mention: U0LEE}},"
)


def carded(policy: str = REMIND, hostility: Hostility | None = None) -> Stage:
    stage = Stage(policy=policy, **({"hostility": hostility} if hostility else {}))
    stage.slack.channels |= {name: {"is_private": True} for name in (CHANNEL, BOSSES, "C0SECFALL")}
    stage.tell(a_finding())
    stage.settle()
    return stage


def after(stage: Stage, **step: float) -> Stage:
    """So much later, when the sweep has looked several times."""
    stage.clock.advance(**step)
    for _ in range(3):
        stage.sweep()
        stage.settle()
    return stage


def said(stage: Stage, word: str = "⏰", channel: str = CHANNEL) -> list[str]:
    return [one["text"] for one in stage.slack.messages[channel] if word in one["text"]]


def test_what_waits_is_reminded_of_in_its_thread_at_each_time_once() -> None:
    stage = after(carded(), hours=3, minutes=50)
    assert said(stage) == []
    after(stage, minutes=11)
    (text,) = said(stage)
    assert "A decision waits since <!date^" in text
    assert "One of <!subteam^S0SECENG> may decide on the card above." in text
    assert stage.slack.messages[CHANNEL][-1]["thread_ts"] == stage.case.ts
    after(stage, hours=7, minutes=50)
    assert len(said(stage)) == 1
    after(stage, minutes=11)
    assert len(said(stage)) == 2
    after(stage, hours=10)
    assert len(said(stage)) == 2


def test_what_is_decided_is_not_reminded_of() -> None:
    stage = carded()
    stage.submit(CallbackId.DENY, reason="no")
    stage.settle()
    after(stage, hours=5)
    assert said(stage) == []


def test_a_decision_between_the_mark_and_the_telling_silences_it() -> None:
    stage = carded()
    stage.clock.advance(hours=5)
    queue: Any = stage.world.queues.cards
    housekeep.run("sweep", stage.world)
    held, queue.waiting[:] = list(queue.waiting), []
    stage.submit(CallbackId.DENY, reason="no")
    stage.pump()
    queue.waiting[:0] = held
    stage.settle()
    assert stage.state() is State.DENIED
    assert said(stage) == []


def test_after_a_long_silence_of_the_sweep_one_reminder_is_enough() -> None:
    assert len(said(after(carded(), hours=13))) == 1


def test_a_reminder_whose_answer_was_lost_is_not_repeated() -> None:
    stage = carded()
    stage.slack.fail_next("chat.postMessage", Lost("the answer was lost"))
    after(stage, hours=5)
    after(stage, minutes=10)
    assert len(said(stage)) == 1


def test_a_question_lives_until_its_last_reminder_has_had_as_much_time_as_a_plan() -> None:
    stage = carded(POLICY.replace(f"channel: {CHANNEL},", f"channel: {CHANNEL}, remind: [4h, 48h],"))
    for _ in range(7):
        after(stage, hours=10)
    assert (stage.state(), len(said(stage))) == (State.PROPOSED, 2)
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.FIXED


def test_and_then_it_lapses() -> None:
    stage = carded(POLICY.replace(f"channel: {CHANNEL},", f"channel: {CHANNEL}, remind: [4h, 48h],"))
    for _ in range(9):
        after(stage, hours=10)
    assert stage.state() is State.LAPSED


def test_quiet_hours_hold_a_reminder() -> None:
    policy = REMIND.replace("remind: [4h, 12h]", 'remind: [4h], quiet_hours: {from: "12:00", to: "15:00"}')
    stage = after(carded(policy), hours=4, minutes=30)
    assert said(stage) == []
    after(stage, hours=2)
    assert len(said(stage)) == 1


def test_where_nothing_can_be_approved_nobody_is_reminded() -> None:
    assert said(after(carded(REMIND.replace("default: approve", "default: propose")), hours=5)) == []


def test_an_approval_that_needs_another_is_named_in_the_reminder() -> None:
    stage = carded(REMIND.replace("required: 1", "required: 2"))
    stage.press(ActionId.APPROVE)
    stage.settle()
    (text,) = said(after(stage, hours=5))
    assert "Two of <!subteam^S0SECENG>" in text
    assert "<@U0DANA> has approved already" in text


def test_another_channel_hears_of_what_nobody_decides_and_the_thread_says_so() -> None:
    stage = after(carded(ESCALATE), hours=7)
    assert said(stage, "⬆️", BOSSES) == []
    after(stage, hours=1, minutes=10)
    after(stage, hours=5)
    (text,) = said(stage, "⬆️", BOSSES)
    assert "*Nobody has decided:*" in text
    assert text.endswith("<@U0LEE>")
    (told,) = stage.slack.messages[BOSSES]
    assert "One of <!subteam^S0SECENG> may decide." in str(told["attachments"])
    assert ActionId.REVIEW_CASE in str(told["attachments"])
    assert said(stage, "⬆️") == [f"⬆️ Nobody has decided, so <#{BOSSES}> has been told. Who may decide has not changed."]


def test_an_escalation_gives_no_right() -> None:
    stage = after(carded(ESCALATE), hours=9)
    stage.press(ActionId.APPROVE, "U0LEE")
    stage.settle()
    assert stage.state() is State.PROPOSED


def test_an_escalation_goes_to_no_channel_that_findings_may_not_be_posted_to() -> None:
    stage = carded(ESCALATE)
    stage.slack.channels |= {BOSSES: {"is_private": True, "is_ext_shared": True}}
    after(stage, hours=9)
    assert stage.slack.messages[BOSSES] == []
    (text,) = said(stage, "⚠️")
    assert "is shared with another company" in text


@pytest.mark.parametrize("number", range(1, 26))
def test_wherever_the_telling_breaks_off_it_is_told_once(number: int) -> None:
    stage = carded(ESCALATE.replace("escalate:", "remind: [8h], escalate:"))
    stage.clock.advance(hours=8, minutes=1)
    housekeep.run("sweep", stage.world)
    stage.hostility.crash_after = stage.hostility.calls + number
    with suppress(Crash):
        stage.pump()
    stage.hostility.crash_after = None
    after(stage, minutes=10)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES)), len(said(stage, "⬆️"))) == (1, 1, 1)


def test_a_new_question_on_the_same_card_is_reminded_of_from_its_own_time() -> None:
    stage = after(carded(), hours=5)
    stage.submit(CallbackId.DENY, reason="later")
    stage.settle()
    stage.press(ActionId.ASK_AGAIN)
    stage.settle()
    after(stage, hours=3)
    assert len(said(stage)) == 1
    after(stage, hours=1, minutes=10)
    assert len(said(stage)) == 2


def test_what_is_left_of_a_card_is_not_reminded_of_at_once_again() -> None:
    policy = REMIND.replace("remind: [4h, 12h]", f"remind: [4h], escalate: {{after: 4h, to: {BOSSES}}}")
    stage = carded(policy)
    first = stage.work
    stage.clock.advance(minutes=5)
    other = {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::another", "Partition": "aws", "Region": "eu-west-1"}
    plain_client("s3").create_bucket(Bucket="another", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    stage.tell(a_finding(minute=5, Resources=[other]))
    stage.settle()
    after(stage, hours=4)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES))) == (1, 1)
    manifest = Manifest(stage.case.id, "approve", ((first.tid, first.digest),))
    cases.put_manifest(stage.table, manifest)
    stage.submit(CallbackId.DENY, reason="a website", manifest=manifest.hash)
    stage.settle()
    after(stage, minutes=20)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES))) == (1, 1)
    after(stage, hours=4)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES))) == (2, 2)
    assert "`another`" in said(stage)[-1]
