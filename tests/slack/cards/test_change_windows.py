"""What a card says of time: when an approved change runs, and what keeps it until then."""

from __future__ import annotations

from datetime import time, timedelta

from bot.domain.states import State
from bot.domain.windows import Freeze, Hours, Window
from bot.slack.ids import ActionId
from tests.slack.builders import NOW, a_target, a_view, buttons, decided, texts
from tests.slack.cards.test_card import drawn

TONIGHT = "2026-09-22T20:00:00.000Z"
NIGHTS = Window((0, 1, 2, 3), time(22), time(6), "Europe/Berlin")


def test_a_scheduled_change_shows_its_approver_start_and_reason() -> None:
    said = texts(drawn(a_view(decided(State.APPROVED, not_before=TONIGHT, note="frozen: <!channel> launch"))))
    assert "*Approved, runs <!date^1790107200^" in said
    assert "by <@U0DANA>" in said
    assert "Until then frozen: &lt;!channel&gt; launch" in said
    assert "Next: read again" not in said


def test_only_a_waiting_approval_can_be_withdrawn() -> None:
    waiting = decided(State.APPROVED, not_before=TONIGHT, note="frozen: launch")
    assert buttons(drawn(a_view(waiting)))[ActionId.TAKE_BACK]["text"]["text"] == "Take the approval back"
    assert ActionId.TAKE_BACK not in buttons(drawn(a_view(decided(State.APPROVED))))
    assert ActionId.TAKE_BACK in buttons(drawn(a_view(decided(State.APPROVED), why_no_approve="Paused.")))
    both = drawn(a_view(waiting, a_target(name="b2")))
    assert buttons(both)[ActionId.TAKE_BACK]["text"]["text"] == "Take 1 approval back"


def test_running_and_scheduled_changes_are_listed_separately() -> None:
    targets = (decided(State.APPROVED, "b1"), decided(State.APPROVED, "b2", not_before=TONIGHT, note="frozen: launch"))
    said = texts(drawn(a_view(*targets)))
    assert "*Approved* by <@U0DANA>" in said
    assert "`b1`\nNext: read again; unless something moved, apply." in said
    assert "*Approved, runs <!date^1790107200^" in said


def test_a_proposal_lists_change_windows_and_the_current_freeze() -> None:
    hours = (Hours((NIGHTS, Window((5, 6), time(0), time(0), "UTC"))), _frozen(-1, "a *launch*"), _frozen(5, "later"))
    said = texts(drawn(a_view(a_target(), hours=hours)))
    assert "🗓️ Changes: only Mon–Thu 22:00–06:00 Europe/Berlin, Sat, Sun all day UTC; frozen until <!date^" in said
    assert "(a ∗launch∗)" in said
    assert "later" not in said


def test_windows_are_not_mentioned_without_any() -> None:
    assert "🗓️" not in texts(drawn(a_view(a_target())))


def _frozen(days: int, reason: str) -> Hours:
    start = NOW + timedelta(days=days)
    return Hours(freezes=(Freeze(start, start + timedelta(days=2), reason),))
