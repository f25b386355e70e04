"""Modals: placeholders, previews, pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.canonical import ABSENT
from bot.domain.plan import Change, Reversible, SettingConflict
from bot.domain.policy import Approvers, Stage
from bot.domain.states import State
from bot.slack.ids import ActionId, BlockId, CallbackId, Metadata
from bot.slack.modals import base, exempt
from bot.slack.modals.review import approvable, page_of
from tests.slack.builders import MANIFEST, NOW, RECIPE, a_plan, a_target, a_view, decided, strings
from tests.slack.limits import check_view

META = Metadata("01CASE", MANIFEST, "C0SECPROD", "1758445200.000100")
BACK = a_plan("acme-payroll-exports", Change("public access block", "all four on", ABSENT))
CONFLICT = SettingConflict("public access block", ABSENT, "all four on", "only BlockPublicAcls on")


def said(view: dict[str, Any]) -> str:
    check_view(view)
    return "\n".join(strings(view["blocks"]))


def many(number: int, state: State = State.PROPOSED) -> Any:
    return a_view(*(a_target(state, f"bucket-{n:03}") for n in range(number)))


def test_deny_asks_for_a_reason() -> None:
    view = base.deny(META)
    said(view)
    assert view["callback_id"] == CallbackId.DENY
    assert [block["block_id"] for block in view["blocks"] if block["type"] == "input"] == [BlockId.DENY_REASON]
    assert Metadata.parse(view["private_metadata"]) == META


def test_exempt_names_the_group_that_allows_by_its_id() -> None:
    two = Approvers(groups=("S0SECENG",), required=2)
    view = exempt.exempt(META, exempt.ExemptionPreview((a_target(),), "111122223333", 1), two, NOW, 90)
    assert "It takes two of <!subteam^S0SECENG>: you ask" in said(view)


def test_the_undo_placeholder_has_no_button_and_the_preview_shows_the_exact_change() -> None:
    assert "Reading the current settings" in said(base.undo_placeholder(META))
    assert "submit" not in base.undo_placeholder(META)
    preview = base.undo_preview(META, [("`acme`", BACK)], [], RECIPE)
    assert "• public access block   `all four on` → `absent`" in said(preview)
    assert "the finding fails, and counts in the score" in said(preview)
    assert preview["callback_id"] == CallbackId.UNDO
    assert Metadata.parse(preview["private_metadata"]).manifest == MANIFEST


def test_a_setting_changed_since_the_fix_shows_three_values_and_cannot_be_submitted() -> None:
    preview = base.undo_preview(META, [], [base.UndoProblem("`acme`", conflicts=(CONFLICT,))], RECIPE)
    assert "was `absent` · fix set `all four on` · now `only BlockPublicAcls on`" in said(preview)
    assert "submit" not in preview


def test_nothing_to_undo_says_so() -> None:
    assert "There is nothing to undo." in said(base.undo_preview(META, [], [], RECIPE))


def test_a_target_that_cannot_be_undone_is_listed_beside_the_preview_of_another() -> None:
    problem = base.UndoProblem("`b2`", "every setting is as it was before the fix already")
    preview = base.undo_preview(META, [("`b1`", BACK)], [problem], RECIPE)
    assert "`b2` is not undone.* every setting is as it was" in said(preview)
    assert "submit" in preview


def test_undo_lists_what_it_does_not_restore() -> None:
    recipe = replace(RECIPE, reversible=Reversible.PARTLY, not_restored="the public address itself")
    assert "Not restored: the public address itself." in said(base.undo_preview(META, [("`a`", BACK)], [], recipe))


def test_an_undo_that_cannot_be_shown_in_full_is_not_offered() -> None:
    long = a_plan("acme", Change("policy", "x" * 5_000, ABSENT))
    preview = base.undo_preview(META, [("`acme`", long)], [], RECIPE)
    assert "too long to be shown" in said(preview)
    assert "submit" not in preview


def test_a_review_page_shows_each_target_with_plan_and_evidence() -> None:
    view = many(20)
    modal = base.review(view, page_of(view, 1), META)
    assert "*Targets 9 to 16 of 20* · page 2 of 3" in said(modal)
    assert said(modal).count("• public access block   `absent` → `all four on`") == 8
    assert said(modal).count("*Depends on it*") == 8
    assert modal["submit"]["text"] == "Approve these 8"


def test_page_buttons_exist_in_both_directions_except_at_the_ends() -> None:
    view = many(20)

    def turning(number: int) -> set[str]:
        blocks = base.review(view, page_of(view, number), META)["blocks"]
        return {one["action_id"] for block in blocks if block["type"] == "actions" for one in block["elements"]}

    assert turning(0) == {ActionId.NEXT_PAGE}
    assert turning(1) == {ActionId.PREVIOUS_PAGE, ActionId.NEXT_PAGE}
    assert turning(2) == {ActionId.PREVIOUS_PAGE}
    assert page_of(view, 99).number == 2


def test_a_page_keeps_its_targets_when_some_are_decided() -> None:
    before = many(20)
    after = replace(
        before, targets=[*(replace(w, state=State.APPROVED) for w in before.targets[:8]), *before.targets[8:]]
    )
    assert [w.target_id for w in page_of(before, 1).targets] == [w.target_id for w in page_of(after, 1).targets]
    assert approvable(after, page_of(after, 0)) == ()
    assert "submit" not in base.review(after, page_of(after, 0), META)


def test_a_recorded_decision_replaces_approve() -> None:
    view = many(3)
    modal = base.review(view, page_of(view, 0), META, "Recorded.")
    assert "submit" not in modal
    assert "Recorded." in said(modal)


def test_a_page_without_a_manifest_has_no_approve() -> None:
    view = many(3)
    assert "submit" not in base.review(view, page_of(view, 0), Metadata("01CASE"))


def test_review_says_why_nothing_can_be_approved() -> None:
    view = replace(many(3), stage=Stage.PROPOSE)
    modal = base.review(view, page_of(view, 0), META)
    assert "stage *propose*" in said(modal)
    assert "submit" not in modal


def test_review_shows_a_long_plan_in_full_and_does_not_approve_a_longer_one() -> None:
    targets = [
        a_target(State.PROPOSED, "long", Change("policy", "x" * 2_000, ABSENT)),
        a_target(State.PROPOSED, "longer", Change("policy", "x" * 20_000, ABSENT)),
    ]
    view = a_view(*targets)
    page = page_of(view, 0)
    assert [target.resource.name for target in approvable(view, page)] == ["long"]
    assert "cannot be approved in Slack" in said(base.review(view, page, META))


def test_details_hold_500_targets_within_slacks_limits() -> None:
    targets = [decided(state, f"{state}-{n:03}", note="because " * 50) for state in State for n in range(30)]
    assert "more; *Review…* pages through all" in said(base.details(a_view(*targets), META))
