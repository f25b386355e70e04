"""What happened on a day, counted: each step of a target once, as people would tell it."""

from __future__ import annotations

import pytest

from bot.domain.activity import Facts, tally
from bot.domain.history import HistoryEvent
from bot.domain.states import State

A_MINUTE = 60


def counted(before: str, after: str, what: str = "", target: str = "t1") -> Facts:
    entry = {"before": before, "after": after, "what": what, "target": target}
    return tally([entry], lambda _: A_MINUTE)


@pytest.mark.parametrize(
    ("before", "after", "facts"),
    [
        ("", State.NEW, Facts(new=1)),
        (State.FIXED, State.NEW, Facts(came_back=1)),
        (State.RESOLVED, State.NEW, Facts(reopened=1)),
        (State.PROPOSED, State.APPROVED, Facts(approved=1, decided=1, decide_seconds=A_MINUTE)),
        (State.GUIDANCE, State.DENIED, Facts(denied=1, decided=1, decide_seconds=A_MINUTE)),
        (State.APPLYING, State.FAILED, Facts(failed=1)),
        (State.VERIFYING, State.FAILED, Facts(failed=1)),
        (State.UNDOING, State.FAILED, Facts()),
        (State.PROPOSED, State.LAPSED, Facts(lapsed=1)),
        (State.UNDOING, State.UNDONE, Facts(undone=1)),
        (State.PROPOSED, State.RESOLVED, Facts(resolved_elsewhere=1)),
        (State.FIXED, State.RESOLVED, Facts()),
        (State.PROPOSED, State.PROPOSED, Facts()),
    ],
)
def test_a_step_counts_as_what_it_means(before: str, after: str, facts: Facts) -> None:
    assert counted(before, after) == facts


def test_a_target_whose_place_another_takes_was_not_resolved_by_anybody() -> None:
    assert counted(State.PROPOSED, State.RESOLVED, HistoryEvent.KNOWN_BY_NAME) == Facts()


def test_a_proved_fix_counts_with_the_time_that_it_took() -> None:
    assert counted("verifying", "fixed", "fix proved") == Facts(fixed=1, fix_seconds=A_MINUTE)


def test_settings_that_could_not_be_read_count_though_nothing_moved() -> None:
    assert counted("new", "new", "settings unreadable") == Facts(unreadable=1)


def test_what_happened_to_no_target_is_no_step_of_one() -> None:
    assert counted("", State.NEW, target="") == Facts()


def test_days_add_up() -> None:
    entries = [{"before": "", "after": State.NEW, "target": one} for one in ("t1", "t2")]
    assert tally(entries, lambda _: 0) + Facts(new=1, lapsed=2) == Facts(new=3, lapsed=2)
