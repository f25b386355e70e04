"""One row of a decision: whether this person may, whether it still stands, and what follows when enough agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.canonical import short_id
from bot.domain.errors import IllegalStep, Refusal
from bot.domain.history import HistoryEvent
from bot.domain.policy import Policy, Route
from bot.domain.ports import Write
from bot.domain.run import Run, RunKind
from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.domain.windows import why_closed
from bot.flows.cases.transition import AuditNote, plan_lines, transition
from bot.flows.decisions.context import (
    DecisionContext,
    ShownPlan,
    evidence_of,
    load_target,
    require_not_overtaken,
    require_right,
    resets_votes,
    votes_reset,
)
from bot.flows.decisions.rate_limit import VOTES_ABOVE_LIMIT, ApprovalCounts, approval_counts, limit_reached
from bot.flows.decisions.votes import counted, require_own
from bot.flows.policy import eligibility
from bot.flows.policy.subject import subject_of
from bot.store import keys, runs, votes
from bot.store.votes import Votes
from bot.world import World


@dataclass(frozen=True)
class ApprovalRule:
    """What a yes is given to, and what it leads to when enough have given it."""

    check: Callable[[CaseTarget], None]
    kind: RunKind
    digest: str
    done: Callable[[CaseTarget], str]
    row: ShownPlan | None = None
    reference: str = ""


def approve(context: DecisionContext, target_id: str, row: ShownPlan, world: World) -> str:
    """A yes to the plan that was shown. Raises Refusal or IllegalStep when it cannot count."""

    def check(target: CaseTarget) -> None:
        eligibility.may_change(context.policy, target.resource.account)
        target.require(State.PROPOSED)
        if target.proposal.digest != row.digest:
            raise Refusal("what would be changed is not what you were shown any more; look at the current card")
        require_own(target.proposal.plan_text, row.digest, target, context.case)
        valid_until = keys.parse(target.proposal.planned_at) + timedelta(hours=context.policy.plan_hours)
        if world.clock.now() >= valid_until:
            raise Refusal("the plan is too old; ask again")
        if reason := eligibility.no_opening(target, context.policy, world.clock.now(), since=world.clock.now()):
            raise Refusal(reason)
        eligibility.require_reference(context.policy, target, context.click.reference)

    def done(target: CaseTarget) -> str:
        if why := why_closed(context.policy.hours(subject_of(target)), world.clock.now()):
            return f"Approved: it waits for the time that the card shows ({why}), and is compared again then."
        return "Approved: it is being carried out, and the card will show the proof."

    return _vote(
        context,
        target_id,
        ApprovalRule(check, RunKind.FIX, row.digest, done, reference=context.click.reference),
        world,
    )


def undo(context: DecisionContext, target_id: str, row: ShownPlan, world: World) -> str:
    """A yes to taking a fix back, as it was previewed. Raises Refusal or IllegalStep when it cannot count."""

    def check(target: CaseTarget) -> None:
        eligibility.may_change(context.policy, target.resource.account)
        fix = runs.load_run(world.table, row.run_of)
        if target.attempt.fix_run != row.run_of or fix is None or not target.undoable:
            raise IllegalStep(f"it is {target.state.replace('_', ' ')} now, and nothing is left to undo")
        require_own(row.plan_text, row.digest, target, context.case)
        last_day = keys.parse(fix.created) + timedelta(days=context.policy.undo_days)
        if world.clock.now() >= last_day:
            raise Refusal(f"it was fixed more than {context.policy.undo_days} days ago")

    ask = ApprovalRule(check, RunKind.UNDO, row.digest, lambda _: "Undo approved: it is being carried out.", row)
    return _vote(context, target_id, ask, world)


def _vote(context: DecisionContext, target_id: str, ask: ApprovalRule, world: World) -> str:
    """Count this person's yes to this digest; the last one that is needed starts the run."""
    target = load_target(context, target_id, world)
    route, right = require_right(context, target)
    yes = _CastVote(context, ask, right, keys.stamp(world.clock.now()), _run_id(context.decision, target_id), world)
    told = AuditNote(
        HistoryEvent(context.click.verb),
        who=context.click.user,
        policy=context.policy.version,
        right=right,
        run=yes.run_id,
        reference=ask.reference,
        changes=plan_lines(_plan_text(ask, target)),
        grounds=evidence_of(context, route, right, route.required(subject_of(target))),
    )
    after = transition(context.case.id, target_id, yes.given, told, world, extra=yes.writes)
    if after.attempt.run_id == yes.run_id:
        world.queues.runs.send({"kind": "run", "run": yes.run_id}, group=context.case.account)
    return yes.said(after)


@dataclass
class _CastVote:
    """One person's yes to one target. What it is counted with is read anew whenever somebody wrote in between."""

    context: DecisionContext
    ask: ApprovalRule
    right: str
    now: str
    run_id: str
    world: World
    hourly: ApprovalCounts = field(init=False)
    known: Votes = field(init=False)
    required: int = field(init=False)

    def given(self, target: CaseTarget) -> CaseTarget:
        """The target with it; where enough agree by now, its run is started. Raises Refusal, IllegalStep."""
        context, ask = self.context, self.ask
        ask.check(target)
        route, _ = require_right(context, target)
        self.hourly = approval_counts(context.click.user, context.case.account, self.world)
        self.known = votes.load(self.world.table, target.case_id, target.target_id)
        require_not_overtaken(context, self.known)
        self.required = _required(route, target, self.hourly, context.policy)
        approval = Vote(context.click.user, self.now, ask.digest)
        after = target.voted(approval, _valid_votes(context, route, self.known, target, ask))
        if len(_voters(after, ask.digest)) < self.required:
            return after
        return (
            after.undo_approved(self.run_id) if ask.kind is RunKind.UNDO else after.approved(self.run_id, ask.reference)
        )

    def writes(self, _before: CaseTarget, after: CaseTarget) -> Sequence[Write]:
        """What belongs to it: that it was said, or with the last that is needed the run; counted in this hour."""
        answered = self.known.by(self.context.decision, self.said(after))
        if after.attempt.run_id != self.run_id:
            return (self.hourly.person.one_more, answered.having(after.decision.votes[-1]).put())
        due_at = keys.stamp(self.world.clock.now() + runs.LOST_AFTER)
        run = runs.create(_run(self.context, self.ask, after, self.right, self.now), due_at)
        begun = answered.forgetting(self.context.received).put()
        return (self.hourly.person.one_more, self.hourly.account.one_more, run, begun)

    def said(self, after: CaseTarget) -> str:
        """What the person is told."""
        if after.attempt.run_id == self.run_id:
            return self.ask.done(after)
        over = limit_reached(self.hourly, self.context.policy)
        said = f"Your approval counts: {len(_voters(after, self.ask.digest))} of {self.required}."
        return f"{said} {over[:1].upper()}{over[1:]}." if over else said


def _valid_votes(
    context: DecisionContext, route: Route, said: Votes, target: CaseTarget, ask: ApprovalRule
) -> list[Vote]:
    """The yeses that still count: said to `remediate`, by approvers of today, no longer ago than a plan is valid.

    What has been taken off the target since (it lapsed, or another plan came) does not count any more either.
    """
    since = keys.stamp(keys.parse(context.received) - timedelta(hours=context.policy.plan_hours))
    standing = {(one.user, one.digest) for one in target.decision.votes}
    known = counted(said, ask.digest, route.approvers, context.groups, since)
    return [one for one in known if (one.user, one.digest) in standing]


def _required(route: Route, target: CaseTarget, now: ApprovalCounts, policy: Policy) -> int:
    """How many people it takes: by the policy's rules, and at least two above its numbers an hour."""
    return max(route.required(subject_of(target)), VOTES_ABOVE_LIMIT if limit_reached(now, policy) else 1)


def _voters(target: CaseTarget, digest: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.user for one in target.decision.votes if one.digest == digest))


def _run_id(decision: str, target_id: str) -> str:
    """Derived from the decision and the target, so that a decision told twice makes one run."""
    return short_id("run", decision, target_id)


def _run(context: DecisionContext, ask: ApprovalRule, target: CaseTarget, right: str, now: str) -> Run:
    return Run(
        id=target.attempt.run_id,
        kind=ask.kind,
        case_id=context.case.id,
        target_id=target.target_id,
        plan_text=_plan_text(ask, target),
        approved_by=tuple(reversed(_voters(target, ask.digest))),
        policy=context.policy.version,
        right=right,
        created=now,
        fix_run=target.attempt.undo_of,
        continues=target.attempt.continues if ask.kind is RunKind.FIX else "",
    )


def _plan_text(ask: ApprovalRule, target: CaseTarget) -> str:
    """What is agreed to: of an undo the plan that was previewed."""
    return ask.row.plan_text if ask.kind is RunKind.UNDO and ask.row else target.proposal.plan_text


def deny(context: DecisionContext, target_id: str, row: ShownPlan, world: World) -> str:
    """A no; one suffices. Raises Refusal or IllegalStep when it cannot count."""
    click, now = context.click, keys.stamp(world.clock.now())
    target = load_target(context, target_id, world)
    route, right = require_right(context, target)

    def change(target: CaseTarget) -> CaseTarget:
        if target.state is State.DENIED and target.decision.by == click.user:
            return target
        target.require(*ANSWERABLE)
        if target.proposal.digest != row.digest:
            raise Refusal("what would be changed is not what you were shown any more; look at the current card")
        return target.denied(click.user, now, click.reason)

    grounds = evidence_of(context, route, right, 1)
    version = context.policy.version
    told = AuditNote(
        HistoryEvent.DENY, who=click.user, policy=version, right=right, reason=click.reason, grounds=grounds
    )
    said = "Denied: nothing is changed."
    transition(context.case.id, target_id, change, told, world, extra=resets_votes(context, said, world))
    return said


def ask_again(context: DecisionContext, target_id: str, _row: ShownPlan, world: World) -> str:
    """The settings are to be read anew and the question put again. Raises Refusal for who may not decide."""
    require_right(context, load_target(context, target_id, world))
    said = "Asked again: the settings are being read."
    world.table.write([votes_reset(context, target_id, said, world)])
    return said
