"""Stages: nothing shown, shown, approved by people, approved by the policy; and where the policy holds back."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from tests.flows.cases.test_recurrence import fix_and_fail_again
from tests.flows.conftest import BUCKET
from tests.flows.decisions.test_exempt import in_the_thread
from tests.flows.decisions.test_pause_command import say
from tests.flows.decisions.test_rate_limit import recorded
from tests.flows.stage import POLICY, Stage, a_finding
from tests.flows.test_end_to_end import ALL_ON, block_of

AUTO = POLICY.replace("default: approve", "default: auto") + "auto: {effects: [CUTS_TRAFFIC]}\n"


def carded(stage: Stage, **more: Any) -> Stage:
    stage.tell(a_finding(**more))
    stage.settle()
    return stage


@pytest.mark.usefixtures("s3")
def test_an_account_that_is_observed_has_no_cards_at_all() -> None:
    stage = carded(Stage(policy=POLICY.replace("default: approve", "default: observe")))
    assert stage.slack.called("chat.postMessage") == []
    assert [item["no_card"] for item in stage.table.everything() if "no_card" in item] == ["stage observe"]


def test_the_policy_approves_by_its_version_what_it_allows(s3: Any) -> None:
    stage = carded(Stage(policy=AUTO))
    assert block_of(s3) == ALL_ON
    assert stage.state() is State.FIXED
    assert "✅ *Fixed* by policy@v1" in stage.card_text
    ((_, session),) = stage.accounts.sessions
    assert session.source_identity == "policy@v1"
    (entry,) = recorded(stage, "auto")
    assert (entry["who"], entry["policy"], entry["after"]) == ("policy@v1", "v1", "approved")


def test_without_leave_for_its_effects_nothing_is_automatic(s3: Any) -> None:
    stage = carded(Stage(policy=AUTO.replace("[CUTS_TRAFFIC]", "[]")))
    assert stage.state() is State.PROPOSED
    assert block_of(s3) is None
    assert ActionId.APPROVE in stage.card_text


def test_a_fix_by_the_policy_can_be_undone_and_is_not_made_again(s3: Any) -> None:
    stage = carded(Stage(policy=AUTO))
    preview = stage.ask_undo()
    stage.submit(CallbackId.UNDO, manifest=preview.manifest)
    stage.settle()
    assert stage.state() is State.UNDONE
    stage.press(ActionId.ASK_AGAIN)
    stage.settle()
    assert stage.state() is State.PROPOSED
    assert block_of(s3) is None


def test_what_comes_back_after_a_fix_is_for_people(s3: Any) -> None:
    stage = Stage(policy=AUTO)
    fix_and_fail_again(stage, s3)
    assert stage.state() is State.PROPOSED
    assert block_of(s3) is None
    assert "Came back (2nd time)*, fixed by the policy" in stage.card_text


def test_three_failures_in_a_row_stop_it_and_two_people_start_it_again(s3: Any) -> None:
    stage = Stage(policy=AUTO)
    stage.refuse = "s3:PutPublicAccessBlock"
    for _ in range(3):
        if stage.table.everything():
            stage.press(ActionId.ASK_AGAIN)
            stage.settle()
        else:
            carded(stage)
        assert stage.state() is State.FAILED
    assert "Automatic mode has stopped* for" in in_the_thread(stage)[-1]
    stage.refuse = ""
    stage.press(ActionId.ASK_AGAIN)
    stage.settle()
    assert stage.state() is State.PROPOSED
    assert block_of(s3) is None
    scope = f"auto:111122223333:{stage.target.remediation}"
    assert "1 of 2" in say(stage, f"resume {scope}")
    assert "goes on" in say(stage, f"resume {scope}", "U0OMAR")


def test_it_makes_so_many_changes_an_hour(s3: Any) -> None:
    limited = AUTO.replace("[CUTS_TRAFFIC]", "[CUTS_TRAFFIC], per_account_per_hour: 1")
    s3.create_bucket(Bucket="other", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    stage = carded(Stage(policy=limited))
    other = {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::other", "Partition": "aws", "Region": "eu-west-1"}
    carded(stage, minute=1, Id="other", Resources=[other])
    assert sorted(target.state for target in stage.targets) == [State.FIXED, State.PROPOSED]


def test_while_paused_it_approves_nothing(s3: Any) -> None:
    stage = Stage(policy=AUTO)
    say(stage, "pause all incident 42")
    carded(stage)
    assert stage.state() is State.PROPOSED
    assert block_of(s3) is None


def test_a_dry_run_is_dry_also_for_the_policy(s3: Any) -> None:
    stage = carded(Stage(policy=AUTO + "dry_run: true\n"))
    assert stage.state() is State.PROPOSED
    assert block_of(s3) is None
    assert BUCKET in stage.card_text
