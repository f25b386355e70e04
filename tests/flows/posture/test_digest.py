"""The daily digest: what it says, to whom, once a day whatever goes wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan, ResponseLost
from bot.domain.errors import Busy
from bot.domain.exemption import Exemption, Scope
from bot.flows.policy.load import for_presentation
from bot.flows.posture import digest
from bot.flows.posture.audience import Audience, audience_of
from bot.messages import ExemptionDue
from bot.slack.ids import ActionId
from bot.slack.pages.digest import digest_message
from bot.store import exemptions, keys, posture
from tests.flows.conftest import BUCKET
from tests.flows.counting import a_word
from tests.flows.stage import CHANNEL, POLICY, Stage, a_finding, deliver, run_job
from tests.slack.limits import check_message

LATER = POLICY + "digest: {at: '09:30', zone: UTC}\n"


def composed(stage: Stage, channel: str = "") -> str:
    policy = for_presentation(stage.world)
    message = digest_message(digest.compose(audience_of(channel, policy), policy, stage.world))
    check_message(message)
    return json.dumps([message.text, *message.blocks], ensure_ascii=False)


def digests(stage: Stage, channel: str = CHANNEL) -> list[dict[str, Any]]:
    return [one for one in stage.slack.messages[channel] if one.get("metadata", {}).get("event_type") == "cspm_digest"]


def a_day_passes(stage: Stage) -> None:
    """The evening's snapshot, then the next morning."""
    stage.clock.advance(hours=14)
    run_job("snapshot", stage.world)
    stage.clock.advance(hours=10)


@pytest.mark.usefixtures("s3")
def test_it_tells_what_came_what_was_fixed_how_fast_and_what_waits(stage: Stage) -> None:
    stage.tell(a_word("S3.5", "x", "PASSED", 1), a_word("S3.5", "y", "FAILED", 1))
    a_day_passes(stage)
    stage.tell(a_finding("S3.8"))
    stage.pump()
    stage.clock.advance(minutes=20)
    stage.press(ActionId.APPROVE)
    stage.settle()
    text = composed(stage, CHANNEL)
    assert "*1* new · *1* fixed and proved" in text
    assert "1 of 1 fixes proved (100 %), decided after 20 min, fixed after 20 min" in text
    assert "2 findings are open (+1 since yesterday)" in text
    assert "account 111122223333  🟠 1  🟡 1" in text


@pytest.mark.usefixtures("s3")
def test_what_waits_is_told_with_its_age_and_the_way_to_decide_it(stage: Stage) -> None:
    stage.tell(a_finding("S3.8"))
    stage.pump()
    stage.clock.advance(hours=3, minutes=20)
    text = composed(stage, CHANNEL)
    assert "*1 decision waits*" in text
    assert "for 3 h 20 min" in text
    assert ActionId.REVIEW_CASE in text


@pytest.mark.usefixtures("s3")
def test_a_fix_that_did_not_hold_is_told_apart_from_one_that_reopened(stage: Stage) -> None:
    stage.tell(a_finding("S3.8"))
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    stage.clock.advance(minutes=30)
    stage.tell(a_finding("S3.8", minute=45, Severity={"Label": "CRITICAL"}))
    assert "came back after a fix" in composed(stage)


def test_a_quiet_day_is_one_line(stage: Stage) -> None:
    stage.tell(a_word("S3.5", "x", "PASSED", 1))
    a_day_passes(stage)
    policy = for_presentation(stage.world)
    message = digest_message(digest.compose(Audience(), policy, stage.world))
    assert message.blocks == ()
    assert message.text == "A quiet day · all accounts: 100 · grade A · unchanged since yesterday. Nothing waits."


def test_findings_below_the_policys_severity_are_counted_as_without_a_card() -> None:
    stage = Stage(policy=POLICY.replace("min_severity: LOW", "min_severity: HIGH"))
    stage.tell(a_word("S3.5", "x", "FAILED", 1), a_word("S3.5", "y", "FAILED", 1))
    assert "No card: 2 findings below HIGH" in composed(stage)


@pytest.mark.usefixtures("s3")
def test_cards_over_the_channels_number_are_told_as_waiting_for_tomorrow() -> None:
    stage = Stage(policy=POLICY.replace("per_channel_per_day: 20", "per_channel_per_day: 1"))
    stage.tell(a_finding("S3.8"), a_word("S3.5", BUCKET, "FAILED", 1))
    stage.pump()
    assert "1 card waits for tomorrow" in composed(stage)


def test_a_channel_hears_of_the_accounts_that_its_routes_match() -> None:
    routes = f"routes:\n  - {{match: {{accounts: ['4444*']}}, channel: {CHANNEL}}}\n"
    stage = Stage(policy=POLICY.split("routes:", maxsplit=1)[0] + routes)
    stage.tell(a_word("S3.5", "x", "FAILED", 1))
    assert "no score" in composed(stage, CHANNEL)
    assert "0 · grade E" in composed(stage)


TWO_CHANNELS = f"""
routes:
  - {{match: {{severity: [CRITICAL, HIGH]}}, channel: {CHANNEL}, approvers: {{groups: [S0SECENG]}}}}
  - {{channel: C0SECPROD, approvers: {{groups: [S0SECENG]}}}}
"""


@pytest.mark.usefixtures("s3")
def test_two_routes_do_not_tell_each_others_news() -> None:
    stage = Stage(policy=POLICY.split("routes:", maxsplit=1)[0] + TWO_CHANNELS)
    a_day_passes(stage)
    stage.tell(a_finding("S3.8"), a_word("S3.5", "x", "FAILED", 1), a_word("S3.5", "y", "FAILED", 1))
    stage.pump()
    severe, rest = composed(stage, CHANNEL), composed(stage, "C0SECPROD")
    assert "*1* new" in severe
    assert "1 finding is open" in severe
    assert "Block public access to the bucket" in severe
    assert "S3.5" not in severe
    assert "*2* new" in rest
    assert "2 findings are open" in rest
    assert "S3.8" not in rest
    assert f"Covers all accounts, without what goes to <#{CHANNEL}>" in rest
    a_day_passes(stage)
    assert '"new": 2' in json.dumps(posture.facts(stage.table, "channel:C0SECPROD", ["2026-09-23"]))


@pytest.mark.usefixtures("s3")
def test_a_route_of_accounts_and_regions_has_its_own_history() -> None:
    routes = f"routes:\n  - {{match: {{accounts: ['1111*'], regions: [eu-west-1]}}, channel: {CHANNEL}}}\n"
    stage = Stage(policy=POLICY.split("routes:", maxsplit=1)[0] + routes)
    stage.tell(a_word("S3.5", "x", "FAILED", 1), a_word("S3.5", "y", "FAILED", 1, region="us-east-1"))
    a_day_passes(stage)
    stage.tell(a_word("S3.5", "z", "FAILED", 2))
    assert "2 findings are open (+1 since yesterday)" in composed(stage, CHANNEL)


def test_what_has_no_card_is_told_with_the_reason_until_it_has_one() -> None:
    old = POLICY.replace("cards: {min_severity: LOW", "cards: {min_severity: LOW, from: 2026-09-30")
    stage = Stage(policy=old)
    stage.tell(a_word("S3.5", "x", "FAILED", 1), a_word("S3.5", "y", "FAILED", 1))
    assert "No card: 2 findings older than <!date^" in composed(stage)
    stage.tell(a_word("S3.5", "x", "PASSED", 2))
    assert "No card: 1 finding older than" in composed(stage)
    observing = Stage(policy=POLICY.replace("default: approve", "default: observe"))
    observing.tell(a_word("S3.5", "x", "FAILED", 1))
    assert "No card: 1 finding in accounts at stage observe" in composed(observing)


@pytest.mark.parametrize(
    ("days", "told"), [(8, ""), (7, "ends in 7 days"), (3, ""), (1, "ends tomorrow"), (-1, "ended")]
)
def test_exemptions_that_run_out_are_told_a_week_and_a_day_before_and_when_they_have(
    stage: Stage, days: int, told: str
) -> None:
    until = stage.clock.now() + timedelta(days=days)
    one = an_exemption(until=keys.stamp(until))
    stage.table.write(exemptions.create(one))
    if days < 0:
        deliver(ExemptionDue(account_id=one.account, exemption_id=one.id), stage.world)
    text = composed(stage, CHANNEL)
    assert ("*Exemptions*" in text) is bool(told)
    assert told in text
    stage.clock.advance(days=2)
    assert days > 0 or "*Exemptions*" not in composed(stage, CHANNEL)


def an_exemption(until: str) -> Exemption:
    return Exemption(
        id="01EXEMPTION",
        account="111122223333",
        channel=CHANNEL,
        case_id="01CASE",
        scope=Scope.CONTROL,
        controls=("S3.8",),
        reason="a public site",
        until=until,
        asked_by="U0DANA",
        allowed_by=(),
        policy="v1",
        right="group S0SECENG",
        created="2026-09-01T09:00:00.000Z",
    )


def test_it_is_posted_at_its_time_and_once(stage: Stage) -> None:
    later = Stage(policy=LATER)
    run_job("digest", later.world)
    assert digests(later) == []
    for _ in range(4):
        later.clock.advance(minutes=15)
        run_job("digest", later.world)
    assert len(digests(later)) == 1
    later.clock.advance(days=1)
    run_job("digest", later.world)
    assert len(digests(later)) == 2
    assert digests(stage) == []


def test_one_whose_answer_was_lost_is_found_and_not_posted_again() -> None:
    stage = Stage()
    stage.slack.fail_next("chat.postMessage", ResponseLost("the answer was lost"))
    with pytest.raises(ResponseLost):
        run_job("digest", stage.world)
    stage.clock.advance(minutes=15)
    run_job("digest", stage.world)
    assert len(digests(stage)) == 1


def test_while_slack_throttles_it_comes_later() -> None:
    stage = Stage()
    stage.slack.fail_next("chat.postMessage", Busy("slowly", 30))
    with pytest.raises(Busy):
        run_job("digest", stage.world)
    assert digests(stage) == []
    stage.clock.advance(minutes=15)
    run_job("digest", stage.world)
    assert len(digests(stage)) == 1


def test_a_crash_after_any_call_leaves_one_digest() -> None:
    counting = Stage()
    run_job("digest", counting.world)
    for number in range(1, counting.faults.calls + 1):
        stage = Stage(FaultPlan(crash_after=number))
        with pytest.raises(Crash):
            run_job("digest", stage.world)
        stage.faults.crash_after = None
        for _ in range(2):
            stage.clock.advance(minutes=15)
            run_job("digest", stage.world)
        assert len(digests(stage)) == 1, f"crash after call {number}"


def test_one_channel_that_is_gone_does_not_cost_the_others_theirs() -> None:
    routes = "routes:\n  - {match: {accounts: ['4444*']}, channel: C0GONE}\n  - {channel: C0SECURITY}\n"
    stage = Stage(policy=POLICY.split("routes:", maxsplit=1)[0] + routes)
    stage.slack.channels[CHANNEL] = {}
    with pytest.raises(Exception, match="channel_not_found"):
        run_job("digest", stage.world)
    assert len(digests(stage)) == 1


def test_one_person_can_have_it_now_where_they_are(stage: Stage) -> None:
    digest.show("U0DANA", CHANNEL, stage.world)
    (private,) = stage.slack.ephemeral
    assert (private["user"], private["channel"]) == ("U0DANA", CHANNEL)
    stage.slack.fail_next("chat.postEphemeral", "not_in_channel")
    digest.show("U0DANA", "C0ELSEWHERE", stage.world)
    assert len(stage.slack.messages["D0DANA"]) == 1


def test_without_a_readable_policy_the_digest_goes_on_and_says_so() -> None:
    stage = Stage(policy="version: 7\n")
    run_job("digest", stage.world)
    (posted,) = digests(stage, "C0SECFALL")
    assert "The policy cannot be read now" in json.dumps(posted)


@pytest.mark.usefixtures("s3")
def test_what_happened_after_the_days_last_snapshot_is_added_the_next_day(stage: Stage) -> None:
    stage.clock.advance(hours=14)
    run_job("snapshot", stage.world)
    stage.tell(a_finding("S3.8"))
    stage.pump()
    stage.clock.advance(hours=2)
    run_job("snapshot", stage.world)
    (facts,) = posture.facts(stage.table, "all", ["2026-09-22"])
    assert facts == {"new": 1}
    (of_account,) = posture.facts(stage.table, "111122223333", ["2026-09-22"])
    assert of_account == facts


def test_a_days_last_snapshot_stands(stage: Stage) -> None:
    run_job("snapshot", stage.world)
    stage.tell(a_word("S3.5", "x", "PASSED", 1))
    stage.clock.advance(hours=1)
    run_job("snapshot", stage.world)
    assert posture.snapshots(stage.table, "all", ["2026-09-22"])["2026-09-22"][0].passed == 1


def test_a_digest_waits_until_quiet_hours_are_over() -> None:
    quiet = f'channel: {CHANNEL}, quiet_hours: {{from: "18:00", to: "11:00"}},'
    stage = Stage(policy=LATER.replace(f"channel: {CHANNEL},", quiet))
    stage.clock.advance(hours=1)
    run_job("digest", stage.world)
    assert digests(stage) == []
    stage.clock.advance(hours=1)
    run_job("digest", stage.world)
    assert len(digests(stage)) == 1
