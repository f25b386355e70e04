"""Every state, every decision, every kind of person: what the table and the policy allow happens, and nothing else."""

from __future__ import annotations

from typing import Any, Final

import pytest

from bot.domain.errors import PolicyUnreadable
from bot.domain.states import State, Step, allows
from bot.flows.decisions.click import Verb
from tests.flows.decisions.test_pause_command import say
from tests.flows.reaching import REACH, decide, proposed
from tests.flows.stage import POLICY, Stage

pytestmark = pytest.mark.usefixtures("s3")

OWN_EXEMPTERS: Final = POLICY.replace("required: 1}}", "required: 1}, exemptions: {groups: [S0SECENG], required: 2}}")

STEP: Final = {
    Verb.APPROVE: Step.APPROVE,
    Verb.DENY: Step.DENY,
    Verb.UNDO: Step.UNDO,
    Verb.ASK_AGAIN: Step.ASK_AGAIN,
    Verb.TAKE_BACK: Step.EXPIRE,
    Verb.EXEMPT: Step.EXEMPT,
    Verb.ALLOW_EXEMPTION: Step.EXEMPT,
    Verb.REFUSE_EXEMPTION: Step.EXEMPT,
    Verb.HAND_OVER: Step.HAND_OVER,
}

NOT_ASKED: Final = {(State.EXEMPTED, Verb.ASK_AGAIN), (State.FAILED, Verb.UNDO)}
"""An exemption ends by its own date; this failed run had changed nothing (test_half_made.py has the other kind)."""

SAID_ALREADY: Final = {
    (State.DENIED, Verb.DENY),
    (State.HANDED_OVER, Verb.HAND_OVER),
    (State.EXEMPTED, Verb.EXEMPT),
}
"""Whoever gives the same answer once more is told once more what came of it."""

ALLOWED: Final = [
    (state, verb)
    for state in State
    for verb in Verb
    if allows(state, STEP[verb]) and (state, verb) not in NOT_ASKED and "exemption" not in verb
]

NOBODY: Final = {
    "no approver": ("U0LEE", "T0ACME", "not one of the approvers"),
    "guest": ("U0GUEST", "T0ACME", "guests"),
    "of another workspace": ("U0SAM", "T0GLOBEX", "not one that the policy accepts"),
    "who says they are of this workspace": ("U0SAM", "T0ACME", "not one that the policy accepts"),
    "unknown to Slack": ("U0NOBODY", "T0ACME", "does not say now who you are"),
}

COMES_TO: Final = {
    Verb.APPROVE: State.FIXED,
    Verb.DENY: State.DENIED,
    Verb.UNDO: State.UNDONE,
    Verb.HAND_OVER: State.HANDED_OVER,
}


def reached(state: State) -> Stage:
    """A stage whose target is in this state, and where somebody of another workspace is in the approvers' group."""
    stage = Stage(policy=OWN_EXEMPTERS)
    stage.slack.add_user("U0SAM", team_id="T0GLOBEX")
    stage.slack.groups["S0SECENG"] = ["U0DANA", "U0OMAR", "U0GUEST", "U0SAM", "U0NOBODY"]
    REACH[state](stage)
    assert stage.state() is state
    stage.refuse = ""
    return stage


def stands(stage: Stage) -> tuple[Any, ...]:
    """Everything that a decision could change."""
    runs = sorted(item["pk"] for item in stage.table.everything() if item["pk"].startswith(("RUN#", "EXEMPTION")))
    writes = [call for call in stage.calls if call.operation.startswith(("Put", "Delete"))]
    return stage.targets, runs, writes, len(stage.hub.updates)


def test_every_state_can_be_reached_by_what_people_do() -> None:
    assert set(REACH) == set(State)


@pytest.mark.parametrize("state", list(State))
def test_who_may_not_decide_changes_nothing_and_is_told_why(state: State) -> None:
    stage = reached(state)
    before = stands(stage)
    for verb in Verb:
        for person, (user, team, why) in NOBODY.items():
            said = decide(stage, verb, user, team)
            assert stands(stage) == before, (verb, person)
            assert why in said or "nothing here to decide" in said or "not stored" in said, (verb, person, said)


@pytest.mark.parametrize("state", list(State))
def test_nobody_decides_while_the_groups_or_the_policy_cannot_be_read(state: State) -> None:
    stage = reached(state)
    before = stands(stage)
    members = stage.slack.groups.pop("S0SECENG")
    for verb in Verb:
        said = decide(stage, verb)
        assert stands(stage) == before, verb
        assert "could not be read" in said or "nothing here to decide" in said or "not stored" in said, (verb, said)
    stage.slack.groups["S0SECENG"] = members
    policies: Any = stage.world.policies
    policies.problem = PolicyUnreadable("AppConfig does not answer")
    for verb in Verb:
        said = decide(stage, verb)
        assert stands(stage) == before, verb
        assert "AppConfig does not answer" in said, (verb, said)


@pytest.mark.parametrize("state", list(State))
def test_an_approver_is_told_why_not_where_the_table_has_no_such_step(state: State) -> None:
    stage = reached(state)
    before = stands(stage)
    for verb in Verb:
        if (state, verb) not in ALLOWED:
            said = decide(stage, verb)
            assert stands(stage) == before, verb
            told_again = (state, verb) in SAID_ALREADY
            assert told_again or "Not done: " in said or "Nothing was decided: " in said, (verb, said)


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_an_approver_takes_every_step_that_the_table_has(state: State, verb: Verb) -> None:
    stage = reached(state)
    said = decide(stage, verb)
    stage.settle()
    assert "Not done" not in said, said
    assert "Nothing was decided" not in said, said
    if verb in COMES_TO:
        assert stage.state() is COMES_TO[verb]
    elif verb is Verb.EXEMPT:
        assert stage.target.exemption_request.by == "U0DANA"
    elif state is State.DISPUTED:
        assert "settings are right already" in stage.target.note
    else:
        assert stage.state() is State.PROPOSED


@pytest.mark.parametrize("state", [State.PROPOSED, State.GUIDANCE])
@pytest.mark.parametrize(("verb", "comes_to"), [(Verb.ALLOW_EXEMPTION, State.EXEMPTED), (Verb.REFUSE_EXEMPTION, None)])
def test_an_exemption_is_allowed_or_refused_by_another_who_may(
    state: State, verb: Verb, comes_to: State | None
) -> None:
    stage = reached(state)
    decide(stage, Verb.EXEMPT)
    before = stands(stage)
    for user, team, why in NOBODY.values():
        assert why in decide(stage, verb, user, team)
        assert stands(stage) == before
    decide(stage, verb, "U0OMAR")
    assert stage.state() is (comes_to or state)
    assert stage.target.exemption_request.by == ""


@pytest.mark.parametrize("verb", ["pause all incident", "resume all"])
def test_the_stop_button_is_for_approvers_only(verb: str) -> None:
    stage = Stage(policy=OWN_EXEMPTERS)
    stage.slack.add_user("U0SAM", team_id="T0GLOBEX")
    proposed(stage)
    if verb.startswith("resume"):
        say(stage, "pause all incident")
    stage.clock.advance(seconds=1)
    before = stage.table.query("PAUSE")
    for user, why in (
        ("U0LEE", "only people who may approve something"),
        ("U0GUEST", "guests"),
        ("U0SAM", "not one that the policy accepts"),
    ):
        assert why in say(stage, verb, user)
        assert stage.table.query("PAUSE") == before
    policies: Any = stage.world.policies
    policies.problem = PolicyUnreadable("AppConfig does not answer")
    assert "AppConfig does not answer" in say(stage, verb)
    assert stage.table.query("PAUSE") == before
    policies.problem = None
    stage.clock.advance(seconds=1)
    say(stage, verb)
    assert stage.table.query("PAUSE") != before
