"""Automatic mode: a version of the policy approves what it allows. `remediate` judges it and runs it as any approval.

Automatic mode never overrides people: once a target was undone, denied, disputed, handed over or exempted, or has
failed again after a fix by the bot, only people decide on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.domain.canonical import short_id
from bot.domain.case import Case
from bot.domain.history import HistoryEvent
from bot.domain.policy import Policy
from bot.domain.ports import Write
from bot.domain.run import Run, RunKind
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.flows.cases.transition import AuditNote, load, plan_lines, transition
from bot.flows.decisions.context import require_own_plan
from bot.flows.decisions.rate_limit import HourlyCount
from bot.flows.execution import circuit_breaker
from bot.flows.policy.eligibility import no_opening, not_automatic
from bot.flows.policy.load import current
from bot.flows.policy.pause import paused
from bot.messages import ApproveAutomatically, ExecuteRun, send
from bot.store import keys, runs
from bot.world import World

CAME_BACK: Final = timedelta(days=14)
"""A target that fails again this soon after a fix is left to people: something reverts the fix."""

_NOT_ALLOWED: Final = re.compile(r"[^\w+=,.@-]", re.ASCII)


def approve(message: ApproveAutomatically, world: World) -> None:
    """Approve this target's plan if the policy allows it without people. Raises PolicyUnreadable."""
    case, target = load(message.case_id, message.target_id, world)
    policy = current(world)
    if why_not(target, policy, world):
        return
    run_id = short_id("auto", target.case_id, target.target_id, target.proposal.digest, target.proposal.planned_at)
    now = keys.stamp(world.clock.now())

    def change(current_target: CaseTarget) -> CaseTarget:
        proposal = current_target.proposal
        if proposal.digest != target.proposal.digest or why_not(current_target, policy, world):
            return current_target
        require_own_plan(proposal.plan_text, proposal.digest, current_target, case)
        return current_target.auto_approved(Vote(approver(policy), now, proposal.digest), run_id)

    def writes(_before: CaseTarget, after: CaseTarget) -> Sequence[Write]:
        if after.attempt.run_id != run_id:
            return ()
        due_at = keys.stamp(world.clock.now() + runs.LOST_AFTER)
        return (runs.create(_run(case, after, policy, now), due_at), _count(case.account, world).increment)

    audit_note = AuditNote(
        HistoryEvent.AUTO,
        who=approver(policy),
        policy=policy.version,
        right=_right(policy),
        run=run_id,
        changes=plan_lines(target.proposal.plan_text),
    )
    after = transition(case.id, target.target_id, change, audit_note, world, writes)
    if after.attempt.run_id == run_id:
        send(ExecuteRun(run_id=run_id, account_id=case.account), world.queues)


def approver(policy: Policy) -> str:
    """Return the approver's name for the card and CloudTrail: letters that SourceIdentity may have, at most 64."""
    return f"policy@{_NOT_ALLOWED.sub('-', policy.version)[:50]}"


def why_not(target: CaseTarget, policy: Policy, world: World) -> str:
    """Return why automatic mode does not approve this, or ''."""
    if target.state is not State.PROPOSED:
        return "there is nothing to approve"
    return not_automatic(target, policy) or _left_to_people(target, world) or _blocked(target, policy, world)


def _left_to_people(target: CaseTarget, world: World) -> str:
    if target.no_auto or target.exemption_request.by:
        return f"people have decided here: {target.no_auto or 'an exemption is asked for'}"
    since = world.clock.now() - CAME_BACK
    return "it has come back after a fix" if any(keys.parse(fix.at) > since for fix in target.past_fixes) else ""


def _blocked(target: CaseTarget, policy: Policy, world: World) -> str:
    account = target.resource.account
    if reason := paused(account, world):
        return reason
    if circuit_breaker.is_stopped(account, target.remediation, world):
        return "automatic mode has stopped here after failures"
    if world.clock.now() >= keys.parse(target.proposal.planned_at) + timedelta(hours=policy.plan_hours):
        return "the plan is too old"
    if reason := no_opening(target, policy, world.clock.now(), since=world.clock.now()):
        return reason
    return "enough for this hour" if _count(account, world).number >= policy.auto.per_account_per_hour else ""


def _count(account: str, world: World) -> HourlyCount:
    key = keys.approvals(f"auto#{account}", keys.stamp(world.clock.now())[:13])
    return HourlyCount(key, int((world.table.get(key) or {}).get("n", 0)))


def _right(policy: Policy) -> str:
    return f"stage auto, effects {', '.join(effect.name for effect in policy.auto.effects) or 'none'}"


def _run(case: Case, target: CaseTarget, policy: Policy, now: str) -> Run:
    return Run(
        id=target.attempt.run_id,
        kind=RunKind.FIX,
        case_id=case.id,
        target_id=target.target_id,
        plan_text=target.proposal.plan_text,
        approved_by=(approver(policy),),
        policy=policy.version,
        right=_right(policy),
        created=now,
        continues=target.attempt.continues,
    )
