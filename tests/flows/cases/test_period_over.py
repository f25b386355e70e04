"""A period ends while the account cannot be read: the question waits for its settings, and does not lapse unasked."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.states import State
from bot.flows.decisions.click import Verb
from tests.flows.reaching import REACH, READ, decide
from tests.flows.stage import Stage
from tests.flows.test_end_to_end import ALL_ON, block_of

LEFT = [State.HANDED_OVER, State.EXEMPTED, State.DENIED]


def unreadable_at_the_end(state: State) -> Stage:
    """It was left so, and for two days after the end of that nobody could read its settings."""
    stage = Stage()
    REACH[state](stage)
    stage.refuse = READ
    stage.clock.advance(days=60)
    for _ in range(16):
        stage.clock.advance(hours=3)
        stage.sweep()
    return stage


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize("state", LEFT)
def test_nothing_lapses_that_nobody_could_be_asked(state: State) -> None:
    stage = unreadable_at_the_end(state)
    assert stage.state() in {State.PROPOSED, State.DENIED}
    assert "AccessDenied" in stage.target.note
    assert "AccessDenied" in stage.card_text or stage.state() is State.DENIED


@pytest.mark.parametrize("state", LEFT)
def test_it_is_asked_as_soon_as_it_can_be_read(s3: Any, state: State) -> None:
    stage = unreadable_at_the_end(state)
    stage.refuse = ""
    stage.clock.advance(hours=1, minutes=10)
    stage.sweep()
    stage.settle()
    assert (stage.state(), stage.target.note) == (State.PROPOSED, "")
    decide(stage, Verb.APPROVE)
    stage.settle()
    assert block_of(s3) == ALL_ON
