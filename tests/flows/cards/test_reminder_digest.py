"""Reminders and escalation: one message of a kind for all that waits in a channel, each card told once, never in
quiet hours; and no right moves.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan, ResponseLost
from bot.domain.manifest import Manifest
from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from bot.store import cases
from tests.aws import plain_client
from tests.flows.decisions.test_pause_command import say
from tests.flows.stage import CHANNEL, POLICY, START, Stage, a_finding, run_job

pytestmark = pytest.mark.usefixtures("s3")

BOSSES = "C0BOSSES"
REMIND = POLICY.replace(f"channel: {CHANNEL},", f"channel: {CHANNEL}, remind: [4h, 12h],")
ESCALATE = POLICY.replace(
    f"channel: {CHANNEL},", f"channel: {CHANNEL}, escalate: {{after: 8h, to: {BOSSES}, mention: U0LEE}},"
)


def carded(policy: str = REMIND, faults: FaultPlan | None = None) -> Stage:
    stage = Stage(policy=policy, **({"faults": faults} if faults else {}))
    stage.slack.channels |= {name: {"is_private": True} for name in (CHANNEL, BOSSES, "C0SECFALL")}
    stage.tell(a_finding())
    stage.settle()
    return stage


def after(stage: Stage, **step: float) -> Stage:
    """So much later, when the sweep has looked several times, each minute once."""
    stage.clock.advance(**step)
    for _ in range(4):
        stage.sweep()
        stage.settle(seconds=60)
    return stage


def said(stage: Stage, word: str = "⏰", channel: str = CHANNEL) -> list[str]:
    return [one["text"] for one in stage.slack.messages[channel] if word in one["text"]]


def test_what_waits_is_reminded_of_in_its_channel_at_each_time_once() -> None:
    stage = after(carded(), hours=3, minutes=50)
    assert said(stage) == []
    after(stage, minutes=11)
    (text,) = said(stage)
    assert text == "⏰ *1 decision waits.* One of <!subteam^S0SECENG> may decide."
    told = stage.slack.messages[CHANNEL][-1]
    assert "thread_ts" not in told
    assert "since <!date^" in str(told["attachments"])
    assert ActionId.REVIEW_CASE in str(told["attachments"])
    after(stage, hours=7, minutes=40)
    assert len(said(stage)) == 1
    after(stage, minutes=11)
    assert len(said(stage)) == 2
    after(stage, hours=10)
    assert len(said(stage)) == 2


def another(stage: Stage, account: str, **later: float) -> Stage:
    """The same problem in another account: a card of its own in the same channel."""
    stage.clock.advance(**later)
    minute = int((stage.clock.now() - START).total_seconds() // 60)
    stage.tell(a_finding(minute=minute, AwsAccountId=account))
    stage.settle()
    return stage


def test_all_that_waits_in_a_channel_is_one_message_and_so_is_its_escalation() -> None:
    stage = carded(ESCALATE.replace("escalate:", "remind: [4h], escalate:"))
    another(stage, "222233334444", seconds=30)
    another(stage, "333344445555", minutes=1)
    after(stage, hours=5)
    (text,) = said(stage)
    assert text.startswith("⏰ *3 decisions wait on 3 cards.*")
    (told,) = [one for one in stage.slack.messages[CHANNEL] if "⏰" in one["text"]]
    assert all(account in str(told["attachments"]) for account in ("111122223333", "222233334444", "333344445555"))
    after(stage, hours=4)
    assert said(stage, "⬆️", BOSSES) == ["⬆️ *Nobody has decided on 3 cards.*  <@U0LEE>"]
    assert len(said(stage, "⬆️")) == 1


def test_a_card_that_is_due_within_the_hour_waits_for_the_next_message() -> None:
    stage = another(carded(REMIND.replace("remind: [4h, 12h]", "remind: [4h]")), "222233334444", minutes=20)
    after(stage, hours=3, minutes=45)
    assert said(stage) == ["⏰ *1 decision waits.* One of <!subteam^S0SECENG> may decide."]
    after(stage, minutes=20)
    assert len(said(stage)) == 1
    after(stage, minutes=40)
    (_, second) = [one for one in stage.slack.messages[CHANNEL] if "⏰" in one["text"]]
    assert "222233334444" in str(second["attachments"])
    assert "111122223333" not in str(second["attachments"])


def test_quiet_hours_that_begin_between_the_mark_and_the_telling_hold_it() -> None:
    policy = REMIND.replace("remind: [4h, 12h]", 'remind: [4h], quiet_hours: {from: "13:02", to: "15:00"}')
    stage = carded(policy)
    stage.clock.advance(hours=4, seconds=10)
    after(stage)
    after(stage, minutes=30)
    assert said(stage) == []
    after(stage, hours=2)
    assert len(said(stage)) == 1


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
    run_job("sweep", stage.world)
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
    stage.slack.fail_next("chat.postMessage", ResponseLost("the answer was lost"))
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


def goes_on(stage: Stage, scope: str) -> None:
    for user in ("U0DANA", "U0OMAR"):
        say(stage, f"resume {scope}", user)


@pytest.mark.parametrize("scope", ["all", "111122223333"])
def test_while_paused_nobody_is_reminded_or_told_and_then_once(scope: str) -> None:
    stage = carded(ESCALATE.replace("escalate:", "remind: [4h], escalate:"))
    say(stage, f"pause {scope} an incident")
    after(stage, hours=9)
    after(stage, minutes=30)
    assert said(stage) + said(stage, "⬆️", BOSSES) == []
    assert (stage.case.reminder, stage.case.escalation) == ("", "")
    goes_on(stage, scope)
    after(after(stage, minutes=5), minutes=5)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES))) == (1, 1)
    after(stage, hours=2)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES))) == (1, 1)


def test_a_pause_of_another_account_holds_no_reminder() -> None:
    stage = carded()
    say(stage, "pause 222233334444 an incident")
    assert len(said(after(stage, hours=5))) == 1


def test_a_pause_between_the_mark_and_the_telling_holds_it() -> None:
    stage = carded()
    stage.clock.advance(hours=5)
    stage.sweep()
    say(stage, "pause all an incident")
    after(after(stage, minutes=10), minutes=10)
    assert said(stage) == []
    goes_on(stage, "all")
    after(after(stage, minutes=5), minutes=5)
    assert len(said(stage)) == 1


def test_where_nothing_can_be_approved_nobody_is_reminded() -> None:
    assert said(after(carded(REMIND.replace("default: approve", "default: propose")), hours=5)) == []


def test_an_approval_that_needs_another_is_named_in_the_reminder() -> None:
    stage = carded(REMIND.replace("required: 1", "required: 2"))
    stage.press(ActionId.APPROVE)
    stage.settle()
    (text,) = said(after(stage, hours=5))
    assert "Two of <!subteam^S0SECENG>" in text
    assert "<@U0DANA> has approved already" in str(stage.slack.messages[CHANNEL][-1]["attachments"])


def test_another_channel_hears_of_what_nobody_decides_and_the_cards_channel_says_so() -> None:
    stage = after(carded(ESCALATE), hours=7)
    assert said(stage, "⬆️", BOSSES) == []
    after(stage, hours=1, minutes=10)
    after(stage, hours=5)
    (text,) = said(stage, "⬆️", BOSSES)
    assert text == "⬆️ *Nobody has decided on 1 card.*  <@U0LEE>"
    (told,) = stage.slack.messages[BOSSES]
    assert "One of <!subteam^S0SECENG> may decide." in str(told["attachments"])
    assert ActionId.REVIEW_CASE in str(told["attachments"])
    (notice,) = said(stage, "⬆️")
    assert notice.endswith(f"|Public bucket>, so <#{BOSSES}> has been told. Who may decide has not changed.")


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


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 45))
def test_wherever_the_telling_breaks_off_it_is_told_once(number: int) -> None:
    stage = carded(ESCALATE.replace("escalate:", "remind: [8h], escalate:"))
    stage.clock.advance(hours=8, minutes=1)
    stage.faults.crash_after = stage.faults.calls + number
    for _ in range(4):
        with suppress(Crash):
            stage.sweep()
            stage.settle(seconds=60)
    stage.faults.crash_after = None
    after(after(stage, minutes=10), minutes=10)
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
    first = stage.target
    stage.clock.advance(minutes=5)
    other = {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::another", "Partition": "aws", "Region": "eu-west-1"}
    plain_client("s3").create_bucket(Bucket="another", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    stage.tell(a_finding(minute=5, Resources=[other]))
    stage.settle()
    after(stage, hours=4)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES))) == (1, 1)
    manifest = Manifest(stage.case.id, "approve", ((first.target_id, first.proposal.digest),))
    cases.put_manifest(stage.table, manifest)
    stage.submit(CallbackId.DENY, reason="a website", manifest=manifest.hash)
    stage.settle()
    after(stage, minutes=20)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES))) == (1, 1)
    after(stage, hours=4)
    assert (len(said(stage)), len(said(stage, "⬆️", BOSSES))) == (2, 2)
    reminders = [one for one in stage.slack.messages[CHANNEL] if "⏰" in one["text"]]
    assert "`another`" in str(reminders[-1]["attachments"])
