"""The form of an Approve that needs a change reference, and the reference on the card."""

from __future__ import annotations

from bot.domain.policy import ChangeReference
from bot.domain.states import State
from bot.slack.ids import ActionId, BlockId, CallbackId, Metadata
from bot.slack.modals import base
from bot.slack.modals.approve import approve
from bot.slack.modals.review import page_of
from tests.slack.builders import MANIFEST, a_target, a_view, buttons, decided, fixed, texts
from tests.slack.cards.test_card import drawn
from tests.slack.modals.test_base import META, many, said

WANTED = ChangeReference("CHG[0-9]{7}", "Change ticket")


def test_the_form_says_what_it_approves_and_asks_for_the_reference() -> None:
    view = approve(a_view(a_target(), reference=WANTED), WANTED, META)
    text = said(view)
    assert "Block public access to the bucket: acme-payroll-exports?" in text
    assert "public access block: absent → all four on. Effects: may cut traffic." in text
    assert "One of <!subteam^S0SECENG> may approve" in text
    assert (view["callback_id"], view["submit"]["text"]) == (CallbackId.APPROVE, "Approve")
    (field,) = [block for block in view["blocks"] if block["type"] == "input"]
    assert (field["block_id"], field["label"]["text"]) == (BlockId.CHANGE_REFERENCE, "Change ticket")
    assert "Like CHG[0-9]{7}." in field["hint"]["text"]
    assert Metadata.parse(view["private_metadata"]).manifest == MANIFEST


def test_the_button_has_an_ellipsis_and_the_form_replaces_the_confirmation() -> None:
    made = buttons(drawn(a_view(a_target(), reference=WANTED)))[ActionId.APPROVE]
    assert made["text"]["text"] == "Approve…"
    assert "confirm" not in made


def test_review_has_the_field_where_something_can_be_approved() -> None:
    waiting = many(3)
    page = page_of(waiting, 0)
    assert "Change ticket" in said(base.review(a_view(*waiting.targets, reference=WANTED), page, META))
    decided_ones = many(3, State.DENIED)
    shown = base.review(a_view(*decided_ones.targets, reference=WANTED), page_of(decided_ones, 0), META)
    assert "Change ticket" not in said(shown)
    assert "submit" not in shown


def test_the_reference_is_shown_with_the_approver() -> None:
    assert "`CHG0012345`" in texts(drawn(a_view(fixed(reference="CHG0012345"))))
    targets = (
        decided(State.APPROVED, "b1", reference="CHG0000001"),
        decided(State.APPROVED, "b2", reference="CHG0000002"),
    )
    assert "`CHG0000001` · `CHG0000002`" in texts(drawn(a_view(*targets)))


def test_an_external_label_or_reference_cannot_mention_anybody() -> None:
    hostile = ChangeReference("CHG[0-9]+", "<!channel> *ticket*")
    assert "<!channel>" not in said(approve(a_view(a_target(), reference=hostile), hostile, META))
    assert "<!channel>" not in texts(drawn(a_view(fixed(reference="<!channel>"))))
