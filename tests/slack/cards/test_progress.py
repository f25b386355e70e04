"""The bar on a card whose changes are being carried out."""

from __future__ import annotations

from bot.domain.states import State
from bot.slack.cards.card import render
from bot.slack.cards.progress import progress
from tests.slack.builders import MANIFEST, a_target, a_view, fixed, texts


def test_the_bar_counts_the_changes_carried_out() -> None:
    under_way = [a_target(State.APPLYING, f"b{number}", run_id=f"R{number}") for number in range(3)]
    view = a_view(*under_way, fixed("done"), a_target(State.PROPOSED, "waits"))
    assert "▰▰▱▱▱▱▱▱▱▱ 1 of 4 carried out" in texts(render(view, MANIFEST))


def test_failed_changes_are_not_counted_as_carried_out() -> None:
    failed, stale = (a_target(state, state, run_id="R1") for state in (State.FAILED, State.STALE))
    said = progress(a_view(a_target(State.APPLYING, run_id="R2"), fixed("done"), failed, stale))
    assert said == "▰▰▰▰▰▰▰▱▱▱ 1 of 4 carried out, 2 could not be"


def test_there_is_no_bar_for_one_change_or_when_all_are_done() -> None:
    assert progress(a_view(a_target(State.APPLYING, run_id="R1"))) == ""
    assert progress(a_view(fixed("one"), fixed("two"))) == ""
