"""Exempt and Hand over: asked for on the card, allowed by another, announced, and asked again when the time is over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.states import State
from bot.slack.ids import ActionId, BlockId, CallbackId, Metadata
from bot.store import cases, exemptions
from tests.builders_slack import Json, frame
from tests.flows.decisions.test_pause_command import type_in_slack
from tests.flows.interactions.test_presses import buttons, modal, press_button, send
from tests.flows.stage import POLICY, Stage, a_finding, deliver

FOUR_EYES = POLICY.replace("required: 1", "required: 2")
OTHER_BUCKET = {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::other", "Partition": "aws", "Region": "eu-west-1"}

pytestmark = pytest.mark.usefixtures("s3")


def carded(stage: Stage, *events: Json) -> Stage:
    stage.tell(*(events or (a_finding(),)))
    stage.pump()
    return stage


def fill_in(stage: Stage, callback: CallbackId, fields: dict[Any, Any], user: str = "U0DANA") -> Json:
    """Submit the modal that is open; what Slack is answered."""
    view = modal(stage)
    assert view["callback_id"] == callback
    values = {str(block): {str(action): said} for block, (action, said) in fields.items()}
    about = Metadata.parse(view["private_metadata"]).text
    submitted = {
        "id": view["id"],
        "callback_id": callback.value,
        "private_metadata": about,
        "state": {"values": values},
    }
    answered = send(stage, {**frame("view_submission", user), "view": {**submitted, "type": "modal"}})
    stage.settle()
    found: Json = json.loads(answered.get("body") or "{}")
    return found


def exempt(stage: Stage, user: str = "U0DANA", *, until: str = "2026-10-20", scope: str = "target") -> Json:
    press_button(stage, ActionId.EXEMPT, user)
    fields = {
        BlockId.EXEMPT_SCOPE: (ActionId.EXEMPT_SCOPE, {"selected_option": {"value": scope}}),
        BlockId.EXEMPT_REASON: (ActionId.EXEMPT_REASON, {"value": "it is our public website"}),
        BlockId.EXEMPT_UNTIL: (ActionId.EXEMPT_UNTIL, {"selected_date": until}),
    }
    return fill_in(stage, CallbackId.EXEMPT, fields, user)


def hand_over(stage: Stage, *, until: str = "2026-10-01", link: str = "https://git.acme.example/pr/7") -> Json:
    press_button(stage, ActionId.HAND_OVER)
    fields = {
        BlockId.HAND_OVER_TO: (ActionId.HAND_OVER_TO, {"selected_user": "U0LEE"}),
        BlockId.HAND_OVER_UNTIL: (ActionId.HAND_OVER_UNTIL, {"selected_date": until}),
        BlockId.HAND_OVER_LINK: (ActionId.HAND_OVER_LINK, {"value": link}),
    }
    return fill_in(stage, CallbackId.HAND_OVER, fields)


def later(stage: Stage, **time: float) -> None:
    stage.clock.advance(**time)
    stage.sweep()
    stage.settle()


def in_the_thread(stage: Stage) -> list[str]:
    queue: Any = stage.world.queues.answers
    for message in queue.receive(100):
        deliver(message.body, stage.world)
    return [str(one["text"]) for one in stage.slack.messages[stage.case.channel] if one.get("thread_ts")]


def told_hub(stage: Stage) -> list[tuple[str, str]]:
    return [(update.workflow, update.note) for update in stage.hub.updates]


def test_an_exemption_says_beforehand_what_it_hides_and_stands_on_the_card(stage: Stage) -> None:
    carded(stage)
    press_button(stage, ActionId.EXEMPT)
    said = json.dumps(modal(stage), ensure_ascii=False)
    assert "The first hides `acme-payroll-exports`" in said
    assert "1 finding fails in the account now" in said
    assert exempt(stage) == {}
    assert stage.state() is State.EXEMPTED
    assert "Exempted until" in stage.card_text
    assert "“it is our public website”" in stage.card_text
    assert ActionId.APPROVE not in buttons(stage)
    (held,) = exemptions.of(stage.table)
    assert (held.asked_by, held.allowed_by, held.policy, held.controls) == ("U0DANA", (), "v1", ("S3.8",))


def test_whoever_asks_for_an_exemption_does_not_allow_it_where_two_are_needed() -> None:
    stage = carded(Stage(policy=FOUR_EYES))
    exempt(stage)
    assert stage.state() is State.PROPOSED
    assert "asks to exempt" in stage.card_text
    press_button(stage, ActionId.ALLOW_EXEMPTION)
    stage.settle()
    assert stage.state() is State.PROPOSED
    assert "somebody else must allow it" in stage.notified
    press_button(stage, ActionId.ALLOW_EXEMPTION, "U0OMAR")
    stage.settle()
    assert stage.state() is State.EXEMPTED
    (held,) = exemptions.of(stage.table)
    assert (held.asked_by, held.allowed_by) == ("U0DANA", ("U0OMAR",))
    assert "by <@U0DANA>, <@U0OMAR>" in stage.card_text


def test_an_exemption_may_have_approvers_of_its_own(stage: Stage) -> None:
    own = POLICY.replace("required: 1}", "required: 1}, exemptions: {users: [U0LEE], required: 1}")
    stage = carded(Stage(policy=own))
    press_button(stage, ActionId.EXEMPT)
    assert "you are not one of the approvers" in stage.slack.ephemeral[-1]["text"]
    exempt(stage, "U0LEE")
    assert stage.state() is State.EXEMPTED
    assert stage.target.decision.by == "U0LEE"


def test_an_exemption_that_is_refused_leaves_the_question() -> None:
    stage = carded(Stage(policy=FOUR_EYES))
    exempt(stage)
    press_button(stage, ActionId.REFUSE_EXEMPTION, "U0OMAR")
    stage.settle()
    assert stage.state() is State.PROPOSED
    assert "asks to exempt" not in stage.card_text
    assert ActionId.EXEMPT in buttons(stage)


@pytest.mark.parametrize(("until", "said"), [("2027-09-01", "at most 90 days"), ("2026-09-22", "after today")])
def test_an_exemption_ends_within_the_policys_longest(stage: Stage, until: str, said: str) -> None:
    carded(stage)
    answered = exempt(stage, until=until)
    assert said in answered["errors"][BlockId.EXEMPT_UNTIL]
    assert stage.state() is State.PROPOSED


def test_an_exemption_is_announced_a_week_and_a_day_before_its_end_and_then_asked_again(stage: Stage) -> None:
    carded(stage)
    exempt(stage, until="2026-10-20")
    later(stage, days=20)
    assert in_the_thread(stage) == []
    later(stage, days=1)
    assert "ends in 7 days" in in_the_thread(stage)[-1]
    later(stage, hours=1)
    assert len(in_the_thread(stage)) == 1
    later(stage, days=6)
    assert "ends tomorrow" in in_the_thread(stage)[-1]
    later(stage, days=2)
    assert "is over" in in_the_thread(stage)[-1]
    assert stage.state() is State.PROPOSED
    assert ActionId.APPROVE in buttons(stage)
    assert stage.target.decision.exemption == ""
    assert exemptions.of(stage.table) == []


def test_security_hub_shows_it_suppressed_with_the_reason_and_new_again_at_the_end(stage: Stage) -> None:
    carded(stage)
    exempt(stage)
    assert told_hub(stage)[-1] == ("SUPPRESSED", "Exempted by U0DANA until 2026-10-20: it is our public website")
    assert stage.hub.updates[-1].author == "cspm-bot for U0DANA"
    suppressed = a_finding(minute=1, Workflow={"Status": "SUPPRESSED"}, Note={"UpdatedBy": "cspm-bot for U0DANA"})
    carded(stage, suppressed)
    assert stage.state() is State.EXEMPTED
    told = len(stage.hub.updates)
    later(stage, days=30)
    assert stage.state() is State.PROPOSED
    assert [workflow for workflow, _ in told_hub(stage)[told:]] == ["NEW"]


def test_a_suppression_made_elsewhere_shows_its_author_and_is_asked_again_when_it_is_lifted(stage: Stage) -> None:
    carded(stage)
    by = {"UpdatedBy": "alice@acme.example", "Text": "not ours"}
    carded(stage, a_finding(minute=1, Workflow={"Status": "SUPPRESSED"}, Note=by))
    assert stage.state() is State.EXEMPTED
    assert "Suppressed in Security Hub* by alice@acme.example" in stage.card_text
    carded(stage, a_finding(minute=2, Workflow={"Status": "NEW"}))
    assert stage.state() is State.PROPOSED


def test_exempting_a_control_in_an_account_keeps_later_ones_from_having_a_card_until_its_end(stage: Stage) -> None:
    carded(stage)
    exempt(stage, scope="control")
    posted = len(stage.slack.called("chat.postMessage"))
    stage.clock.advance(hours=1)
    carded(stage, a_finding(minute=5, Id="other", Resources=[OTHER_BUCKET]))
    assert len(stage.slack.called("chat.postMessage")) == posted
    assert [target.resource.name for target in stage.targets] == ["acme-payroll-exports"]
    later(stage, days=30)
    names = {target.resource.name for one in _case_ids(stage) for target in cases.load_targets(stage.table, one)}
    assert names == {"acme-payroll-exports", "other"}


def _case_ids(stage: Stage) -> set[str]:
    return {item["pk"].removeprefix("CASE#") for item in stage.table.everything() if item["sk"] == "CASE"}


def test_what_is_exempted_can_be_listed(stage: Stage) -> None:
    carded(stage)
    assert "Nothing is exempted" in type_in_slack(stage, "exemptions")
    exempt(stage)
    said = type_in_slack(stage, "exemptions 111122223333")
    assert f"in account 111122223333, case `{stage.case.id}`" in said
    assert "“it is our public website” (<@U0DANA>)" in said


def test_what_is_handed_over_names_who_has_it_until_when_and_where(stage: Stage) -> None:
    carded(stage)
    assert hand_over(stage) == {}
    assert stage.state() is State.HANDED_OVER
    assert "Handed over to <@U0LEE>" in stage.card_text
    assert "<https://git.acme.example/pr/7|their change>" in stage.card_text
    later(stage, days=8)
    assert stage.state() is State.HANDED_OVER
    later(stage, days=2)
    assert stage.state() is State.PROPOSED
    assert ActionId.APPROVE in buttons(stage)


def test_what_is_handed_over_closes_when_it_passes(stage: Stage) -> None:
    carded(stage)
    hand_over(stage)
    carded(stage, a_finding(status="PASSED", minute=30))
    assert stage.state() is State.RESOLVED


def test_a_link_that_is_none_is_refused_beside_its_field(stage: Stage) -> None:
    carded(stage)
    assert "https://" in hand_over(stage, link="javascript:alert(1)")["errors"][BlockId.HAND_OVER_LINK]
    assert stage.state() is State.PROPOSED


def test_asking_again_does_not_end_an_exemption(stage: Stage) -> None:
    carded(stage)
    exempt(stage)
    stage.press(ActionId.ASK_AGAIN)
    stage.settle()
    assert stage.state() is State.EXEMPTED
