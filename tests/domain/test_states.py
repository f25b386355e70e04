"""Every state with every step, against the design's table in the design's own notation."""

from __future__ import annotations

from itertools import product

import pytest

from bot.domain.errors import IllegalStep
from bot.domain.states import ANSWERABLE, BUSY, CLOSED, CLOSING, State, Step, allows, move

TABLE = """
new         | planned → proposed · no_fix → guidance · compliant → verifying · refused, unreadable → new
proposed    | approve → approved · auto → approved · deny → denied · hand_over → handed_over · exempt → exempted
proposed    | replan → proposed · lapse → lapsed · no_fix → guidance
guidance    | deny → denied · hand_over → handed_over · exempt → exempted · lapse → lapsed
approved    | start → applying · differs → stale · expire → proposed
applying    | written → verifying · error → failed
verifying   | proved → fixed · deadline → failed
fixed       | failed_again → new · unconfirmed → disputed
stale, failed, denied, lapsed, handed_over, exempted, disputed | ask_again → proposed
undoing     | undone → undone · conflict, error → failed
undone      | ask_again → proposed
any but applying, undoing, resolved | passed, archived, gone → resolved
resolved    | failed_again → new
fixed, resolved, disputed, failed | undo → undoing
"""
"""DESIGN §3, with three marks of the code: a fix that Security Hub has confirmed (resolved) or denies (disputed) keeps
its Undo; what a failed run has made can be taken back; and what is resolved already does not resolve again."""


def states(words: str) -> list[State]:
    if words.startswith("any but "):
        left_out = states(words.removeprefix("any but "))
        return [state for state in State if state not in left_out]
    return [State(word.strip()) for word in words.split(",")]


def written() -> dict[tuple[State, Step], State]:
    table: dict[tuple[State, Step], State] = {}
    for line in TABLE.strip().splitlines():
        froms, moves = line.split("|")
        for one in moves.split("·"):
            steps, to = one.split("→")
            pairs = product(states(froms.strip()), (Step(word.strip()) for word in steps.split(",")))
            table |= {pair: State(to.strip()) for pair in pairs}
    return table


DESIGN = written()


def _named(pair: tuple[State, Step]) -> str:
    return f"{pair[0]}-{pair[1]}"


@pytest.mark.parametrize(("pair", "to"), DESIGN.items(), ids=map(_named, DESIGN))
def test_a_step_of_the_design_leads_where_the_design_says(pair: tuple[State, Step], to: State) -> None:
    assert allows(*pair)
    assert move(*pair) is to


def test_every_other_step_raises_and_names_both() -> None:
    others = [pair for pair in product(State, Step) if pair not in DESIGN]
    assert len(others) + len(DESIGN) == len(State) * len(Step)
    for state, step in others:
        assert not allows(state, step)
        with pytest.raises(IllegalStep, match=f"{state} cannot take the step {step}"):
            move(state, step)


def test_every_state_can_be_reached_from_new() -> None:
    reached = {State.NEW}
    while True:
        further = {to for (state, _), to in DESIGN.items() if state in reached} - reached
        if not further:
            break
        reached |= further
    assert reached == set(State)


def test_every_state_can_be_left() -> None:
    assert {state for (state, _), to in DESIGN.items() if to is not state} == set(State)


def test_only_an_approval_by_people_or_policy_leads_to_a_write() -> None:
    assert {step for (_, step), to in DESIGN.items() if to is State.APPROVED} == {Step.APPROVE, Step.AUTO}
    assert {(state, step) for (state, step), to in DESIGN.items() if to is State.APPLYING} == {
        (State.APPROVED, Step.START)
    }


def test_the_groups_of_states_say_what_the_table_says() -> None:
    assert {state for state in State if not any(allows(state, step) for step in CLOSING)} == BUSY | {State.RESOLVED}
    assert {state for state in State if allows(state, Step.DENY)} == ANSWERABLE
    assert {State.RESOLVED, State.EXEMPTED} == CLOSED
