"""Who may decide, and that not knowing means no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.policy import Approvers, Policy, without_policy
from bot.domain.rights import Person, may_decide

POLICY = Policy("v1", "C0FALL", teams=("T0ACME", "E0ACME"))
DANA = Person("U0DANA", "T0ACME", full_member=True)
GROUPS = {"S0SECENG": frozenset({"U0DANA"}), "S0EMPTY": frozenset[str]()}


def test_a_named_user_may_decide_and_the_verdict_says_by_which_right() -> None:
    verdict = may_decide(DANA, Approvers(users=("U0DANA",)), {}, POLICY)
    assert (verdict.allowed, verdict.via) == (True, "user U0DANA")


def test_a_member_of_a_named_group_may_decide() -> None:
    verdict = may_decide(DANA, Approvers(groups=("S0EMPTY", "S0SECENG")), GROUPS, POLICY)
    assert (verdict.allowed, verdict.via) == (True, "group S0SECENG")


def test_a_member_of_the_accepted_enterprise_may_decide_from_another_workspace() -> None:
    person = replace(DANA, team="T0OTHER", enterprise="E0ACME")
    assert may_decide(person, Approvers(users=("U0DANA",)), {}, POLICY).allowed


@pytest.mark.parametrize(
    ("person", "approvers", "policy", "reason"),
    [
        (replace(DANA, team="T0EVIL"), Approvers(users=("U0DANA",)), POLICY, "workspace"),
        (replace(DANA, team=""), Approvers(users=("U0DANA",)), POLICY, "workspace"),
        (replace(DANA, full_member=False), Approvers(users=("U0DANA",)), POLICY, "guests, bots"),
        (replace(DANA, user="U0EVE"), Approvers(("U0DANA",), ("S0SECENG",)), POLICY, "not one of the approvers"),
        (DANA, Approvers(groups=("S0EMPTY",)), POLICY, "not one of the approvers"),
        (DANA, Approvers(groups=("S0UNREAD",)), POLICY, "could not be read"),
        (DANA, Approvers(), POLICY, "names nobody"),
        (DANA, Approvers(users=("U0DANA",)), replace(POLICY, teams=()), "workspace"),
        (DANA, Approvers(users=("U0DANA",)), without_policy("C0FALL"), "workspace"),
    ],
)
def test_whoever_is_not_known_to_be_allowed_is_not_and_hears_why(
    person: Person, approvers: Approvers, policy: Policy, reason: str
) -> None:
    verdict = may_decide(person, approvers, GROUPS, policy)
    assert not verdict.allowed
    assert not verdict.via
    assert reason in verdict.reason


def test_an_unread_group_takes_no_right_that_another_gives() -> None:
    assert may_decide(DANA, Approvers(groups=("S0UNREAD", "S0SECENG")), GROUPS, POLICY).allowed


def test_empty_ids_are_nobodys() -> None:
    nobody = Person("", "", full_member=True)
    assert not may_decide(nobody, Approvers(users=("U0DANA",)), GROUPS, POLICY).allowed
