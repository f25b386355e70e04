"""Approve a fix or an undo with the votes that the policy requires; deny it, or ask again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.domain.canonical import short_id
from bot.domain.errors import IllegalStep, Refusal
from bot.domain.history import HistoryEvent
from bot.domain.policy import Policy, Route
from bot.domain.ports import Write
from bot.domain.run import Run, RunKind
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.domain.windows import why_closed
from bot.flows.cases.transition import plan_lines, transition
from bot.flows.decisions.context import (
    DecisionContext,
    ShownPlan,
    load_target,
    require_answerable,
    require_not_overtaken,
    require_own_plan,
    require_shown,
    reset_on_change,
    reset_votes,
    valid_votes,
)
from bot.flows.decisions.rate_limit import VOTES_ABOVE_LIMIT, ApprovalCounts, approval_counts, limit_reached
from bot.flows.policy import eligibility
from bot.flows.policy.subject import subject_of
from bot.messages import ExecuteRun, send
from bot.store import keys, runs, votes
from bot.store.votes import Votes
from bot.world import World


@dataclass(frozen=True)
class ApprovalRule:
    """The check of a vote, the digest that it is for, and the reply to the vote that completes the approval."""

    check: Callable[[CaseTarget], None]
    kind: RunKind
    digest: str
    reply: Callable[[CaseTarget], str]
    shown: ShownPlan | None = None
    reference: str = ""


def approve(context: DecisionContext, target_id: str, shown: ShownPlan, world: World) -> str:
    """Vote for the plan that was shown. Raises Refusal or IllegalStep when the vote cannot count."""

    def check(target: CaseTarget) -> None:
        eligibility.may_change(context.policy, target.resource.account)
        target.require(State.PROPOSED)
        require_shown(target, shown)
        require_own_plan(target.proposal.plan_text, shown.digest, target, context.case)
        valid_until = keys.parse(target.proposal.planned_at) + timedelta(hours=context.policy.plan_hours)
        if world.clock.now() >= valid_until:
            raise Refusal("the plan is too old; ask again")
        if reason := eligibility.no_opening(target, context.policy, world.clock.now(), since=world.clock.now()):
            raise Refusal(reason)
        eligibility.require_reference(context.policy, target, context.click.reference)

    def reply(target: CaseTarget) -> str:
        if why := why_closed(context.policy.hours(subject_of(target)), world.clock.now()):
            return f"Approved: it waits for the time that the card shows ({why}), and is compared again then."
        return "Approved: it is being carried out, and the card will show the proof."

    rule = ApprovalRule(check, RunKind.FIX, shown.digest, reply, reference=context.click.reference)
    return _vote(context, target_id, rule, world)


def undo(context: DecisionContext, target_id: str, shown: ShownPlan, world: World) -> str:
    """Vote for the undo that was previewed. Raises Refusal or IllegalStep when the vote cannot count."""

    def check(target: CaseTarget) -> None:
        eligibility.may_change(context.policy, target.resource.account)
        fix = runs.load_run(world.table, shown.run_of)
        if target.attempt.fix_run != shown.run_of or fix is None or not target.undoable:
            raise IllegalStep(f"it is {target.state.replace('_', ' ')} now, and nothing is left to undo")
        require_own_plan(shown.plan_text, shown.digest, target, context.case)
        last_day = keys.parse(fix.created) + timedelta(days=context.policy.undo_days)
        if world.clock.now() >= last_day:
            raise Refusal(f"it was fixed more than {context.policy.undo_days} days ago")

    def reply(_target: CaseTarget) -> str:
        return "Undo approved: it is being carried out."

    return _vote(context, target_id, ApprovalRule(check, RunKind.UNDO, shown.digest, reply, shown), world)


def _vote(context: DecisionContext, target_id: str, rule: ApprovalRule, world: World) -> str:
    """Count this person's vote; the one that completes the approval starts the run."""
    target = load_target(context, target_id, world)
    route, right = context.rights.require_approver(target)
    event, required = HistoryEvent(context.click.verb), route.required(subject_of(target))
    run_id = _run_id(context.decision, target_id)
    cast = _CastVote(context, rule, right, keys.stamp(world.clock.now()), run_id, world)
    audit_note = replace(
        context.audit_note(event, route, right, required=required),
        run=run_id,
        reference=rule.reference,
        changes=plan_lines(_plan_text(rule, target)),
    )
    after = transition(context.case.id, target_id, cast.change, audit_note, world, cast.writes)
    if after.attempt.run_id == run_id:
        send(ExecuteRun(run_id=run_id, account_id=context.case.account), world.queues)
    return cast.reply(after)


@dataclass
class _CastVote:
    """One person's vote on one target. What it is counted with is read again with each try of the transition."""

    context: DecisionContext
    rule: ApprovalRule
    right: str
    now: str
    run_id: str
    world: World
    hourly: ApprovalCounts = field(init=False)
    stored: Votes = field(init=False)
    required: int = field(init=False)

    def change(self, target: CaseTarget) -> CaseTarget:
        """Return the target with the vote, and approved if enough have voted. Raises Refusal, IllegalStep."""
        context, rule = self.context, self.rule
        rule.check(target)
        route, _ = context.rights.require_approver(target)
        self.hourly = approval_counts(context.click.user, context.case.account, self.world)
        self.stored = votes.load(self.world.table, target.case_id, target.target_id)
        require_not_overtaken(context, self.stored)
        self.required = _required(route, target, self.hourly, context.policy)
        vote = Vote(context.click.user, self.now, rule.digest)
        after = target.voted(vote, _earlier_votes(context, route, self.stored, target, rule))
        if len(_voters(after, rule.digest)) < self.required:
            return after
        undoes = rule.kind is RunKind.UNDO
        return after.undo_approved(self.run_id) if undoes else after.approved(self.run_id, rule.reference)

    def writes(self, _before: CaseTarget, after: CaseTarget) -> Sequence[Write]:
        """Return the vote, or with the last that is required the run, and the counts of this hour."""
        stored = self.stored.decided(self.context.decision, self.reply(after))
        if after.attempt.run_id != self.run_id:
            return (self.hourly.person.increment, stored.with_vote(after.decision.votes[-1]).put())
        due_at = keys.stamp(self.world.clock.now() + runs.LOST_AFTER)
        run = runs.create(_run(self.context, self.rule, after, self.right, self.now), due_at)
        reset = stored.reset(self.context.received).put()
        return (self.hourly.person.increment, self.hourly.account.increment, run, reset)

    def reply(self, after: CaseTarget) -> str:
        """Return what the person is answered."""
        if after.attempt.run_id == self.run_id:
            return self.rule.reply(after)
        over = limit_reached(self.hourly, self.context.policy)
        counts = f"Your approval counts: {len(_voters(after, self.rule.digest))} of {self.required}."
        return f"{counts} {over[:1].upper()}{over[1:]}." if over else counts


def _earlier_votes(
    context: DecisionContext, route: Route, stored: Votes, target: CaseTarget, rule: ApprovalRule
) -> list[Vote]:
    """Return the votes that still count: by approvers of today, no longer ago than a plan is valid.

    What a step has cleared from the target since (it lapsed, or has another plan) does not count either.
    """
    since = keys.stamp(keys.parse(context.received) - timedelta(hours=context.policy.plan_hours))
    kept = {(one.user, one.digest) for one in target.decision.votes}
    valid = valid_votes(context, stored, rule.digest, route.approvers, since)
    return [one for one in valid if (one.user, one.digest) in kept]


def _required(route: Route, target: CaseTarget, now: ApprovalCounts, policy: Policy) -> int:
    """Return how many people must approve: by the policy's rules, and at least two above its limits an hour."""
    return max(route.required(subject_of(target)), VOTES_ABOVE_LIMIT if limit_reached(now, policy) else 1)


def _voters(target: CaseTarget, digest: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.user for one in target.decision.votes if one.digest == digest))


def _run_id(decision: str, target_id: str) -> str:
    """Derive the run's id from the decision and the target, so that a decision that is judged twice makes one run."""
    return short_id("run", decision, target_id)


def _run(context: DecisionContext, rule: ApprovalRule, target: CaseTarget, right: str, now: str) -> Run:
    return Run(
        id=target.attempt.run_id,
        kind=rule.kind,
        case_id=context.case.id,
        target_id=target.target_id,
        plan_text=_plan_text(rule, target),
        approved_by=tuple(reversed(_voters(target, rule.digest))),
        policy=context.policy.version,
        right=right,
        created=now,
        fix_run=target.attempt.undo_of,
        continues=target.attempt.continues if rule.kind is RunKind.FIX else "",
    )


def _plan_text(rule: ApprovalRule, target: CaseTarget) -> str:
    """Return the plan that is approved: of an undo the one that was previewed."""
    return rule.shown.plan_text if rule.kind is RunKind.UNDO and rule.shown else target.proposal.plan_text


def deny(context: DecisionContext, target_id: str, shown: ShownPlan, world: World) -> str:
    """Deny the proposal; one approver suffices. Raises Refusal or IllegalStep."""
    click, now = context.click, keys.stamp(world.clock.now())
    route, right = context.rights.require_approver(load_target(context, target_id, world))

    def change(target: CaseTarget) -> CaseTarget:
        if target.state is State.DENIED and target.decision.by == click.user:
            return target
        require_answerable(target, shown)
        return target.denied(click.user, now, click.reason)

    audit_note = context.audit_note(HistoryEvent.DENY, route, right, click.reason)
    reply = "Denied: nothing is changed."
    transition(context.case.id, target_id, change, audit_note, world, reset_on_change(context, reply, world))
    return reply


def ask_again(context: DecisionContext, target_id: str, _shown: ShownPlan, world: World) -> str:
    """Reset the votes, so that the settings are read and people asked again. Raises Refusal."""
    context.rights.require_approver(load_target(context, target_id, world))
    reply = "Asked again: the settings are being read."
    world.table.write([reset_votes(context, target_id, reply, world)])
    return reply
