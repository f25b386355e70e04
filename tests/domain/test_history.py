"""What the audit record tells: words that are composed where they are told have their place in the list."""

from __future__ import annotations

import pytest

from bot.domain.history import HistoryEvent
from bot.domain.run import RunKind
from bot.domain.states import State
from bot.flows.decisions.click import Verb


@pytest.mark.parametrize("kind", list(RunKind))
@pytest.mark.parametrize("end", ["written", "read back", "proved", "failed", "dropped"])
def test_every_end_of_a_fix_and_of_an_undo_has_its_word(kind: RunKind, end: str) -> None:
    assert HistoryEvent(f"{kind} {end}") == f"{kind} {end}"


@pytest.mark.parametrize("state", [State.NEW, State.RESOLVED, State.EXEMPTED])
def test_every_state_that_news_lead_to_has_its_word(state: State) -> None:
    assert HistoryEvent(f"target {state}") == f"target {state}"


@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.UNDO])
def test_what_is_agreed_to_is_told_by_the_verb_of_its_button(verb: Verb) -> None:
    assert HistoryEvent(verb).value == verb.value
