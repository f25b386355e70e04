"""One row of a decision: whether this person may, whether it still stands, and what follows when enough agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.canonical import short_id
from bot.domain.errors import IllegalStep, Refusal
from bot.domain.history import What
from bot.domain.policy import Policy, Route
from bot.domain.ports import Write
from bot.domain.run import Run, RunKind
from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.domain.windows import why_closed
from bot.flows.cases.transition import Told, advance, plan_in_words
from bot.flows.decisions.context import (
    Judging,
    Row,
    forgetting,
    forgotten,
    grounds_of,
    load_target,
    require_not_overtaken,
    right_to,
)
from bot.flows.decisions.rate_limit import PEOPLE_ABOVE, Counts, counts, exceeded
from bot.flows.decisions.votes import counted, require_own
from bot.flows.policy import eligibility
from bot.flows.policy.subject import subject_of
from bot.store import keys, runs, votes
from bot.store.votes import Votes
from bot.world import World


@dataclass(frozen=True)
class Ask:
    """What a yes is given to, and what it leads to when enough have given it."""

    check: Callable[[CaseTarget], None]
    kind: RunKind
    digest: str
    done: Callable[[CaseTarget], str]
    row: Row | None = None
    reference: str = ""


def approve(judging: Judging, target_id: str, row: Row, world: World) -> str:
    """A yes to the plan that was shown. Raises Refusal or IllegalStep when it cannot count."""

    def check(target: CaseTarget) -> None:
        eligibility.may_change(judging.policy, target.resource.account)
        target.require(State.PROPOSED)
        if target.proposal.digest != row.digest:
            raise Refusal("what would be changed is not what you were shown any more; look at the current card")
        require_own(target.proposal.plan_text, row.digest, target, judging.case)
        valid_until = keys.parse(target.proposal.planned_at) + timedelta(hours=judging.policy.plan_hours)
        if world.clock.now() >= valid_until:
            raise Refusal("the plan is too old; ask again")
        if reason := eligibility.no_opening(target, judging.policy, world.clock.now(), since=world.clock.now()):
            raise Refusal(reason)
        eligibility.require_reference(judging.policy, target, judging.click.reference)

    def done(target: CaseTarget) -> str:
        if why := why_closed(judging.policy.hours(subject_of(target)), world.clock.now()):
            return f"Approved: it waits for the time that the card shows ({why}), and is compared again then."
        return "Approved: it is being carried out, and the card will show the proof."

    return _agree(
        judging,
        target_id,
        Ask(check, RunKind.FIX, row.digest, done, reference=judging.click.reference),
        world,
    )


def undo(judging: Judging, target_id: str, row: Row, world: World) -> str:
    """A yes to taking a fix back, as it was previewed. Raises Refusal or IllegalStep when it cannot count."""

    def check(target: CaseTarget) -> None:
        eligibility.may_change(judging.policy, target.resource.account)
        fix = runs.load_run(world.table, row.run_of)
        if target.attempt.fix_run != row.run_of or fix is None or not target.undoable:
            raise IllegalStep(f"it is {target.state.replace('_', ' ')} now, and nothing is left to undo")
        require_own(row.plan_text, row.digest, target, judging.case)
        last_day = keys.parse(fix.created) + timedelta(days=judging.policy.undo_days)
        if world.clock.now() >= last_day:
            raise Refusal(f"it was fixed more than {judging.policy.undo_days} days ago")

    ask = Ask(check, RunKind.UNDO, row.digest, lambda _: "Undo approved: it is being carried out.", row)
    return _agree(judging, target_id, ask, world)


def _agree(judging: Judging, target_id: str, ask: Ask, world: World) -> str:
    """Count this person's yes to this digest; the last one that is needed starts the run."""
    target = load_target(judging, target_id, world)
    route, right = right_to(judging, target)
    yes = _Yes(judging, ask, right, keys.stamp(world.clock.now()), _run_id(judging.decision, target_id), world)
    told = Told(
        What(judging.click.verb),
        who=judging.click.user,
        policy=judging.policy.version,
        right=right,
        run=yes.run_id,
        reference=ask.reference,
        changes=plan_in_words(_plan_text(ask, target)),
        grounds=grounds_of(judging, route, right, route.required(subject_of(target))),
    )
    after = advance(judging.case.id, target_id, yes.given, told, world, extra=yes.writes)
    if after.attempt.run_id == yes.run_id:
        world.queues.runs.send({"kind": "run", "run": yes.run_id}, group=judging.case.account)
    return yes.said(after)


@dataclass
class _Yes:
    """One person's yes to one target. What it is counted with is read anew whenever somebody wrote in between."""

    judging: Judging
    ask: Ask
    right: str
    now: str
    run_id: str
    world: World
    hourly: Counts = field(init=False)
    known: Votes = field(init=False)
    required: int = field(init=False)

    def given(self, target: CaseTarget) -> CaseTarget:
        """The target with it; where enough agree by now, its run is started. Raises Refusal, IllegalStep."""
        judging, ask = self.judging, self.ask
        ask.check(target)
        route, _ = right_to(judging, target)
        self.hourly = counts(judging.click.user, judging.case.account, self.world)
        self.known = votes.load(self.world.table, target.case_id, target.target_id)
        require_not_overtaken(judging, self.known)
        self.required = _required(route, target, self.hourly, judging.policy)
        approval = Vote(judging.click.user, self.now, ask.digest)
        after = target.voted(approval, _earlier(judging, route, self.known, target, ask))
        if len(_yes(after, ask.digest)) < self.required:
            return after
        return (
            after.undo_approved(self.run_id) if ask.kind is RunKind.UNDO else after.approved(self.run_id, ask.reference)
        )

    def writes(self, _before: CaseTarget, after: CaseTarget) -> Sequence[Write]:
        """What belongs to it: that it was said, or with the last that is needed the run; counted in this hour."""
        answered = self.known.by(self.judging.decision, self.said(after))
        if after.attempt.run_id != self.run_id:
            return (self.hourly.person.one_more, answered.having(after.decision.votes[-1]).put())
        due_at = keys.stamp(self.world.clock.now() + runs.LOST_AFTER)
        run = runs.create(_run(self.judging, self.ask, after, self.right, self.now), due_at)
        begun = answered.forgetting(self.judging.received).put()
        return (self.hourly.person.one_more, self.hourly.account.one_more, run, begun)

    def said(self, after: CaseTarget) -> str:
        """What the person is told."""
        if after.attempt.run_id == self.run_id:
            return self.ask.done(after)
        over = exceeded(self.hourly, self.judging.policy)
        said = f"Your approval counts: {len(_yes(after, self.ask.digest))} of {self.required}."
        return f"{said} {over[:1].upper()}{over[1:]}." if over else said


def _earlier(judging: Judging, route: Route, said: Votes, target: CaseTarget, ask: Ask) -> list[Vote]:
    """The yeses that still count: said to `remediate`, by approvers of today, no longer ago than a plan is valid.

    What has been taken off the target since (it lapsed, or another plan came) does not count any more either.
    """
    since = keys.stamp(keys.parse(judging.received) - timedelta(hours=judging.policy.plan_hours))
    standing = {(one.user, one.digest) for one in target.decision.votes}
    known = counted(said, ask.digest, route.approvers, judging.groups, since)
    return [one for one in known if (one.user, one.digest) in standing]


def _required(route: Route, target: CaseTarget, now: Counts, policy: Policy) -> int:
    """How many people it takes: by the policy's rules, and at least two above its numbers an hour."""
    return max(route.required(subject_of(target)), PEOPLE_ABOVE if exceeded(now, policy) else 1)


def _yes(target: CaseTarget, digest: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.user for one in target.decision.votes if one.digest == digest))


def _run_id(decision: str, target_id: str) -> str:
    """Derived from the decision and the target, so that a decision told twice makes one run."""
    return short_id("run", decision, target_id)


def _run(judging: Judging, ask: Ask, target: CaseTarget, right: str, now: str) -> Run:
    return Run(
        id=target.attempt.run_id,
        kind=ask.kind,
        case_id=judging.case.id,
        target_id=target.target_id,
        plan_text=_plan_text(ask, target),
        approved_by=tuple(reversed(_yes(target, ask.digest))),
        policy=judging.policy.version,
        right=right,
        created=now,
        fix_run=target.attempt.undo_of,
        continues=target.attempt.continues if ask.kind is RunKind.FIX else "",
    )


def _plan_text(ask: Ask, target: CaseTarget) -> str:
    """What is agreed to: of an undo the plan that was previewed."""
    return ask.row.plan_text if ask.kind is RunKind.UNDO and ask.row else target.proposal.plan_text


def deny(judging: Judging, target_id: str, row: Row, world: World) -> str:
    """A no; one suffices. Raises Refusal or IllegalStep when it cannot count."""
    click, now = judging.click, keys.stamp(world.clock.now())
    target = load_target(judging, target_id, world)
    route, right = right_to(judging, target)

    def change(target: CaseTarget) -> CaseTarget:
        if target.state is State.DENIED and target.decision.by == click.user:
            return target
        target.require(*ANSWERABLE)
        if target.proposal.digest != row.digest:
            raise Refusal("what would be changed is not what you were shown any more; look at the current card")
        return target.denied(click.user, now, click.reason)

    grounds = grounds_of(judging, route, right, 1)
    version = judging.policy.version
    told = Told(What.DENY, who=click.user, policy=version, right=right, reason=click.reason, grounds=grounds)
    said = "Denied: nothing is changed."
    advance(judging.case.id, target_id, change, told, world, extra=forgetting(judging, said, world))
    return said


def ask_again(judging: Judging, target_id: str, _row: Row, world: World) -> str:
    """The settings are to be read anew and the question put again. Raises Refusal for who may not decide."""
    right_to(judging, load_target(judging, target_id, world))
    said = "Asked again: the settings are being read."
    world.table.write([forgotten(judging, target_id, said, world)])
    return said
