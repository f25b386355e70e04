"""Two of the four answers: Exempt and Hand over; and the other person's yes or no to an exemption.

Whoever asks for an exemption never allows it alone where the policy asks for two: their word is one of those needed.
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
from bot.domain.rights import may_decide
from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.flows.cases.transition import AuditNote, transition
from bot.flows.decisions.context import (
    DecisionContext,
    ShownPlan,
    evidence_of,
    load_target,
    require_not_overtaken,
    require_right,
    resets_votes,
)
from bot.flows.decisions.votes import counted
from bot.flows.policy.subject import subject_of
from bot.store import cases, exemptions, keys, votes
from bot.world import World

MIN_REASON: Final = 3
MAX_REASON: Final = 500
PAIR: Final = 2


def last_day(text: str, longest: int, today: str) -> str:
    """The end of this day, as a stored time. Raises Refusal unless it is after today and at most `longest` days on."""
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
    """What the form asks for. Raises Refusal when it is not complete."""
    click = context.click
    if len(click.reason) < MIN_REASON:
        raise Refusal("please say why")
    try:
        scope = Scope(click.scope or Scope.TARGET)
    except ValueError:
        raise Refusal("please choose what the exemption covers") from None
    until = last_day(click.until, context.policy.exempt_days, now)
    return ExemptionRequest(click.user, context.received, scope, click.reason[:MAX_REASON], until, context.case.id)


def exempt(context: DecisionContext, target_id: str, row: ShownPlan, world: World) -> str:
    """Ask for an exemption; where one person suffices it holds at once. Raises Refusal, IllegalStep."""
    now = keys.stamp(world.clock.now())
    request = _request_of(context, now)
    target = load_target(context, target_id, world)
    route, right = right_to_exempt(context, target)
    if request.id in {target.decision.exemption, target.exemption_request.id}:
        return _asked(request, route.required_to_exempt(subject_of(target)))
    required = route.required_to_exempt(subject_of(target))

    def change(target: CaseTarget) -> CaseTarget:
        _answerable(target, row)
        right_to_exempt(context, target)
        return target.exempted(request, now) if required <= 1 else target.exemption_requested(request)

    told = _told(
        HistoryEvent.EXEMPT if required <= 1 else HistoryEvent.EXEMPTION_ASKED, context, route, right, request.reason
    )
    said = _asked(request, required)
    transition(
        context.case.id, target_id, change, told, world, extra=_granting(context, request, right, lambda _: said, world)
    )
    return said


def _asked(request: ExemptionRequest, required: int) -> str:
    if required <= 1:
        return f"Exempted until {request.until[:10]}."
    others = "another approver allows it" if required == PAIR else f"{required - 1} other approvers allow it"
    return f"Asked: the exemption holds as soon as {others}."


def allow(context: DecisionContext, target_id: str, _row: ShownPlan, world: World) -> str:
    """The other person's yes to an exemption that was asked for. Raises Refusal, IllegalStep."""
    now = keys.stamp(world.clock.now())
    target = load_target(context, target_id, world)
    request = target.exemption_request
    if target.decision.exemption == context.click.manifest:
        return f"Exempted until {target.decision.until[:10]}."
    route, right = right_to_exempt(context, target)
    required = route.required_to_exempt(subject_of(target))

    def change(target: CaseTarget) -> CaseTarget:
        _wished(target, context)
        right_to_exempt(context, target)
        if context.click.user == target.exemption_request.by:
            raise Refusal("you asked for this exemption; somebody else must allow it")
        allowed = _allowed(context, route, target, world)
        known = replace(target.exemption_request, allowed=allowed)
        return target.exemption_requested(known) if len(allowed) + 1 < required else target.exempted(known, now)

    told = _told(HistoryEvent.EXEMPTION_ALLOWED, context, route, right, request.reason)

    def said(after: CaseTarget) -> str:
        if after.state is not State.EXEMPTED:
            return f"Your word counts: {len(after.exemption_request.allowed) + 1} of {required}."
        return f"Exempted until {after.decision.until[:10]}."

    return said(
        transition(
            context.case.id, target_id, change, told, world, extra=_granting(context, request, right, said, world)
        )
    )


def _allowed(context: DecisionContext, route: Route, target: CaseTarget, world: World) -> tuple[str, ...]:
    """Who allows it, this person among them. Raises Refusal unless it was asked for, by somebody who still may."""
    said = votes.load(world.table, target.case_id, target.target_id)
    known = {one.user for one in counted(said, target.exemption_request.id, route.exempters, context.groups)}
    if target.exemption_request.by not in known:
        raise Refusal("whoever asked for this exemption may not ask any more; ask for it anew")
    return tuple(sorted({*known, context.click.user} - {target.exemption_request.by}))


def refuse(context: DecisionContext, target_id: str, _row: ShownPlan, world: World) -> str:
    """A no to an exemption, or its taking back by whoever asked; one suffices. Raises Refusal, IllegalStep."""
    target = load_target(context, target_id, world)
    own = context.click.user == target.exemption_request.by
    route, right = (_route_of(context, target), "asked for it") if own else right_to_exempt(context, target)

    def change(target: CaseTarget) -> CaseTarget:
        _wished(target, context)
        return target.exemption_refused()

    told = _told(HistoryEvent.EXEMPTION_REFUSED, context, route, right, target.exemption_request.reason)
    said = "The exemption is refused: it is asked as before."
    transition(context.case.id, target_id, change, told, world, extra=resets_votes(context, said, world))
    return said


def hand_over(context: DecisionContext, target_id: str, row: ShownPlan, world: World) -> str:
    """Somebody else takes it, until a day, with a link to their change. Raises Refusal, IllegalStep."""
    click, now = context.click, keys.stamp(world.clock.now())
    if not click.to:
        raise Refusal("please say to whom")
    until = last_day(click.until, context.policy.hand_over_days, now)
    route, right = require_right(context, load_target(context, target_id, world))

    def change(target: CaseTarget) -> CaseTarget:
        if target.state is State.HANDED_OVER and (
            target.decision.by,
            target.decision.handed_to,
            target.decision.until,
        ) == (
            click.user,
            click.to,
            until,
        ):
            return target
        _answerable(target, row)
        require_right(context, target)
        return target.handed_over(click.user, now, click.to, until, click.link[:300])

    told = _told(
        HistoryEvent.HAND_OVER, context, route, right, f"to {click.to} until {until[:10]} {click.link[:300]}".strip()
    )
    said = f"Handed over until {until[:10]}; the card names who has it."
    transition(context.case.id, target_id, change, told, world, extra=resets_votes(context, said, world))
    return said


def right_to_exempt(context: DecisionContext, target: CaseTarget) -> tuple[Route, str]:
    """The route that decides, and what gives this person the right to exempt there. Raises Refusal."""
    route = _route_of(context, target)
    verdict = may_decide(context.person, route.exempters, context.groups, context.policy)
    if not verdict.allowed:
        raise Refusal(verdict.reason)
    return route, f"{route.name}.exemptions: {verdict.via}" if route.exemptions else f"{route.name}: {verdict.via}"


def _route_of(context: DecisionContext, target: CaseTarget) -> Route:
    return context.policy.route(subject_of(target))


def _told(what: HistoryEvent, context: DecisionContext, route: Route, right: str, reason: str) -> AuditNote:
    grounds = evidence_of(context, route, right, 1)
    version = context.policy.version
    return AuditNote(what, who=context.click.user, policy=version, right=right, reason=reason, grounds=grounds)


def _answerable(target: CaseTarget, row: ShownPlan) -> None:
    target.require(*ANSWERABLE)
    if target.proposal.digest != row.digest:
        raise Refusal("what would be changed is not what you were shown any more; look at the current card")


def _wished(target: CaseTarget, context: DecisionContext) -> None:
    if not target.exemption_request.by or target.exemption_request.id != context.click.manifest:
        raise Refusal("this exemption is not asked for any more; look at the current card")
    target.require(*ANSWERABLE)


def _granting(
    context: DecisionContext, request: ExemptionRequest, right: str, told: Callable[[CaseTarget], str], world: World
) -> Callable[[CaseTarget, CaseTarget], Sequence[Write]]:
    """With a word that is not the last one needed, that it was said; with the last, the exemption itself."""

    def extra(before: CaseTarget, after: CaseTarget) -> Sequence[Write]:
        if after == before:
            return ()
        known = votes.load(world.table, after.case_id, after.target_id)
        require_not_overtaken(context, known)
        answered = known.by(context.decision, told(after))
        if after.state is not State.EXEMPTED:
            return (
                answered.having(
                    Vote(context.click.user, keys.stamp(world.clock.now()), after.exemption_request.id)
                ).put(),
            )
        users = [one.user for one in known.to(after.decision.exemption)]
        granted = _grant(context, request, right, before, after, users, world)
        return (answered.forgetting(context.received).put(), *granted)

    return extra


def _grant(
    context: DecisionContext,
    request: ExemptionRequest,
    right: str,
    before: CaseTarget,
    after: CaseTarget,
    said: Sequence[str],
    world: World,
) -> Sequence[Write]:
    """The exemption itself, written with the first of its targets."""
    if exemptions.load(world.table, context.case.account, after.decision.exemption):
        return ()
    case = context.case
    targets = cases.load_targets(world.table, case.id) if request.scope is Scope.CONTROL else [before]
    controls = {control for target in targets for control in target.open_controls or target.controls}
    allowed = {*said, context.click.user} - {request.by}
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
