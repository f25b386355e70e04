"""The context of a decision, and the checks and writes that its kinds have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.errors import Refusal
from bot.domain.history import HistoryEvent
from bot.domain.plan import Plan
from bot.domain.policy import Approvers, Policy, Route
from bot.domain.ports import Put, Write
from bot.domain.rights import named
from bot.domain.states import ANSWERABLE
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.flows.cases.transition import AuditNote
from bot.flows.decisions.click import Click
from bot.flows.policy.deciders import PersonRights
from bot.store import cases, votes
from bot.store.votes import Votes
from bot.world import World


@dataclass(frozen=True)
class ShownPlan:
    """The plan that was shown of one target: its digest; of an undo also the plan, and the run that it takes back."""

    digest: str
    plan_text: str = ""
    run_of: str = ""


@dataclass(frozen=True)
class DecisionContext:
    """Everything that a decision is judged by, read once. `decision` is its id, `received` when Slack signed it."""

    click: Click
    case: Case
    rights: PersonRights
    decision: str
    received: str

    @property
    def policy(self) -> Policy:
        return self.rights.policy

    def audit_note(
        self, event: HistoryEvent, route: Route, right: str, reason: str = "", required: int = 1
    ) -> AuditNote:
        """Return the audit note of this decision, with the evidence of the right that it was taken by."""
        return AuditNote(
            event,
            who=self.click.user,
            policy=self.policy.version,
            right=right,
            reason=reason,
            grounds=self.rights.evidence(route, right, required),
        )


def load_target(context: DecisionContext, target_id: str, world: World) -> CaseTarget:
    """Read the target as it is now. Raises Refusal when there is none."""
    target = cases.load_target(world.table, context.case.id, target_id)
    if target is None:
        raise Refusal("it is not part of this case any more")
    return target


def require_shown(target: CaseTarget, shown: ShownPlan) -> None:
    """Raise Refusal unless the target's plan is still the one that was shown."""
    if target.proposal.digest != shown.digest:
        raise Refusal("what would be changed is not what you were shown any more; look at the current card")


def require_answerable(target: CaseTarget, shown: ShownPlan) -> None:
    """Raise IllegalStep or Refusal unless the target still asks what was shown."""
    target.require(*ANSWERABLE)
    require_shown(target, shown)


def require_own_plan(text: str, digest: str, target: CaseTarget, case: Case) -> None:
    """Raise Refusal unless this is the plan of this digest, for this target of this case.

    The target may have been written by functions that decide nothing, so its plan is compared with the digest that was
    signed, and the policy is asked about the target, so the plan must be the target's own.
    """
    try:
        plan = Plan.from_text(text)
    except (ValueError, TypeError) as error:
        raise Refusal("what would be changed cannot be read; ask again") from error
    if plan.digest != digest:
        raise Refusal("what would be changed is not what it says it is; ask again")
    if (plan.remediation, plan.resource) != (target.remediation, target.resource):
        raise Refusal("what would be changed is not this resource; ask again")
    if plan.resource.account != case.account:
        raise Refusal("this resource is not of the card's account; ask again")


def valid_votes(
    context: DecisionContext, stored: Votes, digest: str, approvers: Approvers, since: str = ""
) -> tuple[Vote, ...]:
    """Return the stored votes for a digest or exemption request by people who are still approvers, after `since`."""
    groups = context.rights.groups
    return tuple(one for one in stored.of(digest) if one.at > since and named(one.user, approvers, groups))


def require_not_overtaken(context: DecisionContext, stored: Votes) -> None:
    """Raise Refusal if another decision has reset the votes since this one was signed."""
    if context.received <= stored.reset_at:
        raise Refusal("another decision has been taken since you gave this one; please decide on the current card")


def reset_on_change(
    context: DecisionContext, reply: str, world: World
) -> Callable[[CaseTarget, CaseTarget], Sequence[Write]]:
    """Return the writes of a transition after which no earlier vote counts; `reply` is what the person is answered."""

    def writes(before: CaseTarget, after: CaseTarget) -> Sequence[Write]:
        return (reset_votes(context, after.target_id, reply, world),) if after != before else ()

    return writes


def reset_votes(context: DecisionContext, target_id: str, reply: str, world: World) -> Put:
    """Return the write that drops the votes on a target that were signed until this decision."""
    stored = votes.load(world.table, context.case.id, target_id)
    return stored.reset(context.received).decided(context.decision, reply).put()
