"""The Home tab: for whom what stands on it, and that each of its buttons does what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.memory.policies import StaticPolicies
from bot.domain.errors import Unknown
from bot.domain.ports import Put
from bot.messages import FillUndoPreview, PublishHome
from bot.slack.ids import ActionId, ButtonValue, CallbackId, UndoValue
from bot.store import cases, exemptions, items, keys
from handlers import slack
from tests.builders_slack import Context, form_of, frame, home_opened, http_event
from tests.flows.conftest import BUCKET
from tests.flows.counting import a_word
from tests.flows.decisions.test_exempt import FOUR_EYES, exempt
from tests.flows.interactions.test_lookups import fixed
from tests.flows.posture.test_digest import an_exemption
from tests.flows.stage import POLICY, Stage, a_finding, deliver, run_job
from tests.slack.limits import check_blocks

HELP = "/cspm help"

pytestmark = pytest.mark.usefixtures("s3")


def opened(stage: Stage, user: str = "U0DANA") -> str:
    """What this person's Home says, from the event on; held to Slack's limits."""
    request = http_event(json.dumps(home_opened(user)), stage.clock.wall(), kind="application/json")
    assert slack.handler(request, Context(), stage.world)["statusCode"] == 200
    deliver(stage.answers[-1], stage.world)
    view = stage.slack.homes[user]
    assert len(view["blocks"]) <= 100
    check_blocks(view["blocks"])
    return json.dumps(view["blocks"], ensure_ascii=False)


def press(stage: Stage, action: ActionId, value: str, user: str = "U0DANA") -> None:
    """A press in Home, as Slack sends it: no channel, no message."""
    pressed = {
        **frame("block_actions", user),
        "container": {"type": "view", "view_id": "V0HOME"},
        "view": {"id": "V0HOME", "type": "home", "private_metadata": "", "callback_id": ""},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    answered = slack.handler(http_event(form_of(pressed), stage.clock.wall()), Context(), stage.world)
    assert answered["statusCode"] == 200


def modal(stage: Stage) -> dict[str, Any]:
    """The modal that was opened last."""
    return [view for view in stage.slack.views.values() if view["type"] == "modal"][-1]


@pytest.fixture
def asked(stage: Stage) -> Stage:
    """One bucket's fix waits."""
    stage.tell(a_finding("S3.8"))
    stage.pump()
    return stage


# ------------------------------------------------------------------ what stands there


def test_with_nothing_stored_it_says_so_and_helps(stage: Stage) -> None:
    text = opened(stage)
    assert "There is no score" in text
    assert "Nothing waits for you." in text
    assert HELP in text


def test_the_posture_is_told_at_a_glance(stage: Stage) -> None:
    stage.tell(a_word("S3.2", "a", "FAILED", 1, source="hub"), a_word("S3.5", "a", "PASSED", 1))
    stage.clock.advance(hours=14)
    run_job("snapshot", stage.world)
    stage.clock.advance(hours=10)
    stage.tell(a_word("S3.5", "b", "FAILED", 1))
    text = opened(stage)
    assert "grade *E*" in text
    assert "since yesterday" in text


def test_an_open_critical_finding_that_caps_the_grade_is_named(stage: Stage) -> None:
    passed = (a_word("CloudTrail.6", f"b{n}", "PASSED", 1) for n in range(19))
    stage.tell(a_word("CloudTrail.6", "a", "FAILED", 1), *passed)
    assert "while CRITICAL is open: CloudTrail.6" in opened(stage)


def test_what_waits_is_there_for_whoever_may_decide_it(asked: Stage) -> None:
    text = opened(asked)
    assert "Public bucket" in text
    assert ActionId.REVIEW_CASE in text
    other = opened(asked, "U0LEE")
    assert "You may decide nowhere: /cspm whoami says why." in other
    assert ActionId.REVIEW_CASE not in other


def test_what_this_person_has_said_yes_to_waits_for_others_only() -> None:
    stage = Stage(policy=POLICY.replace("required: 1", "required: 2"))
    stage.tell(a_finding("S3.8"))
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.pump()
    assert "Nothing waits for you." in opened(stage)
    assert "Public bucket" in opened(stage, "U0OMAR")


def test_an_exemption_that_waits_for_another_yes_is_there_for_whoever_may_allow_it() -> None:
    stage = Stage(policy=FOUR_EYES)
    stage.tell(a_finding("S3.8", AwsAccountName="prod-data"))
    stage.pump()
    exempt(stage, "U0DANA")
    text = opened(stage, "U0OMAR")
    assert "<@U0DANA> asks to exempt until <!date^" in text
    assert "Public bucket · *prod-data* (111122223333) · allow or refuse it on <https://" in text
    assert "asks to exempt" not in opened(stage, "U0DANA")
    assert "asks to exempt" not in opened(stage, "U0LEE")


def test_an_exemption_is_there_however_many_worse_cards_wait() -> None:
    stage = Stage(policy=FOUR_EYES)
    stage.tell(a_finding("S3.8"))
    stage.pump()
    exempt(stage, "U0DANA")
    stage.tell(*(a_finding("S3.2", AwsAccountId=f"2222333344{n}", minute=n) for n in range(10, 25)))
    stage.pump()
    text = opened(stage, "U0OMAR")
    assert "<@U0DANA> asks to exempt" in text
    assert text.count(ActionId.REVIEW_CASE) == 10
    assert "6 more cards wait in your channels." in text


def test_who_may_only_exempt_is_asked_for_that_alone() -> None:
    stage = Stage(policy=FOUR_EYES.replace("{channel:", "{exemptions: {users: [U0DANA, U0LEE], required: 2}, channel:"))
    stage.tell(a_finding("S3.8"))
    stage.pump()
    exempt(stage, "U0DANA")
    assert "asks to exempt" not in opened(stage, "U0OMAR")
    text = opened(stage, "U0LEE")
    assert "<@U0DANA> asks to exempt" in text
    assert ActionId.REVIEW_CASE not in text


def test_guests_and_strangers_get_help_and_the_reason_and_nothing_else(asked: Stage) -> None:
    asked.slack.add_user("U0SAM", team_id="T0GLOBEX")
    for user, why in (("U0GUEST", "Guests and bots are not told"), ("U0SAM", "not one that the policy accepts")):
        text = opened(asked, user)
        assert why in text
        assert HELP in text
        assert "Security posture" not in text
        assert BUCKET not in text
        assert "button" not in text


def test_while_slack_does_not_say_who_it_is_help_stands_there_with_the_reason(asked: Stage) -> None:
    asked.slack.fail_next("users.info", Unknown("no answer"))
    text = opened(asked)
    assert "Slack does not say now who you are" in text
    assert "Security posture" not in text


def test_while_the_policy_is_unreadable_the_posture_goes_on_and_nobody_is_asked(asked: Stage) -> None:
    asked.world = replace(asked.world, policies=StaticPolicies("version: 7\n", "v2"))
    text = opened(asked)
    assert "Security posture" in text
    assert "The policy cannot be read now, so nobody can decide." in text
    assert ActionId.REVIEW_CASE not in text


def test_exemptions_that_run_out_are_told_soonest_first(stage: Stage) -> None:
    for days in (20, 3, 9):
        until = keys.stamp(stage.clock.now() + timedelta(days=days))
        one = replace(an_exemption(until), id=f"01EX{days}", reason=f"reason {days}")
        stage.table.write(exemptions.create(one)[:1])
    text = opened(stage)
    assert text.index("ends in 3 days") < text.index("ends in 9 days")
    assert "reason 20" not in text


# ------------------------------------------------------------------ buttons


def test_review_opens_the_cases_review_from_home(asked: Stage) -> None:
    press(asked, ActionId.REVIEW_CASE, ButtonValue(asked.case.id).text)
    deliver(asked.answers[-1], asked.world)
    assert modal(asked)["callback_id"] == CallbackId.REVIEW
    assert BUCKET in json.dumps(modal(asked)["blocks"])


def test_undo_opens_the_cards_own_undo_from_home(stage: Stage) -> None:
    fixed(stage)
    assert ActionId.UNDO_RUN in opened(stage)
    press(stage, ActionId.UNDO_RUN, UndoValue(stage.case.id, stage.target.target_id).text)
    stage.pump()
    (previewed,) = stage.answered(FillUndoPreview)
    deliver(previewed, stage.world)
    assert modal(stage)["submit"]["text"] == "Undo exactly this"


def cut_off(stage: Stage) -> None:
    stage.clock.advance(days=8)


def stopped(stage: Stage) -> None:
    key = keys.pause("all")
    stage.table.write([Put({"pk": key.pk, "sk": key.sk, "by": "U0OMAR", "reason": "incident"})])


def dry(stage: Stage) -> None:
    stage.world = replace(stage.world, policies=StaticPolicies(POLICY + "dry_run: true\n", "v2"))


def proposing(stage: Stage) -> None:
    only = POLICY.replace("default: approve", "default: propose")
    stage.world = replace(stage.world, policies=StaticPolicies(only, "v2"))


@pytest.mark.parametrize("happens", [cut_off, stopped, dry, proposing])
def test_undo_does_not_stand_where_it_would_be_refused(stage: Stage, happens: Callable[[Stage], None]) -> None:
    fixed(stage)
    happens(stage)
    assert ActionId.UNDO_RUN not in opened(stage)


def test_undo_does_not_stand_for_somebody_who_may_not(stage: Stage) -> None:
    fixed(stage)
    text = opened(stage, "U0LEE")
    assert BUCKET in text
    assert ActionId.UNDO_RUN not in text


def test_a_press_that_comes_too_late_is_answered_over_home(asked: Stage) -> None:
    gone = ButtonValue("01GONE").text
    press(asked, ActionId.REVIEW_CASE, gone)
    assert modal(asked)["callback_id"] == CallbackId.NOTE
    assert "has no card now" in json.dumps(modal(asked)["blocks"])


def test_refresh_draws_it_again(stage: Stage) -> None:
    opened(stage)
    before = len(stage.answers)
    press(stage, ActionId.REFRESH_HOME, "home")
    assert stage.answers[before:] == [PublishHome(user_id="U0DANA", team_id="T0ACME")]


# ------------------------------------------------------------------ many


@pytest.mark.slow
def test_with_ten_thousand_cases_it_reads_a_bounded_number_and_says_how_many_more_there_are(asked: Stage) -> None:
    case, targets = asked.case, asked.targets
    asked.clock.advance(minutes=1)
    for number in range(10_000):
        one = replace(case, id=f"01MANY{number:06}", title=f"Case {number}")
        due = cases.due(one, keys.stamp(asked.clock.now() + timedelta(hours=5)))
        item = items.case_item(one)
        asked.table.write([Put({**item, **due}), Put(items.target_item(replace(targets[0], case_id=one.id)))])
    asked.faults.watch = (reads := Reads())
    text = opened(asked)
    assert text.count(ActionId.REVIEW_CASE) == 10
    assert reads.number < 80
    assert "At least 3,9" in text or "At least 4,0" in text


class Reads:
    """Counts what the bot asks of the table."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, name: str) -> None:
        self.number += name.startswith("table.")
