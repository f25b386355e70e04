"""Assign findings to targets of cases, and update the targets with each change of a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.case import Case, pointer_id
from bot.domain.errors import Conflict
from bot.domain.exemption import hidden_by
from bot.domain.finding import Finding, Status, is_by_bot
from bot.domain.history import HistoryEvent
from bot.domain.plan import Target
from bot.domain.policy import Policy, Route, Stage, Subject
from bot.domain.ports import Test, Update, Write
from bot.domain.remediation import Remediation
from bot.domain.states import ANSWERABLE, State, Step, allows
from bot.domain.target import CaseTarget
from bot.domain.target_record import FindingNote
from bot.flows.cases.past_fixes import remembered
from bot.flows.policy.load import for_presentation
from bot.messages import PlanTarget, RenderChannel, send
from bot.remediations.catalogue import catalogue
from bot.store import audit, cases, exemptions, findings, keys
from bot.world import World

MAX_TRIES = 6
SAME_CASE_WINDOW = timedelta(days=7)
"""A target that fails again within this time after its case closed reopens that case."""


def assign_to_case(finding: Finding, world: World) -> None:
    """Update the finding's target, or open one if it needs one. Raises Conflict after several tries."""
    for _ in range(MAX_TRIES):
        try:
            return _assign_once(finding, world)
        except Conflict:
            fresh = findings.load_finding(world.table, finding.resource.account, finding.resource.region, finding.fid)
            if fresh is None or fresh.placed == fresh.rev:
                return None
            finding = fresh
    raise Conflict(f"finding {finding.fid} could not be placed")


def _assign_once(finding: Finding, world: World) -> None:
    policy = for_presentation(world)
    known = _known_target(finding, world)
    if known:
        return _update_target(finding, *known, world)
    reason = no_card_reason(finding, policy) or _exemption_reason(finding, policy, world)
    if reason:
        return world.table.write(findings.placed(finding, case_id="", target_id="", no_card=reason))
    return _open_target(finding, policy, world)


def no_card_reason(finding: Finding, policy: Policy) -> str:
    """Return the reason why this finding opens no card, '' when it does."""
    if finding.status is not Status.OPEN:
        return finding.status.value
    if policy.stage(finding.resource.account) is Stage.OBSERVE:
        return "stage observe"
    if finding.severity.rank > policy.cards.min_severity.rank:
        return f"below {policy.cards.min_severity}"
    if policy.cards.since and finding.first_seen < policy.cards.since:
        return "older than the deployment"
    return ""


def _exemption_reason(finding: Finding, policy: Policy, world: World) -> str:
    """Return the reason for no card if an exemption covers the control in this account and channel, else ''."""
    channel = policy.route(policy_subject(finding, recipe_for(finding))).channel
    now = keys.stamp(world.clock.now())
    found = exemptions.covering(world.table, finding.resource.account, finding.control, channel, now)
    return hidden_by(found) if found else ""


def recipe_for(finding: Finding) -> Remediation | None:
    """Return the remediation of this finding: only for trusted controls, on the resource type that it works on."""
    return catalogue().fix_for(finding.control, finding.resource.type) if finding.trusted else None


def policy_subject(finding: Finding, recipe: Remediation | None) -> Subject:
    """Return what the policy judges this finding by."""
    where = finding.resource
    effects = recipe.effects if recipe else ()
    return Subject(where.account, where.region, finding.severity, (finding.control,), finding.tags, effects)


def _known_target(finding: Finding, world: World) -> tuple[Case, CaseTarget] | None:
    """Return the finding's case and target; None when it has none, or the case closed before SAME_CASE_WINDOW.

    None also when the target has another finding instead: of this resource by another name.
    """
    if not finding.case_id:
        return None
    case = cases.load_case(world.table, finding.case_id)
    target = cases.load_target(world.table, finding.case_id, finding.target_id)
    if case is None or target is None or finding.fid not in target.findings:
        return None
    ended = case.closed_at and world.clock.now() - keys.parse(case.closed_at) > SAME_CASE_WINDOW
    return None if ended and finding.status is Status.OPEN else (case, target)


def _update_target(finding: Finding, case: Case, target: CaseTarget, world: World) -> None:
    updated = _with_finding(target, finding)
    after = _apply_status(target, updated, finding)
    reopened = after.state is State.NEW and target.state is not State.NEW
    now = keys.stamp(world.clock.now())
    extra: list[Write] = findings.placed(finding, case_id=case.id, target_id=target.target_id, no_card="")
    if after.state != target.state:
        extra += audit.puts(_audit_entry(case, after, target.state, finding, now))
    sets = {"closed_at": "", "reopened": case.reopened + 1} if reopened and case.closed_at else {}
    sets |= _account_name_change(case, finding)
    cases.save_target(world.table, case, target, after, now, extra, sets)
    lifted = target.state is State.EXEMPTED and not target.decision.exemption and after.failing
    _request_render(case, after if reopened or lifted or _needs_plan(target, after) else None, world, ask=lifted)


def _account_name_change(case: Case, finding: Finding) -> dict[str, Any]:
    """Return the update of the case's account name, {} when it is unchanged or unknown."""
    known = finding.account_name in {"", case.account_name}
    return {} if known else {"account_name": finding.account_name}


def _with_finding(target: CaseTarget, finding: Finding) -> CaseTarget:
    note = FindingNote(finding.control, finding.status, finding.severity)
    since = min(filter(None, (target.since, finding.first_seen)), default="")
    known = replace(target, tags=finding.tags or target.tags, name=finding.resource_name or target.name, since=since)
    return replace(known, findings={**target.findings, finding.fid: note})


def _apply_status(target: CaseTarget, updated: CaseTarget, finding: Finding) -> CaseTarget:
    """Return the target with its new state: passed or archived findings close it, later failures reopen it."""
    if updated.failing:
        return updated.reopened(last_updated(finding)) if _fails_again(target, finding) else updated
    step = _closing_step(updated, finding)
    if step is None or not (allows(updated.state, step) or step in {Step.PASSED, Step.ARCHIVED}):
        return updated
    if updated.state is State.RESOLVED:
        return updated
    if step is Step.EXEMPT:
        return updated.suppressed(_suppressor(finding) or "somebody", last_updated(finding))
    return updated.closed(step, last_updated(finding) if step is Step.PASSED else "")


def _suppressor(finding: Finding) -> str:
    found = [source for source in finding.sources.values() if source.status is Status.SUPPRESSED]
    return next((source.author for source in found if source.author), "")


def _closing_step(target: CaseTarget, finding: Finding) -> Step | None:
    statuses = {note.status for note in target.findings.values()}
    if statuses <= {Status.PASSED, Status.RESOLVED, Status.ARCHIVED}:
        return Step.ARCHIVED if statuses == {Status.ARCHIVED} else Step.PASSED
    if Status.SUPPRESSED in statuses and target.state in ANSWERABLE and not is_by_bot(_suppressor(finding)):
        return Step.EXEMPT
    return None


def _fails_again(target: CaseTarget, finding: Finding) -> bool:
    """A fixed target fails again only if a source was updated after the proof: others have the state before the fix."""
    if finding.status is not Status.OPEN:
        return False
    if target.state is State.RESOLVED:
        return True
    failed_at = max((source.updated for source in finding.sources.values() if source.fails), default="")
    return target.state is State.FIXED and failed_at > target.attempt.proved_at


def last_updated(finding: Finding) -> str:
    """Return the time of the newest update among a finding's sources, '' without sources."""
    return max((source.updated for source in finding.sources.values()), default="")


def _needs_plan(before: CaseTarget, after: CaseTarget) -> bool:
    """Other controls are open, so the plan may be another one, which an earlier denial does not cover."""
    return before.open_controls != after.open_controls and after.state in {State.NEW, State.PROPOSED, State.DENIED}


def _open_target(finding: Finding, policy: Policy, world: World) -> None:
    recipe = recipe_for(finding)
    subject = recipe.id if recipe else finding.control
    route = policy.route(policy_subject(finding, recipe))
    pointer = keys.pointer(finding.resource.account, pointer_id(subject, route.channel, *route.approvers.names))
    now = keys.stamp(world.clock.now())
    open_id = cases.open_case_id(world.table, pointer)
    case = cases.load_case(world.table, open_id) if open_id else None
    target_case = case if case and not case.closed_at else _new_case(finding, recipe, subject, route, now, world)
    before = cases.load_target(world.table, target_case.id, Target(subject, finding.resource).target_id)
    after = _new_or_updated_target(finding, before, target_case, recipe)
    stored, put = cases.put_target(before, after if before else remembered(after, finding, world))
    writes: list[Write] = [
        put,
        *findings.placed(finding, case_id=target_case.id, target_id=after.target_id, no_card=""),
    ]
    if before is None or before.state != stored.state:
        writes += audit.puts(_audit_entry(target_case, stored, before.state if before else "", finding, now))
    if target_case is case:
        writes.append(_join_case(target_case, before, stored, now, _account_name_change(target_case, finding)))
    else:
        writes += cases.create(replace(target_case, counts={stored.state.value: 1}), pointer, open_id, now)
    world.table.write(writes)
    _request_render(target_case, stored, world)


def _join_case(
    case: Case, before: CaseTarget | None, after: CaseTarget, now: str, changes: Mapping[str, Any]
) -> Update:
    """Return the write that adds a target to an open case, which takes its severity if worse, and the `changes`."""
    sets: dict[str, object] = {"joined_at": now, **changes}
    when: tuple[Test, ...] = (Test("closed_at", "=", ""),)
    if after.severity.rank < case.severity.rank:
        worse, not_yet = cases.worsen(after.severity)
        sets, when = sets | worse, when + not_yet
        case = replace(case, severity=after.severity)
    return replace(cases.touch(case, now, cases.counted(before, after), sets), when=when)


def _new_case(finding: Finding, recipe: Remediation | None, subject: str, route: Route, now: str, world: World) -> Case:
    return Case(
        id=world.ids.ulid(),
        account=finding.resource.account,
        subject=subject,
        remediation=recipe.id if recipe else "",
        route=route.name,
        channel=route.channel,
        mention=route.mention,
        title=recipe.problem if recipe else finding.title or finding.control,
        severity=finding.severity,
        created=now,
        account_name=finding.account_name,
    )


def _new_or_updated_target(
    finding: Finding, before: CaseTarget | None, case: Case, recipe: Remediation | None
) -> CaseTarget:
    if before:
        updated = _with_finding(before, finding)
        return _apply_status(before, updated, finding)
    subject = recipe.id if recipe else finding.control
    fresh = CaseTarget(
        case_id=case.id,
        target_id=Target(subject, finding.resource).target_id,
        subject=subject,
        remediation=recipe.id if recipe else "",
        resource=finding.resource,
        title=finding.title,
        docs_url=finding.docs_url,
        trusted=finding.trusted,
    )
    return _with_finding(fresh, finding)


def _audit_entry(case: Case, target: CaseTarget, before: State | str, finding: Finding, now: str) -> audit.Entry:
    return audit.Entry(
        at=now,
        what=HistoryEvent(f"target {target.state}"),
        identity=(target.case_id, target.target_id, str(target.ver), finding.fid, str(finding.rev)),
        before=str(before),
        after=target.state,
        reason=f"{finding.control} {finding.status}",
        controls=target.controls,
        severity=target.severity,
        channel=case.channel,
        ts=case.ts,
    ).of(target)


def _request_render(case: Case, target: CaseTarget | None, world: World, *, ask: bool = False) -> None:
    if target:
        send(PlanTarget(case_id=case.id, target_id=target.target_id, ask_again=ask), world.queues)
    send(RenderChannel(channel_id=case.channel), world.queues)
