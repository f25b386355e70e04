"""Deciders: the approvers and exempters of targets and routes, and the rights of one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import Refusal
from bot.domain.policy import Approvers, Policy, Route
from bot.domain.rights import AuthorityEvidence, Groups, Person, Verdict, may_decide
from bot.domain.target import CaseTarget
from bot.flows.policy import identity
from bot.flows.policy.subject import subject_of
from bot.world import World


@dataclass(frozen=True)
class PersonRights:
    """The rights of one person under a policy, with their groups as Slack reports them now."""

    person: Person
    groups: Groups
    policy: Policy

    def verdict(self, approvers: Approvers, otherwise: str = "") -> Verdict:
        """Return whether the person is one of these; `otherwise` is the reason given to who is not."""
        named = {"otherwise": otherwise} if otherwise else {}
        return may_decide(self.person, approvers, self.groups, self.policy, **named)

    def may_approve(self, target: CaseTarget) -> bool:
        return self.verdict(self.route(target).approvers).allowed

    def may_exempt(self, target: CaseTarget) -> bool:
        return self.verdict(self.route(target).exempters).allowed

    def require_approver(self, target: CaseTarget) -> tuple[Route, str]:
        """Return the route that decides on this target now, and what gives the person the right. Raises Refusal."""
        route = self.route(target)
        return route, f"{route.name}: {self._require(route.approvers)}"

    def require_exempter(self, target: CaseTarget) -> tuple[Route, str]:
        """Return the route that decides on this target now, and what gives the right to exempt. Raises Refusal."""
        route = self.route(target)
        return route, f"{route.name}{'.exemptions' if route.exemptions else ''}: {self._require(route.exempters)}"

    def _require(self, approvers: Approvers) -> str:
        verdict = self.verdict(approvers)
        if not verdict.allowed:
            raise Refusal(verdict.reason)
        return verdict.via

    def route(self, target: CaseTarget) -> Route:
        """Return the route that decides on this target now."""
        return route_of([target], self.policy)

    def evidence(self, route: Route, right: str, required: int) -> AuthorityEvidence:
        """Return the evidence of a right as it is used: policy version, rule, groups and their members."""
        wanted = [group for group in groups_of(_deciders(route)) if group in self.groups]
        members = {group: tuple(sorted(self.groups[group])) for group in wanted}
        return AuthorityEvidence(self.policy.version, route.name, right, required, members)

    @property
    def channels(self) -> frozenset[str]:
        """The channels with cards that the person may decide on: those of their routes, and the fallback channel."""
        mine = [route for route in self.policy.routes if any(self.verdict(one).allowed for one in _deciders(route))]
        return frozenset({*(route.channel for route in mine), self.policy.fallback_channel}) if mine else frozenset()


def rights_of(user: str, team: str, policy: Policy, deciders: Iterable[Approvers], world: World) -> PersonRights:
    """Read who a person is and the groups of these deciders. Raises RightsUnknown."""
    return PersonRights(identity.person(user, team, world), identity.groups(groups_of(deciders), world), policy)


def groups_of(deciders: Iterable[Approvers]) -> list[str]:
    """Return the user groups among the deciders, sorted."""
    return sorted({group for one in deciders for group in one.groups})


def all_deciders(policy: Policy) -> list[Approvers]:
    """Return the approvers and exempters of every route."""
    return [one for route in policy.routes for one in _deciders(route)]


def deciders_of(targets: Iterable[CaseTarget], policy: Policy) -> list[Approvers]:
    """Return the approvers and exempters of the routes of these targets."""
    return [one for target in targets for one in _deciders(route_of([target], policy))]


def approvers_in(account: str, policy: Policy) -> Approvers:
    """Return everybody who may approve something in an account ('' for any)."""
    routes = [route for route in policy.routes if not account or route.match.concerns(account)]
    users = {user for route in routes for user in route.approvers.users}
    return Approvers(tuple(sorted(users)), tuple(groups_of(route.approvers for route in routes)))


def approvers_of(targets: Sequence[CaseTarget], policy: Policy) -> Approvers:
    """Return the approvers of these targets, with the number that the strictest of them requires."""
    required = max((policy.route(one).required(one) for one in map(subject_of, targets)), default=1)
    return replace(route_of(targets, policy).approvers, required=required)


def exempters_of(targets: Sequence[CaseTarget], policy: Policy) -> Approvers:
    """Return the exempters of these targets, with the number that it takes, the requester among them."""
    required = max((policy.route(one).required_to_exempt(one) for one in map(subject_of, targets)), default=1)
    return replace(route_of(targets, policy).exempters, required=required)


def route_of(targets: Sequence[CaseTarget], policy: Policy) -> Route:
    """Return the route of the first target; without targets, one on which nobody decides.

    It is what a card shows. A decision is judged by each target's own route.
    """
    return policy.route(subject_of(targets[0])) if targets else Route("", "")


def _deciders(route: Route) -> tuple[Approvers, Approvers]:
    return route.approvers, route.exempters
