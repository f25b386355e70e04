"""Which route, who, how many, how far."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.finding import Severity
from bot.domain.plan import Effect
from bot.domain.policy import Approvers, Match, Policy, Route, Rule, Stage, without_policy
from tests.domain.builders import a_subject

PROD = Route("routes[0]", "C0PROD", match=Match(accounts=("1111*",)))
REST = Route("routes[1]", "C0REST")


def a_policy(*routes: Route, **more: Any) -> Policy:
    return Policy("v1", "C0FALL", routes=routes, **more)


@pytest.mark.parametrize(
    ("match", "holds"),
    [
        (Match(), True),
        (Match(accounts=("111122223333",)), True),
        (Match(accounts=("1111*",)), True),
        (Match(accounts=("2*", "*3333")), True),
        (Match(accounts=("2222*",)), False),
        (Match(regions=("eu-*",)), True),
        (Match(regions=("us-*", "global")), False),
        (Match(severity=(Severity.CRITICAL, Severity.HIGH)), True),
        (Match(severity=(Severity.LOW,)), False),
        (Match(controls=("S3.*",)), True),
        (Match(controls=("S3.80",)), False),
        (Match(controls=("s3.8",)), False),
        (Match(tags={"env": "prod"}), True),
        (Match(tags={"env": "prod", "team": "pay"}), False),
        (Match(tags={"env": "production"}), False),
        (Match(accounts=("1111*",), regions=("us-*",)), False),
    ],
)
def test_a_match_holds_when_all_that_is_given_holds(match: Match, *, holds: bool) -> None:
    assert match.holds(a_subject()) is holds


def test_one_of_several_controls_is_enough_and_none_matches_no_control() -> None:
    match = Match(controls=("S3.8",))
    assert match.holds(a_subject(controls=("S3.2", "S3.8")))
    assert not match.holds(a_subject(controls=()))


def test_the_first_route_that_matches_wins() -> None:
    policy = a_policy(PROD, REST)
    assert policy.route(a_subject()) is PROD
    assert policy.route(a_subject(account="222233334444")) is REST


def test_what_no_route_names_goes_to_the_fallback_where_nobody_may_approve() -> None:
    route = a_policy(PROD).route(a_subject(account="222233334444"))
    assert (route.channel, route.approvers) == ("C0FALL", Approvers())
    assert route.public is False


@pytest.mark.parametrize(
    ("effects", "required"),
    [((), 1), ((Effect.RESTARTS,), 1), ((Effect.CUTS_TRAFFIC,), 2), ((Effect.CUTS_TRAFFIC, Effect.IRREVERSIBLE), 3)],
)
def test_the_strictest_rule_that_holds_says_how_many_must_approve(effects: tuple[Effect, ...], required: int) -> None:
    rules = (Rule(3, (Effect.IRREVERSIBLE,)), Rule(2, (Effect.CUTS_TRAFFIC, Effect.IRREVERSIBLE)))
    route = Route("routes[0]", "C01", Approvers(required=1), rules=rules)
    assert route.required(a_subject(effects=effects)) == required


def test_a_rule_never_lowers_what_the_route_asks() -> None:
    route = Route("routes[0]", "C01", Approvers(required=3), rules=(Rule(1),))
    assert route.required(a_subject()) == 3


def test_a_rule_without_effects_is_about_everything_that_it_matches() -> None:
    route = Route("routes[0]", "C01", rules=(Rule(2, match=Match(tags={"env": "prod"})),))
    assert route.required(a_subject()) == 2
    assert route.required(a_subject(tags={})) == 1


def test_an_account_has_its_own_stage_or_the_default() -> None:
    policy = a_policy(default_stage=Stage.OBSERVE, stages={"111122223333": Stage.APPROVE})
    assert (policy.stage("111122223333"), policy.stage("222233334444")) == (Stage.APPROVE, Stage.OBSERVE)


def test_parameters_are_set_by_remediation_and_by_control_and_the_control_wins() -> None:
    policy = a_policy(remediations={"Logs": {"bucket": "a", "days": 1}, "S3.9": {"bucket": "b"}, "S3.1": {"x": 1}})
    assert policy.params("Logs", ("S3.9",)) == {"bucket": "b", "days": 1}
    assert policy.params("Logs", ()) == {"bucket": "a", "days": 1}
    assert policy.params("Other", ()) == {}


def test_reading_parameters_leaves_the_policy_as_it_is() -> None:
    policy = a_policy(remediations={"Logs": {"bucket": "a"}})
    policy.params("Logs", ())["bucket"] = "changed"
    assert policy.params("Logs", ()) == {"bucket": "a"}


def test_without_a_policy_everything_is_shown_in_one_place_and_nobody_decides() -> None:
    policy = without_policy("C0FALL")
    assert policy.route(a_subject()).channel == "C0FALL"
    assert policy.stage("111122223333") is Stage.PROPOSE
    assert (policy.teams, policy.route(a_subject()).approvers) == ((), Approvers())
