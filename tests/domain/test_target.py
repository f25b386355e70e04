"""The steps of a target: what each sets, what it clears, and from which states it is illegal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from bot.domain.errors import IllegalStep
from bot.domain.exemption import ExemptionRequest
from bot.domain.plan import Evidence, SettingConflict
from bot.domain.states import BUSY, CLOSING, State, Step, allows, move
from bot.domain.target import CaseTarget
from bot.domain.target_record import Attempt, Decision, PastFix, Proposal, Vote
from tests.domain.builders import a_note, a_plan, a_target, having

AT, LATER, UNTIL = "2026-09-22T09:00:00.000Z", "2026-09-23T09:00:00.000Z", "2026-12-31T23:59:59.000Z"
PLAN, OTHER = a_plan(("tls", False, True)), a_plan(("tls", False, True), ("log", False, True))
CONFLICTS = (SettingConflict("tls", "off", "on", "x"),)
SEEN, SEEN_LATER = (Evidence("Who reads it?", "nobody"),), (Evidence("Who reads it?", "a website"),)
REQUEST = ExemptionRequest("U0DANA", AT, reason="a website", until=UNTIL, case_id="01JCASE", allowed=("U0OMAR",))
VOTE = Vote("U0DANA", AT, PLAN.digest)
SECOND = Vote("U0OMAR", LATER, PLAN.digest)


def full(state: State) -> CaseTarget:
    """A target of which every value that a step may clear is set."""
    return replace(
        a_target(a_note(), state=state),
        proposal=Proposal(PLAN.text, PLAN.digest, AT, AT, SEEN),
        decision=Decision("U0LEE", AT, (VOTE, SECOND), "because", "CHG1", UNTIL, "U0LEE", "https://acme.example", "e1"),
        exemption_request=REQUEST,
        attempt=Attempt("R1", "", AT, PLAN.text, "R0", AT, AT, CONFLICTS),
        note="a note",
        no_auto="denied by U0LEE",
    )


APPROVED_BY = Decision("U0OMAR", LATER, (VOTE, SECOND))
NO_REQUEST = {"exemption_request": ExemptionRequest()}
FRESH = {"decision": Decision(), "note": "", **NO_REQUEST}
GONE = "the resource does not exist any more"

Steps = tuple[str, Step, Callable[[CaseTarget], CaseTarget], State, dict[str, Any]]
STEPS: tuple[Steps, ...] = (
    (
        "planned",
        Step.PLANNED,
        lambda target: target.planned(OTHER, SEEN_LATER, LATER),
        State.NEW,
        {
            "proposal": Proposal(OTHER.text, OTHER.digest, LATER, LATER, SEEN_LATER),
            "decision": replace(full(State.NEW).decision, votes=(), reference=""),
            "note": "",
        },
    ),
    (
        "planned again, the same",
        Step.REPLAN,
        lambda target: target.planned(PLAN, SEEN_LATER, LATER),
        State.PROPOSED,
        {
            "proposal": Proposal(PLAN.text, PLAN.digest, LATER, AT, SEEN_LATER),
            "decision": replace(full(State.NEW).decision, reference=""),
            "note": "",
        },
    ),
    (
        "planned again, otherwise",
        Step.REPLAN,
        lambda target: target.planned(OTHER, (), LATER),
        State.PROPOSED,
        {
            "proposal": Proposal(OTHER.text, OTHER.digest, LATER, LATER),
            "decision": replace(full(State.NEW).decision, votes=(), reference=""),
            "note": "",
        },
    ),
    ("no fix", Step.NO_FIX, CaseTarget.no_fix, State.NEW, {}),
    (
        "found compliant",
        Step.COMPLIANT,
        lambda target: target.found_compliant(SEEN_LATER, LATER),
        State.NEW,
        {
            "proposal": Proposal("", "", LATER, AT, SEEN_LATER),
            "attempt": replace(full(State.NEW).attempt, proved_at=LATER),
            "note": "the settings are right already; Security Hub has not said so yet",
        },
    ),
    (
        "refused",
        Step.REFUSED,
        lambda target: target.refused("it is a replica", LATER),
        State.NEW,
        {"proposal": Proposal("", "", LATER, AT, SEEN), "note": "it is a replica"},
    ),
    (
        "unreadable",
        Step.UNREADABLE,
        lambda target: target.unreadable("AccessDenied"),
        State.NEW,
        {"note": "AccessDenied"},
    ),
    *(
        (
            f"asked again when {state}",
            Step.ASK_AGAIN,
            lambda target: target.asked_again(LATER),
            state,
            {**FRESH, "proposal": Proposal(asked_at=LATER), "attempt": Attempt(continues="R1")},
        )
        for state in (State.STALE, State.FAILED, State.DENIED, State.LAPSED, State.HANDED_OVER, State.EXEMPTED)
    ),
    (
        "approved",
        Step.APPROVE,
        lambda target: target.approved("R2", "CHG2"),
        State.PROPOSED,
        {
            **NO_REQUEST,
            "decision": replace(APPROVED_BY, reference="CHG2"),
            "attempt": Attempt("R2", continues="R0"),
            "note": "",
        },
    ),
    (
        "approved by a policy",
        Step.AUTO,
        lambda target: target.auto_approved(Vote("policy@v1", LATER, PLAN.digest), "R2"),
        State.PROPOSED,
        {
            **NO_REQUEST,
            "decision": Decision("policy@v1", LATER, (Vote("policy@v1", LATER, PLAN.digest),)),
            "attempt": Attempt("R2", continues="R0"),
            "note": "",
        },
    ),
    (
        "undo approved",
        Step.UNDO,
        lambda target: target.undo_approved("R2"),
        State.FIXED,
        {
            "decision": APPROVED_BY,
            "attempt": Attempt("R2", "R1", continues="R0", proved_at=AT, confirmed_at=AT),
            "note": "",
        },
    ),
    (
        "denied",
        Step.DENY,
        lambda target: target.denied("U0DANA", LATER, "a website"),
        State.PROPOSED,
        {**NO_REQUEST, "decision": Decision("U0DANA", LATER, reason="a website"), "no_auto": "denied by U0DANA"},
    ),
    (
        "handed over",
        Step.HAND_OVER,
        lambda target: target.handed_over("U0DANA", LATER, "U0OMAR", UNTIL, "https://their.example"),
        State.GUIDANCE,
        {
            **NO_REQUEST,
            "decision": Decision("U0DANA", LATER, until=UNTIL, handed_to="U0OMAR", link="https://their.example"),
            "no_auto": "handed over by U0DANA",
        },
    ),
    (
        "exempted",
        Step.EXEMPT,
        lambda target: target.exempted(REQUEST, LATER),
        State.PROPOSED,
        {
            **NO_REQUEST,
            "decision": Decision(
                "U0DANA",
                LATER,
                (Vote("U0DANA", LATER, REQUEST.id), Vote("U0OMAR", LATER, REQUEST.id)),
                "a website",
                until=UNTIL,
                exemption=REQUEST.id,
            ),
            "no_auto": "exempted by U0DANA",
        },
    ),
    (
        "suppressed",
        Step.EXEMPT,
        lambda target: target.suppressed("somebody", LATER),
        State.GUIDANCE,
        {**NO_REQUEST, "decision": Decision("somebody", LATER)},
    ),
    ("lapsed", Step.LAPSE, CaseTarget.lapsed, State.PROPOSED, {**NO_REQUEST, "decision": Decision()}),
    (
        "expired",
        Step.EXPIRE,
        CaseTarget.expired,
        State.APPROVED,
        {
            "proposal": Proposal(PLAN.text, PLAN.digest, AT, "", SEEN),
            "decision": Decision(),
            "attempt": Attempt(continues="R1"),
            "note": "",
        },
    ),
    (
        "withdrawn",
        Step.EXPIRE,
        lambda target: target.withdrawn("U0DANA"),
        State.APPROVED,
        {
            "proposal": Proposal(PLAN.text, PLAN.digest, AT, "", SEEN),
            "decision": Decision(),
            "attempt": Attempt(continues="R1"),
            "note": "",
            "no_auto": "taken back by U0DANA",
        },
    ),
    ("started", Step.START, CaseTarget.started, State.APPROVED, {"note": ""}),
    (
        "stale",
        Step.DIFFERS,
        lambda target: target.stale("it has changed", CONFLICTS),
        State.APPROVED,
        {"decision": replace(full(State.NEW).decision, votes=()), "note": "it has changed"},
    ),
    ("written", Step.WRITTEN, CaseTarget.written, State.APPLYING, {}),
    (
        "proved",
        Step.PROVED,
        lambda target: target.proved(SEEN_LATER, LATER),
        State.VERIFYING,
        {
            "proposal": replace(full(State.NEW).proposal, evidence=SEEN_LATER),
            "attempt": replace(full(State.NEW).attempt, proved_at=LATER),
            "note": "",
        },
    ),
    (
        "undone",
        Step.UNDONE,
        lambda target: target.undone(LATER),
        State.UNDOING,
        {
            "attempt": replace(full(State.NEW).attempt, continues="", proved_at=LATER, confirmed_at=""),
            "note": "",
            "no_auto": "undone",
        },
    ),
    (
        "undo conflicted",
        Step.CONFLICT,
        lambda target: target.undo_conflicted("somebody was here", ()),
        State.UNDOING,
        {"attempt": replace(full(State.NEW).attempt, conflicts=()), "note": "somebody was here"},
    ),
    *(
        (
            f"failed when {state}",
            step,
            lambda target: target.failed("AccessDenied", ""),
            state,
            {"attempt": replace(full(State.NEW).attempt, written=""), "note": "AccessDenied"},
        )
        for state, step in (
            (State.APPLYING, Step.ERROR),
            (State.VERIFYING, Step.DEADLINE),
            (State.UNDOING, Step.ERROR),
        )
    ),
    (
        "closed",
        Step.PASSED,
        lambda target: target.closed(Step.PASSED, LATER),
        State.FIXED,
        {**NO_REQUEST, "attempt": replace(full(State.NEW).attempt, confirmed_at=LATER)},
    ),
    ("archived", Step.ARCHIVED, lambda target: target.closed(Step.ARCHIVED), State.PROPOSED, NO_REQUEST),
    ("gone", Step.GONE, CaseTarget.gone, State.PROPOSED, {**NO_REQUEST, "note": GONE}),
    (
        "superseded",
        Step.ARCHIVED,
        lambda target: target.superseded("it has a name now"),
        State.PROPOSED,
        {**NO_REQUEST, "proposal": Proposal("", "", AT, AT, SEEN), "note": "it has a name now"},
    ),
    ("disputed", Step.UNCONFIRMED, CaseTarget.disputed, State.FIXED, {"no_auto": "disputed"}),
    (
        "reopened",
        Step.FAILED_AGAIN,
        lambda target: target.reopened(LATER),
        State.FIXED,
        {
            **FRESH,
            "proposal": Proposal(evidence=SEEN),
            "attempt": Attempt(),
            "past_fixes": (PastFix("U0LEE", AT, "R1"),),
            "since": LATER,
        },
    ),
)

ANY: Final = frozenset(State)
NOTED: Final[Mapping[str, frozenset[State]]] = {
    **dict.fromkeys(("found compliant", "refused", "unreadable", "proved"), ANY),
    **{name: ANY for name, *_ in STEPS if name.startswith("failed")},
    "written": frozenset({State.UNDOING}),
    "superseded": frozenset({State.RESOLVED}),
}
"""States in which a method raises nothing although the table has no such step: it notes what was found, or nothing."""

ALSO: Final = {Step.PLANNED: Step.REPLAN, Step.REPLAN: Step.PLANNED}
"""One method takes both."""


@pytest.mark.parametrize(("step", "take", "state", "sets"), [one[1:] for one in STEPS], ids=[one[0] for one in STEPS])
def test_a_step_sets_and_clears_what_belongs_to_it_and_nothing_else(
    step: Step, take: Callable[[CaseTarget], CaseTarget], state: State, sets: dict[str, Any]
) -> None:
    before = full(state)
    assert take(before) == replace(before, state=move(state, step), **sets)


@pytest.mark.parametrize(("name", "step", "take"), [one[:3] for one in STEPS], ids=[one[0] for one in STEPS])
def test_a_step_raises_in_every_state_from_which_the_table_does_not_have_it(
    name: str, step: Step, take: Callable[[CaseTarget], CaseTarget]
) -> None:
    legal = {state for state in State if allows(state, step) or allows(state, ALSO.get(step, step))}
    legal |= NOTED.get(name, frozenset()) | (BUSY if step in CLOSING else frozenset())
    for state in set(State) - legal:
        with pytest.raises(IllegalStep):
            take(full(state))


def test_every_step_of_the_table_has_a_method_here() -> None:
    assert {one[1] for one in STEPS} == set(Step)


@pytest.mark.parametrize("state", [State.PROPOSED, State.STALE, State.FAILED, State.LAPSED])
def test_what_was_read_is_noted_without_a_move_where_there_is_no_question(state: State) -> None:
    before = full(state)
    assert before.found_compliant((), LATER).state is state
    assert before.refused("it is a replica", LATER).state is state
    assert before.unreadable("AccessDenied") == replace(before, note="AccessDenied")


def test_a_vote_replaces_the_same_persons_earlier_one() -> None:
    voted = full(State.PROPOSED).voted(Vote("U0DANA", LATER, OTHER.digest), (VOTE, SECOND))
    assert voted == having(full(State.PROPOSED), votes=(SECOND, Vote("U0DANA", LATER, OTHER.digest)))


def test_an_exemption_request_moves_nothing() -> None:
    base = replace(full(State.PROPOSED), exemption_request=ExemptionRequest())
    assert base.exemption_requested(REQUEST) == full(State.PROPOSED)
    assert full(State.PROPOSED).exemption_refused() == base


def test_a_run_that_waits_for_its_window_is_approved_still() -> None:
    waits = full(State.APPROVED).scheduled(LATER, "frozen")
    assert waits == having(full(State.APPROVED), not_before=LATER, note="frozen")


def test_the_settings_of_an_undo_are_read_back_before_it_is_undone() -> None:
    assert full(State.UNDOING).written() == replace(full(State.UNDOING), note="reading the settings back")


def test_a_proof_that_comes_after_the_source_has_closed_the_target_is_noted() -> None:
    proved = full(State.RESOLVED).proved((), LATER)
    assert proved == having(full(State.RESOLVED), proved_at=LATER, note="")


def test_a_run_that_fails_before_it_began_is_begun_first() -> None:
    assert full(State.APPROVED).failed("no role", "").state is State.FAILED


def test_a_passed_that_comes_during_an_undo_is_outdated_and_a_deletion_is_not() -> None:
    undoing = full(State.UNDOING)
    assert undoing.closed(Step.PASSED).undone(LATER).state is State.UNDONE
    assert undoing.gone().undone(LATER).state is State.RESOLVED


def test_a_failed_run_leaves_its_changes_to_the_next_one_and_an_undo_that_failed_does_not() -> None:
    failed = full(State.APPLYING).failed("AccessDenied", PLAN.text)
    assert failed.asked_again(LATER).attempt == Attempt(continues="R1")
    undo = full(State.FIXED).undo_approved("R2").failed("AccessDenied", PLAN.text)
    assert undo.asked_again(LATER).attempt == Attempt(continues="R0")


def test_a_target_that_is_superseded_when_it_is_resolved_stays_so() -> None:
    assert full(State.RESOLVED).superseded("it has a name now").state is State.RESOLVED
