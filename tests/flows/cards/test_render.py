"""Where cards go, how often, and that a case never has two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.memory.faults import ResponseLost
from bot.adapters.memory.policies import StaticPolicies
from bot.domain.errors import Busy
from bot.domain.states import State
from bot.messages import RenderChannel
from bot.slack.ids import ActionId, CallbackId
from tests.flows.stage import CHANNEL, POLICY, Stage, a_finding, deliver

pytestmark = pytest.mark.usefixtures("s3")


def carded(stage: Stage) -> Stage:
    stage.tell(a_finding())
    stage.pump()
    return stage


def test_a_channel_shared_with_another_company_gets_no_findings(stage: Stage) -> None:
    stage.slack.channels |= {CHANNEL: {"is_private": True, "is_ext_shared": True}, "C0SECFALL": {"is_private": True}}
    carded(stage)
    assert not stage.slack.messages[CHANNEL]
    assert len(stage.slack.messages["C0SECFALL"]) == 1


def test_a_public_channel_gets_findings_only_where_the_policy_says_so(stage: Stage) -> None:
    stage.slack.channels |= {CHANNEL: {"is_private": False}, "C0SECFALL": {"is_private": True}}
    carded(stage)
    assert not stage.slack.messages[CHANNEL]
    said = Stage(policy=POLICY.replace(f"channel: {CHANNEL},", f"channel: {CHANNEL}, public: true,"))
    said.slack.channels |= stage.slack.channels
    carded(said)
    assert len(said.slack.messages[CHANNEL]) == 1


def test_whether_a_channel_may_be_public_is_asked_of_its_own_routes_though_the_policy_was_edited_since() -> None:
    route = f"  - {{channel: {CHANNEL}, approvers: {{groups: [S0SECENG]}}, public: true}}\n"
    stage = Stage(policy=POLICY.split("  - ")[0] + route)
    stage.slack.channels |= {CHANNEL: {"is_private": False}, "C0SECFALL": {"is_private": True}}
    stage.tell(a_finding())
    before = '  - {match: {accounts: ["999900001111"]}, channel: C0OTHER, approvers: {groups: [S0SECENG]}}\n'
    edited = stage.policy.replace(route, before + route)
    stage.world = replace(stage.world, policies=StaticPolicies(edited, "v2"))
    stage.pump()
    assert len(stage.slack.messages[CHANNEL]) == 1


def test_a_route_that_moves_within_the_file_keeps_its_open_case(stage: Stage) -> None:
    carded(stage)
    before = '  - {match: {accounts: ["999900001111"]}, channel: C0OTHER, approvers: {groups: [S0SECENG]}}\n'
    head, own = POLICY.split("  - ")
    stage.world = replace(stage.world, policies=StaticPolicies(f"{head}{before}  - {own}", "v2"))
    stage.tell(a_finding(minute=1, Resources=[_bucket("another")]))
    stage.pump()
    cards = [message for message in stage.slack.messages[CHANNEL] if "thread_ts" not in message]
    assert (len(cards), stage.case.total) == (1, 2)


def test_a_post_whose_answer_was_lost_is_found_again_not_repeated(stage: Stage) -> None:
    stage.slack.fail_next("chat.postMessage", ResponseLost("the answer was lost"))
    carded(stage)
    stage.clock.advance(minutes=2)
    stage.sweep()
    assert len(stage.slack.messages[CHANNEL]) == 1
    assert stage.case.ts == stage.slack.messages[CHANNEL][0]["ts"]


def test_a_card_that_somebody_deleted_is_posted_anew(stage: Stage) -> None:
    carded(stage)
    stage.slack.messages[CHANNEL].clear()
    stage.submit(CallbackId.DENY, reason="no")
    stage.settle()
    assert len(stage.slack.messages[CHANNEL]) == 1
    assert stage.state() is State.DENIED


def test_slacks_retry_after_is_kept_and_obeyed(stage: Stage) -> None:
    stage.slack.fail_next("chat.postMessage", Busy("ratelimited", retry_after=30))
    stage.tell(a_finding())
    stage.pump()
    with pytest.raises(Busy):
        deliver(RenderChannel(channel_id=CHANNEL), stage.world)
    stage.clock.advance(seconds=31)
    stage.pump()
    assert len(stage.slack.messages[CHANNEL]) == 1


def test_over_the_channels_daily_number_a_case_waits_for_tomorrow() -> None:
    stage = Stage(policy=POLICY.replace("per_channel_per_day: 20", "per_channel_per_day: 1"))
    carded(stage)
    other = a_finding("Config.1", minute=1, Resources=[{"Type": "AwsAccount", "Id": "AWS::::Account:111122223333"}])
    stage.tell(other)
    stage.pump()
    assert len(stage.slack.messages[CHANNEL]) == 1
    stage.clock.advance(hours=24)
    stage.sweep()
    assert len(stage.slack.messages[CHANNEL]) == 2


def test_joins_update_a_card_at_most_every_ten_seconds(stage: Stage) -> None:
    carded(stage)
    stage.clock.advance(seconds=1)
    before = len(stage.slack.called("chat.update"))
    for number in range(5):
        stage.tell(a_finding(minute=number + 1, Resources=[_bucket(f"other-{number}")]))
        deliver(RenderChannel(channel_id=CHANNEL), stage.world)
    assert len(stage.slack.called("chat.update")) == before


def _bucket(name: str) -> dict[str, Any]:
    return {"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{name}", "Partition": "aws", "Region": "eu-west-1"}


def test_a_worse_severity_that_joins_posts_the_card_anew_and_the_old_one_becomes_a_link(stage: Stage) -> None:
    carded(stage)
    old = stage.case.ts
    stage.clock.advance(seconds=60)
    stage.tell(a_finding("S3.2", minute=2))
    stage.pump()
    assert stage.case.ts != old
    assert "moved" in stage.slack.message(CHANNEL, old)["text"]


def test_what_was_denied_is_asked_again_when_its_days_are_over(stage: Stage) -> None:
    carded(stage)
    stage.submit(CallbackId.DENY, reason="later")
    stage.settle()
    stage.clock.advance(days=29)
    stage.sweep()
    assert stage.state() is State.DENIED
    stage.clock.advance(days=2)
    stage.sweep()
    assert stage.state() is State.PROPOSED
    assert ActionId.APPROVE in stage.card_text
