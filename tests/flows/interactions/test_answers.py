"""What one person alone sees: filled modals, notices, Home. As the cards function does it from its queue."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.canonical import ABSENT, encode
from bot.domain.errors import BadInput, Busy
from bot.domain.manifest import Manifest
from bot.domain.plan import Change
from bot.domain.states import State
from bot.messages import FillCaseDetails, FillUndoPreview, Notify, UndoConflict, UndoProblem
from bot.slack.ids import ActionId, CallbackId, Metadata
from bot.store import cases
from tests.flows.slack_stage import POLICY, SlackStage
from tests.flows.stage import deliver
from tests.slack.builders import a_plan, a_target, fixed
from tests.slack.limits import check_view

BACK = a_plan("acme-payroll-exports", Change("public access block", "all four on", ABSENT))


@pytest.fixture
def stage() -> SlackStage:
    return SlackStage()


def many(number: int) -> SlackStage:
    return SlackStage(*(a_target(State.PROPOSED, f"bucket-{n:03}") for n in range(number)))


def undo_told(stage: SlackStage, **more: Any) -> None:
    stage.press(ActionId.UNDO)
    deliver(FillUndoPreview(case_id=stage.case.id, view_id=stage.view["id"], **more), stage.world)
    check_view(shape(stage.view))


def shape(view: dict[str, Any]) -> dict[str, Any]:
    """The view as the bot sent it, without what Slack adds."""
    sent = ("type", "callback_id", "title", "close", "submit", "private_metadata", "blocks")
    return {name: view[name] for name in sent if name in view}


# ------------------------------------------------------------------ review


def test_a_page_is_stored_as_a_manifest_before_it_is_shown() -> None:
    stage = many(20)
    stage.press(ActionId.REVIEW)
    stage.answer()
    check_view(shape(stage.view))
    meta = Metadata.parse(stage.view["private_metadata"])
    manifest = cases.load_manifest(stage.table, stage.case.id, meta.manifest)
    assert manifest
    assert len(manifest.rows) == 8
    assert stage.view["submit"]["text"] == "Approve these 8"
    assert (meta.channel, meta.ts, meta.page) == (stage.case.channel, stage.case.ts, 0)


def test_pages_turn_and_each_has_its_own_manifest() -> None:
    stage = many(20)
    stage.press(ActionId.REVIEW)
    stage.answer()
    first = Metadata.parse(stage.view["private_metadata"])
    stage.press_in_view(ActionId.NEXT_PAGE)
    stage.answer()
    second = Metadata.parse(stage.view["private_metadata"])
    assert (first.page, second.page) == (0, 1)
    assert first.manifest != second.manifest


def test_an_approved_page_says_that_it_is_recorded_and_offers_no_second_approval() -> None:
    stage = many(3)
    stage.press(ActionId.REVIEW)
    stage.answer()
    meta = Metadata.parse(stage.view["private_metadata"])
    stage.submit(CallbackId.REVIEW, manifest=meta.manifest, page=meta.page)
    stage.answer()
    assert "Recorded." in stage.shown
    assert "submit" not in shape(stage.view)


def test_a_page_where_nothing_can_be_approved_stores_no_manifest() -> None:
    stage = SlackStage(fixed("b1"))
    before = len(stage.table.everything())
    stage.press(ActionId.REVIEW)
    stage.answer()
    assert len(stage.table.everything()) == before
    assert "Nothing on this page waits" in stage.shown


def test_while_the_policy_is_unreadable_review_shows_all_and_approves_nothing() -> None:
    stage = SlackStage(policy="version: nonsense")
    stage.press(ActionId.REVIEW)
    stage.answer()
    assert "public access block" in stage.shown
    assert "policy cannot be read" in stage.shown
    assert "submit" not in shape(stage.view)


# ------------------------------------------------------------------ undo


def test_an_undo_is_shown_as_its_manifest_has_it() -> None:
    stage = SlackStage(fixed())
    (target,) = cases.load_targets(stage.table, stage.case.id)
    manifest = Manifest(
        stage.case.id,
        "undo",
        ((target.target_id, BACK.digest),),
        {target.target_id: BACK.text},
        {target.target_id: "01RUN"},
    )
    cases.put_manifest(stage.table, manifest)
    undo_told(stage, manifest=manifest.hash)
    assert "`all four on` → `absent`" in stage.shown
    assert stage.view["submit"]["text"] == "Undo exactly this"
    assert Metadata.parse(stage.view["private_metadata"]).manifest == manifest.hash


def test_a_conflict_is_shown_with_its_three_values_and_cannot_be_submitted() -> None:
    stage = SlackStage(fixed())
    (target,) = cases.load_targets(stage.table, stage.case.id)
    conflict = UndoConflict(
        setting="public access block", before=encode(ABSENT), after="all four on", now="only BlockPublicAcls on"
    )
    undo_told(stage, problems=(UndoProblem(target_id=target.target_id, conflicts=(conflict,)),))
    assert "was `absent` · fix set `all four on` · now `only BlockPublicAcls on`" in stage.shown
    assert "submit" not in shape(stage.view)


def test_a_reason_is_shown_and_cannot_be_submitted() -> None:
    stage = SlackStage(fixed())
    gone = UndoProblem(target_id="t-gone", reason="the resource <b>does not exist</b> any more")
    undo_told(stage, problems=(gone,))
    assert "&lt;b&gt;does not exist" in stage.shown
    assert "submit" not in shape(stage.view)


def test_a_manifest_that_is_not_there_offers_nothing() -> None:
    stage = SlackStage(fixed())
    undo_told(stage, manifest="f" * 32)
    assert "nothing to undo" in stage.shown
    assert "submit" not in shape(stage.view)


# ------------------------------------------------------------------ details, notices, Home


def test_details_show_what_the_card_has_no_room_for(stage: SlackStage) -> None:
    stage.press(ActionId.DETAILS)
    stage.answer()
    check_view(shape(stage.view))
    assert "Does CloudFront read it?" in stage.shown


def test_a_modal_that_was_closed_meanwhile_needs_nothing(stage: SlackStage) -> None:
    stage.press(ActionId.DETAILS)
    stage.slack.fail_next("views.update", "not_found")
    stage.answer()
    assert "Reading" in stage.shown


def test_a_modal_that_slack_throttles_comes_back(stage: SlackStage) -> None:
    stage.press(ActionId.DETAILS)
    stage.slack.fail_next("views.update", Busy("throttled", 3))
    with pytest.raises(Busy):
        stage.answer()


def test_a_case_that_is_gone_is_said(stage: SlackStage) -> None:
    stage.press(ActionId.DETAILS)
    deliver(FillCaseDetails(case_id="01GONE", view_id=stage.view["id"]), stage.world)
    assert "not known here any more" in stage.shown


def test_a_notice_is_for_one_person_in_the_channel(stage: SlackStage) -> None:
    deliver(Notify(user_id="U0DANA", channel_id="C0SECPROD", text="Approved."), stage.world)
    assert stage.slack.ephemeral == [{"channel": "C0SECPROD", "user": "U0DANA", "text": "Approved."}]


@pytest.mark.parametrize(("channel_id", "direct"), [("", False), ("C0SECPROD", True)])
def test_a_notice_without_a_channel_or_that_must_stay_is_a_direct_message(
    stage: SlackStage, channel_id: str, *, direct: bool
) -> None:
    deliver(Notify(user_id="U0DANA", channel_id=channel_id, text="You approved.", direct=direct), stage.world)
    assert stage.slack.called("chat.postMessage")[-1]["channel"] == "U0DANA"


def test_somebody_outside_the_channel_gets_their_notice_directly(stage: SlackStage) -> None:
    stage.slack.fail_next("chat.postEphemeral", "user_not_in_channel")
    deliver(Notify(user_id="U0DANA", channel_id="C0SECPROD", text="No."), stage.world)
    assert stage.slack.called("chat.postMessage")[-1]["channel"] == "U0DANA"


def test_the_home_tab_is_published(stage: SlackStage) -> None:
    stage.open_home()
    stage.answer()
    assert "/cspm help" in json.dumps(stage.slack.homes["U0DANA"])


def test_a_kind_that_is_not_known_is_bad_input(stage: SlackStage) -> None:
    with pytest.raises(BadInput):
        deliver({"kind": "song"}, stage.world)


def test_dry_run_offers_no_approval_and_says_so() -> None:
    stage = SlackStage(policy=POLICY + "dry_run: true\n")
    stage.press(ActionId.REVIEW)
    stage.answer()
    assert "dry_run" in stage.shown
    assert "submit" not in shape(stage.view)


def test_a_page_counts_only_what_waits() -> None:
    stage = SlackStage(
        a_target(State.PROPOSED, "b1"), replace(fixed("b2")), a_target(State.PROPOSED, "b3", note="unread")
    )
    stage.press(ActionId.REVIEW)
    stage.answer()
    manifest = cases.load_manifest(stage.table, stage.case.id, Metadata.parse(stage.view["private_metadata"]).manifest)
    assert manifest
    assert [target_id for target_id, _ in manifest.rows] == ["t-b1"]
