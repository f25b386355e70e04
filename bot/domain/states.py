"""The states and steps of a target, and the one table of transitions; every other step raises."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from bot.domain.errors import IllegalStep


class State(StrEnum):
    """The state of a target."""

    NEW = "new"
    PROPOSED = "proposed"
    GUIDANCE = "guidance"
    APPROVED = "approved"
    APPLYING = "applying"
    VERIFYING = "verifying"
    FIXED = "fixed"
    STALE = "stale"
    FAILED = "failed"
    DENIED = "denied"
    LAPSED = "lapsed"
    HANDED_OVER = "handed_over"
    EXEMPTED = "exempted"
    DISPUTED = "disputed"
    UNDOING = "undoing"
    UNDONE = "undone"
    RESOLVED = "resolved"


class Step(StrEnum):
    """A step that moves a target."""

    PLANNED = "planned"
    NO_FIX = "no_fix"
    COMPLIANT = "compliant"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    APPROVE = "approve"
    AUTO = "auto"
    DENY = "deny"
    HAND_OVER = "hand_over"
    EXEMPT = "exempt"
    REPLAN = "replan"
    LAPSE = "lapse"
    START = "start"
    DIFFERS = "differs"
    EXPIRE = "expire"
    WRITTEN = "written"
    ERROR = "error"
    PROVED = "proved"
    DEADLINE = "deadline"
    PASSED = "passed"
    ARCHIVED = "archived"
    GONE = "gone"
    UNDO = "undo"
    FAILED_AGAIN = "failed_again"
    UNCONFIRMED = "unconfirmed"
    ASK_AGAIN = "ask_again"
    UNDONE = "undone"
    CONFLICT = "conflict"


_UNANSWERED: Final = {
    Step.DENY: State.DENIED,
    Step.HAND_OVER: State.HANDED_OVER,
    Step.EXEMPT: State.EXEMPTED,
    Step.LAPSE: State.LAPSED,
}

_ASKABLE: Final = (
    State.STALE,
    State.FAILED,
    State.DENIED,
    State.LAPSED,
    State.HANDED_OVER,
    State.EXEMPTED,
    State.DISPUTED,
    State.UNDONE,
)

_UNDOABLE: Final = (State.FIXED, State.RESOLVED, State.DISPUTED, State.FAILED)
"""States whose changes can be undone: all of a run's, or of a failed run the part that it has written."""

BUSY: Final = frozenset({State.APPLYING, State.UNDOING})
"""States during which a closing step is noted, and taken after the run."""

CLOSING: Final = frozenset({Step.PASSED, Step.ARCHIVED, Step.GONE})

TRANSITIONS: Final[dict[tuple[State, Step], State]] = {
    (State.NEW, Step.PLANNED): State.PROPOSED,
    (State.NEW, Step.NO_FIX): State.GUIDANCE,
    (State.NEW, Step.COMPLIANT): State.VERIFYING,
    (State.NEW, Step.REFUSED): State.NEW,
    (State.NEW, Step.UNREADABLE): State.NEW,
    (State.PROPOSED, Step.APPROVE): State.APPROVED,
    (State.PROPOSED, Step.AUTO): State.APPROVED,
    (State.PROPOSED, Step.REPLAN): State.PROPOSED,
    **{(State.PROPOSED, step): to for step, to in _UNANSWERED.items()},
    **{(State.GUIDANCE, step): to for step, to in _UNANSWERED.items()},
    (State.APPROVED, Step.START): State.APPLYING,
    (State.APPROVED, Step.DIFFERS): State.STALE,
    (State.APPROVED, Step.EXPIRE): State.PROPOSED,
    (State.APPLYING, Step.WRITTEN): State.VERIFYING,
    (State.APPLYING, Step.ERROR): State.FAILED,
    (State.VERIFYING, Step.PROVED): State.FIXED,
    (State.VERIFYING, Step.DEADLINE): State.FAILED,
    **{(state, Step.UNDO): State.UNDOING for state in _UNDOABLE},
    (State.FIXED, Step.FAILED_AGAIN): State.NEW,
    (State.FIXED, Step.UNCONFIRMED): State.DISPUTED,
    **{(state, Step.ASK_AGAIN): State.PROPOSED for state in _ASKABLE},
    (State.PROPOSED, Step.NO_FIX): State.GUIDANCE,
    (State.UNDOING, Step.UNDONE): State.UNDONE,
    (State.UNDOING, Step.CONFLICT): State.FAILED,
    (State.UNDOING, Step.ERROR): State.FAILED,
    **{
        (state, step): State.RESOLVED
        for state in State
        if state not in BUSY and state is not State.RESOLVED
        for step in CLOSING
    },
    (State.RESOLVED, Step.FAILED_AGAIN): State.NEW,
}


def move(state: State, step: Step) -> State:
    """Return the state after this step. Raises IllegalStep if the table does not have it."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise IllegalStep(f"a target that is {state} cannot take the step {step}") from None


def allows(state: State, step: Step) -> bool:
    """Return whether the step is possible from the state."""
    return (state, step) in TRANSITIONS


ANSWERABLE: Final = frozenset({State.PROPOSED, State.GUIDANCE})
"""States that wait for people."""

CLOSED: Final = frozenset({State.RESOLVED, State.EXEMPTED})
