"""The card, state by state: what it says, which buttons stand on it, and that Slack takes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.canonical import ABSENT
from bot.domain.plan import CALLED, Change, Evidence, Reversible, SettingConflict
from bot.domain.policy import Approvers, Stage
from bot.domain.resource import Resource
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.card import GREEN, Message, moved_card, render
from bot.slack.cards.plan import button_targets
from bot.slack.cards.view import CardView, Recipe
from bot.slack.ids import ActionId, ButtonValue
from tests.domain.builders import having
from tests.slack.builders import (
    AT,
    EVIDENCE,
    MANIFEST,
    NOW,
    RECIPE,
    a_case,
    a_plan,
    a_target,
    a_view,
    buttons,
    decided,
    fixed,
    texts,
    yes,
)
from tests.slack.limits import check_message

GUIDANCE = Recipe(
    "Root without MFA",
    steps=("Sign in as root.", "Add an MFA device."),
    why_no_fix="only the root user can add its own device",
)


def drawn(view: CardView) -> Message:
    message = render(view, MANIFEST)
    check_message(message)
    return message


def test_a_proposal_shows_problem_account_owner_age_and_the_exact_change() -> None:
    message = drawn(a_view(a_target()))
    assert message.text == "🔴 *Public bucket* · `acme-payroll-exports`"
    said = texts(message)
    for part in ("*prod-data* (111122223333)", "eu-west-1", "<!subteam^S0PAYMENTS>", "S3.2, S3.3, S3.8 fail"):
        assert part in said
    assert "since <!date^" in said
    assert "*Approve changes exactly this* · Block public access to the bucket\n" in said
    assert "• public access block   `absent` → `all four on`" in said


def test_shared_parameters_are_shown_once_and_others_with_their_change() -> None:
    def closing(name: str, **params: object) -> CaseTarget:
        plan = a_plan(name, Change("rule", name, ABSENT), **params)
        return having(a_target(State.PROPOSED, name), plan_text=plan.text, digest=plan.digest)

    same = texts(drawn(a_view(closing("a", ports=[80]), closing("b", ports=[80]))))
    other = texts(drawn(a_view(closing("a", ports=[80]), closing("b", ports=[81]))))
    assert same.count("• with ports `[80]`") == 1
    assert "• with ports `[80]`" in other
    assert "• with ports `[81]`" in other


def test_different_answers_are_shown_with_their_counts() -> None:
    website = (Evidence("Is it a website?", "yes"),)
    view = a_view(
        a_target(State.PROPOSED, "a", evidence=website), *(a_target(State.PROPOSED, f"b{n}") for n in range(3))
    )
    assert "• Is it a website?  *yes* × 1 · *no* × 3" in texts(drawn(view))


def test_an_unknown_answer_is_not_repeated() -> None:
    told = (Evidence("q1", "not known", known=False), Evidence("q2", "not known (logs are off)", known=False))
    said = texts(drawn(a_view(a_target(evidence=told))))
    assert "• q1  *not known*\n" in said
    assert "• q2  *not known* (logs are off)" in said


def test_the_change_is_between_the_evidence_and_the_buttons() -> None:
    said = texts(drawn(a_view(a_target())))
    places = [said.index(part) for part in ("*Depends on it*", "*Approve changes exactly this*", "Review…", "One of")]
    assert places == sorted(places)


def test_deciders_and_deadline_are_shown_with_the_buttons() -> None:
    said = texts(drawn(a_view(a_target(), approvers=Approvers(("U0LEE",), ("S0SECENG",), 2))))
    assert "Two of <!subteam^S0SECENG>, <@U0LEE> · until <!date^" in said
    assert "may cut traffic · Undo for 7 days" in said


def test_an_unknown_answer_is_marked() -> None:
    assert "*not known* (its distributions could not be listed)" in texts(drawn(a_view(a_target())))


def test_the_buttons_carry_case_and_manifest() -> None:
    for button in buttons(drawn(a_view(a_target()))).values():
        assert ButtonValue.parse(button["value"]) == ButtonValue("01CASE", MANIFEST)


def test_approve_confirms_the_change_its_effects_and_the_limits_of_undo() -> None:
    recipe = replace(RECIPE, reversible=Reversible.PARTLY, not_restored="the public address itself")
    confirm = buttons(drawn(a_view(a_target(), recipe=recipe)))[ActionId.APPROVE]["confirm"]
    assert confirm["title"]["text"] == "Block public access to the bucket: acme-payroll-exports?"
    assert confirm["text"]["text"] == (
        "public access block: absent → all four on. Effects: may cut traffic. "
        "Undo will not restore the public address itself."
    )


def test_the_confirmation_warns_of_a_fix_without_undo() -> None:
    message = drawn(a_view(a_target(), recipe=replace(RECIPE, reversible=Reversible.NO)))
    assert "This cannot be undone." in texts(message)
    assert "no Undo" in texts(message)


def test_equal_changes_are_shown_once_with_their_count() -> None:
    view = a_view(*(a_target(State.PROPOSED, f"bucket-{number:02}") for number in range(37)))
    message = drawn(view)
    assert len(button_targets(view)) == 37
    assert texts(message).count("`absent` → `all four on`") == 1
    assert "`bucket-00`, `bucket-01`, `bucket-02` and 34 more  × 37" in texts(message)
    assert buttons(message)[ActionId.APPROVE]["text"]["text"] == "Approve all 37"


def test_of_500_different_changes_approve_covers_the_ten_that_are_shown() -> None:
    targets = tuple(a_target(State.PROPOSED, f"b{n:03}", Change(f"rule {n}", "present", ABSENT)) for n in range(500))
    view = a_view(*targets)
    message = drawn(view)
    assert [target.resource.name for target in button_targets(view)] == [f"b{n:03}" for n in range(10)]
    assert buttons(message)[ActionId.APPROVE]["text"]["text"] == "Approve these 10 of 500"
    assert buttons(message)[ActionId.DENY]["text"]["text"] == "Deny these 10…"
    assert "490 buckets more to decide on" in texts(message)


def test_every_change_of_the_manifest_can_be_read_on_the_card() -> None:
    targets = tuple(
        a_target(State.PROPOSED, f"b{n}", Change(f"rule {n}", "x" * (30 * n + 1), ABSENT)) for n in range(20)
    )
    view = a_view(*targets)
    said = texts(drawn(view))
    for target in button_targets(view):
        assert target.proposal.plan
        assert f"`{target.proposal.plan.changes[0].before}` → `absent`" in said


def test_a_target_with_a_value_too_long_for_the_card_is_not_approved() -> None:
    view = a_view(a_target(State.PROPOSED, "big", Change("policy", "x" * 400, ABSENT)))
    message = drawn(view)
    assert button_targets(view) == ()
    assert ActionId.APPROVE not in buttons(message)
    assert ActionId.REVIEW in buttons(message)
    assert "do not fit here" in texts(message)


def test_a_plan_that_could_not_be_refreshed_cannot_be_approved_and_gives_the_reason() -> None:
    view = a_view(a_target(note="the role cannot be assumed"))
    message = drawn(view)
    assert button_targets(view) == ()
    assert ActionId.APPROVE not in buttons(message)
    assert "the role cannot be assumed" in texts(message)
    assert "do not fit" not in texts(message)


def test_an_unreadable_target_gives_the_reason_and_no_approve() -> None:
    message = drawn(a_view(a_target(State.NEW, note="AccessDenied in 111122223333")))
    assert "AccessDenied in 111122223333" in texts(message)
    assert ActionId.APPROVE not in buttons(message)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stage": Stage.OBSERVE}, "stage *observe*"),
        ({"stage": Stage.PROPOSE}, "stage *propose*"),
        ({"policy_readable": False}, "policy cannot be read"),
        ({"approvers": Approvers()}, "names nobody"),
        ({"why_no_approve": "Paused: nothing is changed."}, "Paused: nothing is changed."),
    ],
)
def test_the_card_explains_why_nothing_may_be_approved(change: dict[str, object], reason: str) -> None:
    message = drawn(a_view(a_target(), **change))
    assert ActionId.APPROVE not in buttons(message)
    assert reason in texts(message)
    assert "*The bot would change exactly this*" in texts(message)
    assert "Approve changes" not in texts(message)


def test_guidance_gives_steps_and_no_approve_and_can_be_denied() -> None:
    view = a_view(a_target(State.GUIDANCE), recipe=GUIDANCE)
    message = drawn(view)
    assert "1. Sign in as root.\n2. Add an MFA device." in texts(message)
    assert "only the root user can add its own device" in texts(message)
    assert {ActionId.DENY, ActionId.EXEMPT, ActionId.HAND_OVER, ActionId.DETAILS} == set(buttons(message))
    assert len(button_targets(view)) == 1


def test_one_of_two_approvals_is_shown_with_its_name() -> None:
    view = a_view(yes(a_target(), "U0DANA"), approvers=Approvers(groups=("S0SECENG",), required=2))
    message = drawn(view)
    assert "1 of 2 approved: <@U0DANA>" in texts(message)
    assert ActionId.APPROVE in buttons(message)


def test_an_approval_of_another_plan_does_not_count() -> None:
    older = having(yes(a_target(), "U0DANA"), digest="f" * 64)
    assert "approved" not in texts(drawn(a_view(older)))


def test_fixed_shows_both_proofs_and_undo() -> None:
    waiting, agreed = drawn(a_view(fixed())), drawn(a_view(fixed(confirmed_at=AT)))
    assert waiting.color == agreed.color == GREEN
    assert "✅ *Fixed* by <@U0DANA>" in texts(waiting)
    assert "Settings read back: compliant <!date^" in texts(waiting)
    assert "Security Hub: waiting for its next check" in texts(waiting)
    assert "Security Hub: PASSED <!date^" in texts(agreed)
    assert ActionId.UNDO in buttons(waiting)


def test_one_fixed_target_among_several_is_named_once() -> None:
    said = texts(drawn(a_view(fixed("b1"), decided(State.FAILED, "b2"))))
    assert "✅ *Fixed* by <@U0DANA>" in said
    assert "✅ *Fixed* 2 buckets by" in texts(drawn(a_view(fixed("b1"), fixed("b2"))))


def test_an_undone_partial_fix_is_not_reported_as_failing_again() -> None:
    said = texts(drawn(a_view(decided(State.UNDONE, undo_of="01RUN"))))
    assert "The settings are what they were before, so it fails." in said


def test_the_link_to_the_docs_does_not_wrap_alone() -> None:
    assert "S3.2, S3.3, S3.8 fail\u00a0(<https://docs.aws" in texts(drawn(a_view(a_target())))


def test_undo_is_offered_for_seven_days() -> None:
    late = a_view(fixed(), now=NOW.replace(day=29, hour=12))
    assert ActionId.UNDO not in buttons(drawn(late))


def test_an_irreversible_fix_has_no_undo_button() -> None:
    view = a_view(fixed(), recipe=replace(RECIPE, reversible=Reversible.NO))
    assert ActionId.UNDO not in buttons(drawn(view))


@pytest.mark.parametrize("state", [state for state in State if state not in {State.FIXED, State.RESOLVED}])
def test_nothing_is_green_or_called_fixed_before_it_is_proved(state: State) -> None:
    message = drawn(a_view(decided(state, proved_at=AT, confirmed_at=AT)))
    assert message.color != GREEN
    assert "✅" not in texts(message)
    assert "*Fixed*" not in texts(message)


@pytest.mark.parametrize("state", list(State))
def test_a_card_with_an_open_target_is_not_green(state: State) -> None:
    if state not in {State.FIXED, State.RESOLVED}:
        assert drawn(a_view(fixed("a"), decided(state, "b"))).color != GREEN


def test_a_fix_by_others_is_not_claimed() -> None:
    message = drawn(a_view(a_target(State.RESOLVED)))
    assert "*Resolved without us*" in texts(message)
    assert "✅" not in texts(message)
    assert ActionId.UNDO not in buttons(message)


def test_a_pass_before_the_proof_is_neither_proved_nor_resolved_without_us() -> None:
    message = drawn(a_view(decided(State.RESOLVED, run_id="01RUN", confirmed_at=AT, proved_at="")))
    assert "Security Hub: PASSED" in texts(message)
    assert "not read back yet" in texts(message)
    assert "without us" not in texts(message)
    assert message.color != GREEN


def test_resources_with_the_same_name_show_their_regions() -> None:
    here = a_target(name="111122223333")
    there = replace(here, target_id="there", resource=replace(here.resource, region="us-east-1"))
    said = texts(drawn(a_view(here, there)))
    assert "`111122223333` in eu-west-1, `111122223333` in us-east-1" in said


def test_stale_shows_the_setting_then_and_now_and_offers_ask_again() -> None:
    conflict = SettingConflict("public access block", ABSENT, "all four on", "only BlockPublicAcls on")
    message = drawn(a_view(decided(State.STALE, conflicts=(conflict,))))
    assert "Nothing was called" in texts(message)
    assert "then `absent` → now `only BlockPublicAcls on`" in texts(message)
    assert set(buttons(message)) == {ActionId.ASK_AGAIN, ActionId.DETAILS}


def test_a_failure_shows_its_cause_and_offers_ask_again() -> None:
    message = drawn(a_view(decided(State.FAILED, note="AccessDenied · nothing was changed")))
    assert "❌ *Failed*\n• AccessDenied · nothing was changed" in texts(message)
    assert ActionId.ASK_AGAIN in buttons(message)


def test_an_undo_that_would_overwrite_later_work_shows_three_values() -> None:
    conflict = SettingConflict("public access block", ABSENT, "all four on", "only BlockPublicAcls on")
    said = texts(drawn(a_view(decided(State.FAILED, undo_of="01FIX", conflicts=(conflict,)))))
    assert "was `absent` · fix set `all four on` · now `only BlockPublicAcls on`" in said
    assert "Nothing was called" in said


def test_denied_shows_who_why_and_until_when() -> None:
    said = texts(drawn(a_view(decided(State.DENIED, reason="it is our website"))))
    assert "*Denied* by <@U0DANA>" in said
    assert "“it is our website”" in said
    assert "Not asked again until <!date^" in said


def test_mixed_states_are_counted_and_described() -> None:
    message = drawn(
        a_view(
            a_target(State.PROPOSED, "b1"),
            fixed("b2"),
            fixed("b3", confirmed_at=AT),
            decided(State.FAILED, "b4", note="AccessDenied"),
            decided(State.DENIED, "b5", reason="no"),
        )
    )
    said = texts(message)
    assert "1 proposed · 2 fixed · 1 failed · 1 denied" in said
    assert "• `b4`  AccessDenied" in said
    assert "Security Hub: 1 PASSED, 1 waiting" in said


def test_a_moved_card_is_one_line_with_a_link() -> None:
    message = moved_card(a_case(), "https://acme.slack.com/archives/C0SECPROD/p1758445200000100")
    assert message.arguments["attachments"] == []
    assert "<https://acme.slack.com/archives/C0SECPROD/p1758445200000100|the current card>" in message.text


def test_a_name_tag_is_shown_beside_a_generated_id() -> None:
    message = drawn(a_view(a_target(State.PROPOSED, "sg-0f1e", tags={"Name": "web-frontend"})))
    assert message.text == "🔴 *Public bucket* · `sg-0f1e` “web-frontend”"


def test_flapping_is_shown() -> None:
    assert "come back 5 times" in texts(drawn(a_view(a_target(), case=a_case(reopened=5))))


def test_people_are_mentioned_only_while_a_decision_is_pending() -> None:
    case = a_case(mention="S0ONCALL")
    assert "<!subteam^S0ONCALL>" in render(a_view(a_target(), case=case), MANIFEST).text
    assert "<!subteam^S0ONCALL>" not in render(a_view(fixed(), case=case), MANIFEST).text


def test_the_headline_is_above_one_colour_bar() -> None:
    message = drawn(a_view(a_target()))
    (headline,) = message.arguments["blocks"]
    (attachment,) = message.arguments["attachments"]
    assert headline["text"]["text"] == message.arguments["text"] == message.text
    assert attachment == {"color": message.color, "blocks": list(message.blocks)}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("number", [1, 3, 500])
def test_every_state_fits_into_a_message(state: State, number: int) -> None:
    note, reason = "because " * 200, "for a reason " * 100
    targets = (
        decided(state, f"{'long-name-' * 6}{n:03}", note=f"{n} {note}", reason=f"{n} {reason}", by=f"U{n:05}")
        for n in range(number)
    )
    drawn(a_view(*targets, recipe=replace(RECIPE, steps=("step " * 200,) * 20)))


def test_all_states_together_fit_into_a_message() -> None:
    targets = [decided(state, f"{state}-{n}", note=f"{n} " * 300) for state in State for n in range(30)]
    drawn(a_view(*targets))


def test_a_key_id_is_shown_with_its_alias() -> None:
    key = Resource("aws", "111122223333", "eu-west-1", "AWS::KMS::Key", "arn:aws:kms:eu-west-1:111122223333:key/0b7c")
    alias = Evidence(CALLED, "alias/payments")
    message = drawn(a_view(a_target(resource=key, evidence=(*EVIDENCE, alias))))
    assert "`0b7c` “alias/payments”" in message.text
    assert CALLED not in texts(message)


def test_a_group_is_named_by_its_tag_or_else_its_group_name() -> None:
    group = Resource("aws", "111122223333", "eu-west-1", "AWS::EC2::SecurityGroup", "sg-1")
    named = replace(a_target(resource=group), name="launch-wizard-3")
    assert "`sg-1` “launch-wizard-3”" in drawn(a_view(named)).text
    assert "`sg-1` “bastion”" in drawn(a_view(replace(named, tags={"Name": "bastion"}))).text
