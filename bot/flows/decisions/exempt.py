"""Exempt a target and hand it over; allow or refuse an exemption request.

The requester's vote is one of those that the policy requires, so nobody grants their own request alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.exemption import Exemption, ExemptionRequest, Scope
from bot.domain.history import HistoryEvent
from bot.domain.policy import Route
from bot.domain.ports import Write
from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.flows.cases.transition import transition
from bot.flows.decisions.context import (
    DecisionContext,
    ShownPlan,
    load_target,
    require_answerable,
    require_not_overtaken,
    reset_on_change,
    valid_votes,
)
from bot.flows.policy.subject import subject_of
from bot.store import cases, exemptions, keys, votes
from bot.world import World

MIN_REASON: Final = 3
MAX_REASON: Final = 500
PAIR: Final = 2


def last_day(text: str, longest: int, today: str) -> str:
    """Return the end of this day, as a stored time. Raises Refusal unless it is after today, within `longest` days."""
    try:
        end = keys.parse(f"{text}T23:59:59+00:00")
    except ValueError:
        raise Refusal("please choose the last day") from None
    now = keys.parse(today)
    if end.date() <= now.date():
        raise Refusal("the last day must be after today")
    if end.date() > (now + timedelta(days=longest)).date():
        raise Refusal(f"the policy allows at most {longest} days")
    return keys.stamp(end)


def _request_of(context: DecisionContext, now: str) -> ExemptionRequest:
    """Return the request that the form makes. Raises Refusal when it is not complete."""
    click = context.click
    if len(click.reason) < MIN_REASON:
        raise Refusal("please say why")
    try:
        scope = Scope(click.scope or Scope.TARGET)
    except ValueError:
        raise Refusal("please choose what the exemption covers") from None
    until = last_day(click.until, context.policy.exempt_days, now)
    return ExemptionRequest(click.user, context.received, scope, click.reason[:MAX_REASON], until, context.case.id)


def exempt(context: DecisionContext, target_id: str, shown: ShownPlan, world: World) -> str:
    """Request an exemption; it is granted at once if one person suffices. Raises Refusal, IllegalStep."""
    now = keys.stamp(world.clock.now())
    request = _request_of(context, now)
    target = load_target(context, target_id, world)
    route, right = context.rights.require_exempter(target)
    required = route.required_to_exempt(subject_of(target))
    reply = _requested(request, required)
    if request.id in {target.decision.exemption, target.exemption_request.id}:
        return reply

    def change(target: CaseTarget) -> CaseTarget:
        require_answerable(target, shown)
        context.rights.require_exempter(target)
        return target.exempted(request, now) if required <= 1 else target.exemption_requested(request)

    event = HistoryEvent.EXEMPT if required <= 1 else HistoryEvent.EXEMPTION_ASKED
    audit_note = context.audit_note(event, route, right, request.reason)
    writes = _grant_writes(context, request, right, lambda _: reply, world)
    transition(context.case.id, target_id, change, audit_note, world, writes)
    return reply


def _requested(request: ExemptionRequest, required: int) -> str:
    if required <= 1:
        return f"Exempted until {request.until[:10]}."
    others = "another approver allows it" if required == PAIR else f"{required - 1} other approvers allow it"
    return f"Asked: the exemption holds as soon as {others}."


def allow(context: DecisionContext, target_id: str, _shown: ShownPlan, world: World) -> str:
    """Allow somebody else's exemption request. Raises Refusal, IllegalStep."""
    now = keys.stamp(world.clock.now())
    target = load_target(context, target_id, world)
    request = target.exemption_request
    if target.decision.exemption == context.click.manifest:
        return f"Exempted until {target.decision.until[:10]}."
    route, right = context.rights.require_exempter(target)
    required = route.required_to_exempt(subject_of(target))

    def change(target: CaseTarget) -> CaseTarget:
        _require_requested(target, context)
        context.rights.require_exempter(target)
        if context.click.user == target.exemption_request.by:
            raise Refusal("you asked for this exemption; somebody else must allow it")
        allowed = _allowed(context, route, target, world)
        counted = replace(target.exemption_request, allowed=allowed)
        return target.exemption_requested(counted) if len(allowed) + 1 < required else target.exempted(counted, now)

    def reply(after: CaseTarget) -> str:
        if after.state is not State.EXEMPTED:
            return f"Your word counts: {len(after.exemption_request.allowed) + 1} of {required}."
        return f"Exempted until {after.decision.until[:10]}."

    audit_note = context.audit_note(HistoryEvent.EXEMPTION_ALLOWED, route, right, request.reason)
    writes = _grant_writes(context, request, right, reply, world)
    return reply(transition(context.case.id, target_id, change, audit_note, world, writes))


def _allowed(context: DecisionContext, route: Route, target: CaseTarget, world: World) -> tuple[str, ...]:
    """Return who allows the request, this person among them. Raises Refusal unless its requester may still ask."""
    request = target.exemption_request
    stored = votes.load(world.table, target.case_id, target.target_id)
    voters = {one.user for one in valid_votes(context, stored, request.id, route.exempters)}
    if request.by not in voters:
        raise Refusal("whoever asked for this exemption may not ask any more; ask for it anew")
    return tuple(sorted({*voters, context.click.user} - {request.by}))


def refuse(context: DecisionContext, target_id: str, _shown: ShownPlan, world: World) -> str:
    """Refuse an exemption request; its requester may take it back. Raises Refusal, IllegalStep."""
    target = load_target(context, target_id, world)
    own = context.click.user == target.exemption_request.by
    rights = context.rights
    route, right = (rights.route(target), "asked for it") if own else rights.require_exempter(target)

    def change(target: CaseTarget) -> CaseTarget:
        _require_requested(target, context)
        return target.exemption_refused()

    audit_note = context.audit_note(HistoryEvent.EXEMPTION_REFUSED, route, right, target.exemption_request.reason)
    reply = "The exemption is refused: it is asked as before."
    transition(context.case.id, target_id, change, audit_note, world, reset_on_change(context, reply, world))
    return reply


def hand_over(context: DecisionContext, target_id: str, shown: ShownPlan, world: World) -> str:
    """Hand the target over to somebody until a day, with a link to their change. Raises Refusal, IllegalStep."""
    click, now = context.click, keys.stamp(world.clock.now())
    if not click.to:
        raise Refusal("please say to whom")
    until = last_day(click.until, context.policy.hand_over_days, now)
    link = click.link[:300]
    route, right = context.rights.require_approver(load_target(context, target_id, world))

    def change(target: CaseTarget) -> CaseTarget:
        known = target.decision
        if target.state is State.HANDED_OVER and (known.by, known.handed_to, known.until) == (
            click.user,
            click.to,
            until,
        ):
            return target
        require_answerable(target, shown)
        context.rights.require_approver(target)
        return target.handed_over(click.user, now, click.to, until, link)

    reason = f"to {click.to} until {until[:10]} {link}".strip()
    audit_note = context.audit_note(HistoryEvent.HAND_OVER, route, right, reason)
    reply = f"Handed over until {until[:10]}; the card names who has it."
    transition(context.case.id, target_id, change, audit_note, world, reset_on_change(context, reply, world))
    return reply


def _require_requested(target: CaseTarget, context: DecisionContext) -> None:
    if not target.exemption_request.by or target.exemption_request.id != context.click.manifest:
        raise Refusal("this exemption is not asked for any more; look at the current card")
    target.require(*ANSWERABLE)


def _grant_writes(
    context: DecisionContext, request: ExemptionRequest, right: str, reply: Callable[[CaseTarget], str], world: World
) -> Callable[[CaseTarget, CaseTarget], Sequence[Write]]:
    """Return the writes of a transition: the vote, or with the last that is required the exemption itself."""

    def writes(before: CaseTarget, after: CaseTarget) -> Sequence[Write]:
        if after == before:
            return ()
        stored = votes.load(world.table, after.case_id, after.target_id)
        require_not_overtaken(context, stored)
        decided = stored.decided(context.decision, reply(after))
        if after.state is not State.EXEMPTED:
            vote = Vote(context.click.user, keys.stamp(world.clock.now()), after.exemption_request.id)
            return (decided.with_vote(vote).put(),)
        voters = [one.user for one in stored.of(after.decision.exemption)]
        granted = _grant(context, request, right, before, after, voters, world)
        return (decided.reset(context.received).put(), *granted)

    return writes


def _grant(
    context: DecisionContext,
    request: ExemptionRequest,
    right: str,
    before: CaseTarget,
    after: CaseTarget,
    voters: Sequence[str],
    world: World,
) -> Sequence[Write]:
    """Return the writes of the exemption itself; it is created with the first of its targets."""
    if exemptions.load(world.table, context.case.account, after.decision.exemption):
        return ()
    case = context.case
    targets = cases.load_targets(world.table, case.id) if request.scope is Scope.CONTROL else [before]
    controls = {control for target in targets for control in target.open_controls or target.controls}
    allowed = {*voters, context.click.user} - {request.by}
    exemption = Exemption(
        id=after.decision.exemption,
        account=case.account,
        channel=case.channel,
        case_id=case.id,
        scope=request.scope,
        controls=tuple(sorted(controls)),
        reason=after.decision.reason,
        until=after.decision.until,
        asked_by=request.by,
        allowed_by=tuple(sorted(allowed)),
        policy=context.policy.version,
        right=right,
        created=after.decision.at,
        title=case.title,
    )
    return exemptions.create(exemption)
