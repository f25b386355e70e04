"""What a decision is judged by, and what each kind of it has in common: rights, their evidence, what is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.errors import Refusal
from bot.domain.policy import Policy, Route
from bot.domain.ports import Put, Write
from bot.domain.rights import AuthorityEvidence, Groups, Person, may_decide
from bot.domain.target import CaseTarget
from bot.flows.decisions.payload import Click
from bot.flows.policy.subject import subject_of
from bot.store import cases, votes
from bot.store.votes import Votes
from bot.world import World


@dataclass(frozen=True)
class ShownPlan:
    """One line of what was shown: the digest of its plan; of an undo also the plan, and the run that it takes back."""

    digest: str
    plan_text: str = ""
    run_of: str = ""


@dataclass(frozen=True)
class DecisionContext:
    """Everything that a decision is judged by, read once."""

    click: Click
    case: Case
    policy: Policy
    person: Person
    groups: Groups
    decision: str
    received: str


def require_right(context: DecisionContext, target: CaseTarget) -> tuple[Route, str]:
    """The route that decides about this target now, and what gives this person the right. Raises Refusal."""
    route = context.policy.route(subject_of(target))
    verdict = may_decide(context.person, route.approvers, context.groups, context.policy)
    if not verdict.allowed:
        raise Refusal(verdict.reason)
    return route, f"{route.name}: {verdict.via}"


def evidence_of(context: DecisionContext, route: Route, right: str, required: int) -> AuthorityEvidence:
    """The evidence of a right as it was when it was used: policy, rule, groups and their members then."""
    wanted = [group for group in (*route.approvers.groups, *route.exempters.groups) if group in context.groups]
    members = {group: tuple(sorted(context.groups[group])) for group in wanted}
    return AuthorityEvidence(context.policy.version, route.name, right, required, members)


def load_target(context: DecisionContext, target_id: str, world: World) -> CaseTarget:
    """The target as it is now. Raises Refusal when there is none."""
    target = cases.load_target(world.table, context.case.id, target_id)
    if target is None:
        raise Refusal("it is not part of this case any more")
    return target


def resets_votes(
    context: DecisionContext, said: str, world: World
) -> Callable[[CaseTarget, CaseTarget], Sequence[Write]]:
    """After another answer than yes, no earlier yes counts; `said` is what the person is told of it."""

    def extra(before: CaseTarget, after: CaseTarget) -> Sequence[Write]:
        return (votes_reset(context, after.target_id, said, world),) if after != before else ()

    return extra


def votes_reset(context: DecisionContext, target_id: str, said: str, world: World) -> Put:
    """The write after which nothing counts that was said about a target until this decision was signed."""
    known = votes.load(world.table, context.case.id, target_id)
    return known.forgetting(context.received).by(context.decision, said).put()


def require_not_overtaken(context: DecisionContext, known: Votes) -> None:
    """That no other answer was given since this was signed, should it come late. Raises Refusal."""
    if context.received <= known.forgotten:
        raise Refusal("another decision has been taken since you gave this one; please decide on the current card")
