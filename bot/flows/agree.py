"""One row of a decision: whether this person may, whether it still stands, and what follows when enough agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.canonical import short_id
from bot.domain.case import Approval, Case, Work
from bot.domain.errors import IllegalStep, Refusal
from bot.domain.exemption import Wish
from bot.domain.history import What
from bot.domain.hours import why_closed
from bot.domain.policy import Policy, Route
from bot.domain.ports import Write
from bot.domain.rights import Groups, Person, Right, may_decide
from bot.domain.run import Run, RunKind
from bot.domain.states import ANSWERABLE, State, Step
from bot.flows import opening
from bot.flows.assent import counted, require_own
from bot.flows.caps import PEOPLE_ABOVE, Counts, counts, exceeded
from bot.flows.clicks import Click
from bot.flows.moves import Told, advance, plan_in_words
from bot.flows.subjects import subject_of
from bot.store import agreed, cases, keys, runs
from bot.store.agreed import Agreed
from bot.world import World


@dataclass(frozen=True)
class Row:
    """One line of what was shown: the digest of its plan; of an undo also the plan, and the run that it takes back."""

    digest: str
    plan_text: str = ""
    run_of: str = ""


@dataclass(frozen=True)
class Ask:
    """What a yes is given to, and what it leads to when enough have given it."""

    check: Callable[[Work], None]
    step: Step
    kind: RunKind
    digest: str
    done: Callable[[Work], str]
    row: Row | None = None
    reference: str = ""


@dataclass(frozen=True)
class Judging:
    """Everything that a decision is judged by, read once."""

    click: Click
    case: Case
    policy: Policy
    person: Person
    groups: Groups
    decision: str
    received: str = ""


def right_to(judging: Judging, work: Work) -> tuple[Route, str]:
    """The route that decides about this target now, and what gives this person the right. Raises Refusal."""
    route = judging.policy.route(subject_of(work))
    verdict = may_decide(judging.person, route.approvers, judging.groups, judging.policy)
    if not verdict.allowed:
        raise Refusal(verdict.reason)
    return route, f"{route.name}: {verdict.via}"


def approve(judging: Judging, tid: str, row: Row, world: World) -> str:
    """A yes to the plan that was shown. Raises Refusal or IllegalStep when it cannot count."""

    def check(work: Work) -> None:
        opening.may_change(judging.policy, work.resource.account)
        if work.state is not State.PROPOSED:
            raise IllegalStep(f"it is {work.state.replace('_', ' ')} now")
        if work.digest != row.digest:
            raise Refusal("what would be changed is not what you were shown any more; look at the current card")
        require_own(work.plan_text, row.digest, work, judging.case)
        valid_until = keys.parse(work.planned_at) + timedelta(hours=judging.policy.plan_hours)
        if world.clock.now() >= valid_until:
            raise Refusal("the plan is too old; ask again")
        if reason := opening.no_opening(work, judging.policy, world.clock.now(), since=world.clock.now()):
            raise Refusal(reason)
        opening.require_reference(judging.policy, work, judging.click.reference)

    def done(work: Work) -> str:
        if why := why_closed(judging.policy.hours(subject_of(work)), world.clock.now()):
            return f"Approved: it waits for the time that the card shows ({why}), and is compared again then."
        return "Approved: it is being carried out, and the card will show the proof."

    return _agree(
        judging, tid, Ask(check, Step.APPROVE, RunKind.FIX, row.digest, done, reference=judging.click.reference), world
    )


def undo(judging: Judging, tid: str, row: Row, world: World) -> str:
    """A yes to taking a fix back, as it was previewed. Raises Refusal or IllegalStep when it cannot count."""

    def check(work: Work) -> None:
        opening.may_change(judging.policy, work.resource.account)
        fix = runs.load_run(world.table, row.run_of)
        if work.fix_run != row.run_of or fix is None or not work.undoable:
            raise IllegalStep(f"it is {work.state.replace('_', ' ')} now, and nothing is left to undo")
        require_own(row.plan_text, row.digest, work, judging.case)
        last_day = keys.parse(fix.created) + timedelta(days=judging.policy.undo_days)
        if world.clock.now() >= last_day:
            raise Refusal(f"it was fixed more than {judging.policy.undo_days} days ago")

    ask = Ask(check, Step.UNDO, RunKind.UNDO, row.digest, lambda _: "Undo approved: it is being carried out.", row)
    return _agree(judging, tid, ask, world)


def _agree(judging: Judging, tid: str, ask: Ask, world: World) -> str:
    """Count this person's yes to this digest; the last one that is needed starts the run."""
    click, now = judging.click, keys.stamp(world.clock.now())
    run_id = _run_id(judging.decision, tid)
    work = load_target(judging, tid, world)
    if work.run_id == run_id:
        return ask.done(work)
    route, right = right_to(judging, work)
    known: list[tuple[Counts, Agreed]] = []

    def change(work: Work) -> Work:
        ask.check(work)
        deciding, _ = right_to(judging, work)
        known[:] = [(counts(click.user, judging.case.account, world), agreed.load(world.table, work.case_id, tid))]
        required = _required(deciding, work, known[0][0], judging.policy)
        after = _with_yes(
            work, Approval(click.user, now, ask.digest), _earlier(judging, deciding, known[0][1], work, ask)
        )
        return after if len(_yes(after, ask.digest)) < required else _started(after, ask, run_id)

    def run_of(_before: Work, after: Work) -> Sequence[Write]:
        hourly, said = known[0]
        if after.run_id != run_id:
            return (hourly.person.one_more, said.having(after.approvals[-1]).put())
        due_at = keys.stamp(world.clock.now() + runs.LOST_AFTER)
        run = runs.create(_run(judging, ask, after, right, now), due_at)
        return (hourly.person.one_more, hourly.account.one_more, run, *said.forgotten())

    grounds = grounds_of(judging, route, right, route.required(subject_of(work)))
    told = Told(
        What(click.verb),
        who=click.user,
        policy=judging.policy.version,
        right=right,
        run=run_id,
        reference=ask.reference,
        changes=plan_in_words(_plan_text(ask, work)),
        grounds=grounds,
    )
    after = advance(judging.case.id, tid, change, told, world, extra=run_of)
    if after.run_id != run_id:
        required = _required(route, after, known[0][0], judging.policy)
        over = exceeded(known[0][0], judging.policy)
        said = f"Your approval counts: {len(_yes(after, ask.digest))} of {required}."
        return f"{said} {over[:1].upper()}{over[1:]}." if over else said
    world.queues.runs.send({"kind": "run", "run": run_id}, group=judging.case.account)
    return ask.done(after)


def _with_yes(work: Work, yes: Approval, earlier: Sequence[Approval]) -> Work:
    """One person's yes to one digest counts once, the latest; of the others those that are known to have been said."""
    others = tuple(one for one in earlier if one.user != yes.user)
    return replace(work, approvals=(*others, yes))


def _earlier(judging: Judging, route: Route, said: Agreed, work: Work, ask: Ask) -> list[Approval]:
    """The yeses that still count: said to `remediate`, by approvers of today, no longer ago than a plan is valid.

    What has been taken off the target since (it lapsed, or another plan came) does not count any more either.
    """
    since = keys.stamp(keys.parse(judging.received or work.planned_at) - timedelta(hours=judging.policy.plan_hours))
    standing = {(one.user, one.digest) for one in work.approvals}
    known = counted(said, ask.digest, route.approvers, judging.groups, since)
    return [one for one in known if (one.user, one.digest) in standing]


def _started(agreed: Work, ask: Ask, run_id: str) -> Work:
    """Enough have agreed: the last of them is who decided, and the run is theirs."""
    last = agreed.approvals[-1]
    undo_of = agreed.fix_run if ask.kind is RunKind.UNDO else ""
    moved = replace(agreed.taking(ask.step), run_id=run_id, undo_of=undo_of, made="")
    return replace(
        moved, decided_by=last.user, decided_at=last.at, note="", clashes=(), not_before="", reference=ask.reference
    )


def _required(route: Route, work: Work, now: Counts, policy: Policy) -> int:
    """How many people it takes: by the policy's rules, and at least two above its numbers an hour."""
    return max(route.required(subject_of(work)), PEOPLE_ABOVE if exceeded(now, policy) else 1)


def grounds_of(judging: Judging, route: Route, right: str, required: int) -> Right:
    """The evidence of a right as it was when it was used: policy, rule, groups and their members then."""
    wanted = [group for group in (*route.approvers.groups, *route.exempters.groups) if group in judging.groups]
    members = {group: tuple(sorted(judging.groups[group])) for group in wanted}
    return Right(judging.policy.version, route.name, right, required, members)


def load_target(judging: Judging, tid: str, world: World) -> Work:
    """The target as it is now. Raises Refusal when there is none."""
    work = cases.load_work(world.table, judging.case.id, tid)
    if work is None:
        raise Refusal("it is not part of this case any more")
    return work


def _yes(work: Work, digest: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.user for one in work.approvals if one.digest == digest))


def _run_id(decision: str, tid: str) -> str:
    """Derived from the decision and the target, so that a decision told twice makes one run."""
    return short_id("run", decision, tid)


def _run(judging: Judging, ask: Ask, work: Work, right: str, now: str) -> Run:
    return Run(
        id=work.run_id,
        kind=ask.kind,
        case_id=judging.case.id,
        tid=work.tid,
        plan_text=_plan_text(ask, work),
        approved_by=tuple(reversed(_yes(work, ask.digest))),
        policy=judging.policy.version,
        right=right,
        created=now,
        fix_run=work.undo_of,
    )


def _plan_text(ask: Ask, work: Work) -> str:
    """What is agreed to: of an undo the plan that was previewed."""
    return ask.row.plan_text if ask.kind is RunKind.UNDO and ask.row else work.plan_text


def deny(judging: Judging, tid: str, row: Row, world: World) -> str:
    """A no; one suffices. Raises Refusal or IllegalStep when it cannot count."""
    click, now = judging.click, keys.stamp(world.clock.now())
    work = load_target(judging, tid, world)
    route, right = right_to(judging, work)

    def change(work: Work) -> Work:
        if work.state is State.DENIED and work.decided_by == click.user:
            return work
        if work.state not in ANSWERABLE:
            raise IllegalStep(f"it is {work.state.replace('_', ' ')} now")
        if work.digest != row.digest:
            raise Refusal("what would be changed is not what you were shown any more; look at the current card")
        denied = replace(work.taking(Step.DENY), wish=Wish())
        return replace(
            denied,
            no_auto=f"denied by {click.user}",
            decided_by=click.user,
            decided_at=now,
            reason=click.reason,
            approvals=(),
        )

    grounds = grounds_of(judging, route, right, 1)
    version = judging.policy.version
    told = Told(What.DENY, who=click.user, policy=version, right=right, reason=click.reason, grounds=grounds)
    advance(judging.case.id, tid, change, told, world, extra=forgetting(judging, world))
    return "Denied: nothing is changed."


def forgetting(judging: Judging, world: World) -> Callable[[Work, Work], Sequence[Write]]:
    """After another answer than yes, no earlier yes counts."""

    def extra(before: Work, after: Work) -> Sequence[Write]:
        return agreed.load(world.table, judging.case.id, after.tid).forgotten() if after != before else ()

    return extra


def ask_again(judging: Judging, tid: str, _row: Row, world: World) -> str:
    """The settings are read anew and the question is put again. Raises Refusal for who may not decide."""
    right_to(judging, load_target(judging, tid, world))
    if forget := agreed.load(world.table, judging.case.id, tid).forgotten():
        world.table.write(forget)
    world.queues.plan.send({"kind": "plan", "case": judging.case.id, "tid": tid, "ask": True})
    return "Asked again: the settings are being read."
