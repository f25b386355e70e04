"""Findings → targets: which target and case a finding belongs to, and what its news means for them."""

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
from bot.remediations.catalogue import catalogue
from bot.store import audit, cases, exemptions, findings, keys
from bot.world import World

TRIES = 6
SAME_CASE_FOR = timedelta(days=7)
"""A target that fails again within this time is the same case."""


def place(finding: Finding, world: World) -> None:
    """Bring the finding's news to its target, opening one if it needs one. Raises Conflict after several tries."""
    for _ in range(TRIES):
        try:
            return _place(finding, world)
        except Conflict:
            fresh = findings.load_finding(world.table, finding.resource.account, finding.resource.region, finding.fid)
            if fresh is None or fresh.placed == fresh.rev:
                return None
            finding = fresh
    raise Conflict(f"finding {finding.fid} could not be placed")


def _place(finding: Finding, world: World) -> None:
    policy = for_presentation(world)
    known = _known(finding, world)
    if known:
        return _report(finding, *known, world)
    reason = no_card(finding, policy) or _exempted(finding, policy, world)
    if reason:
        return world.table.write(findings.placed(finding, case_id="", target_id="", no_card=reason))
    return _open(finding, policy, world)


def no_card(finding: Finding, policy: Policy) -> str:
    """Why this finding opens no card, or nothing when it does."""
    if finding.status is not Status.OPEN:
        return finding.status.value
    if policy.stage(finding.resource.account) is Stage.OBSERVE:
        return "stage observe"
    if finding.severity.rank > policy.cards.min_severity.rank:
        return f"below {policy.cards.min_severity}"
    if policy.cards.since and finding.first_seen < policy.cards.since:
        return "older than the deployment"
    return ""


def _exempted(finding: Finding, policy: Policy, world: World) -> str:
    """Whether an exemption covers it that is about its control in its account and channel."""
    channel = policy.route(subject_of(finding, recipe_for(finding))).channel
    now = keys.stamp(world.clock.now())
    found = exemptions.covering(world.table, finding.resource.account, finding.control, channel, now)
    return hidden_by(found) if found else ""


def recipe_for(finding: Finding) -> Remediation | None:
    """The remediation of this finding: only for controls that are believed, on the type that it works on."""
    return catalogue().fix_for(finding.control, finding.resource.type) if finding.trusted else None


def subject_of(finding: Finding, recipe: Remediation | None) -> Subject:
    """What the policy is asked about this finding."""
    where = finding.resource
    effects = recipe.effects if recipe else ()
    return Subject(where.account, where.region, finding.severity, (finding.control,), finding.tags, effects)


def _known(finding: Finding, world: World) -> tuple[Case, CaseTarget] | None:
    """The finding's case and target; none when it has none, or when they ended so long ago that it is a new matter.

    None either when the target knows another finding instead: of this resource by another name.
    """
    if not finding.case_id:
        return None
    case = cases.load_case(world.table, finding.case_id)
    target = cases.load_target(world.table, finding.case_id, finding.target_id)
    if case is None or target is None or finding.fid not in target.findings:
        return None
    ended = case.closed_at and world.clock.now() - keys.parse(case.closed_at) > SAME_CASE_FOR
    return None if ended and finding.status is Status.OPEN else (case, target)


def _report(finding: Finding, case: Case, target: CaseTarget, world: World) -> None:
    noted = _noted(target, finding)
    after = _after_news(target, noted, finding)
    reopened = after.state is State.NEW and target.state is not State.NEW
    now = keys.stamp(world.clock.now())
    extra: list[Write] = findings.placed(finding, case_id=case.id, target_id=target.target_id, no_card="")
    if after.state != target.state:
        extra += audit.puts(_entry(case, after, target.state, finding, now))
    sets = {"closed_at": "", "reopened": case.reopened + 1} if reopened and case.closed_at else {}
    sets |= _account_name(case, finding)
    cases.save_target(world.table, case, target, after, now, extra, sets)
    lifted = target.state is State.EXEMPTED and not target.decision.exemption and after.failing
    _request_render(case, after if reopened or lifted or _needs_plan(target, after) else None, world, ask=lifted)


def _account_name(case: Case, finding: Finding) -> dict[str, Any]:
    """What the account is called, where the finding knows it otherwise than the case."""
    known = finding.account_name in {"", case.account_name}
    return {} if known else {"account_name": finding.account_name}


def _noted(target: CaseTarget, finding: Finding) -> CaseTarget:
    note = FindingNote(finding.control, finding.status, finding.severity)
    since = min(filter(None, (target.since, finding.first_seen)), default="")
    known = replace(target, tags=finding.tags or target.tags, name=finding.resource_name or target.name, since=since)
    return replace(known, findings={**target.findings, finding.fid: note})


def _after_news(target: CaseTarget, noted: CaseTarget, finding: Finding) -> CaseTarget:
    """What the news does to the state: all passed or gone closes it; failing after a proof or an end reopens it."""
    if noted.failing:
        return noted.reopened(finding_time(finding)) if _fails_again(target, finding) else noted
    step = _closing_step(noted, finding)
    if step is None or not (allows(noted.state, step) or step in {Step.PASSED, Step.ARCHIVED}):
        return noted
    if noted.state is State.RESOLVED:
        return noted
    if step is Step.EXEMPT:
        return noted.suppressed(_suppressor(finding) or "somebody", finding_time(finding))
    return noted.closed(step, finding_time(finding) if step is Step.PASSED else "")


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
    """After a proof only by the word of a source that has looked since: the others say what was before the fix."""
    if finding.status is not Status.OPEN:
        return False
    if target.state is State.RESOLVED:
        return True
    failed_at = max((source.updated for source in finding.sources.values() if source.fails), default="")
    return target.state is State.FIXED and failed_at > target.attempt.proved_at


def finding_time(finding: Finding) -> str:
    """When the newest of a finding's sources last said something."""
    return max((source.updated for source in finding.sources.values()), default="")


def _needs_plan(before: CaseTarget, after: CaseTarget) -> bool:
    """More controls open: what is wrong, and so the plan, may be another; then a denial does not cover it."""
    return before.open_controls != after.open_controls and after.state in {State.NEW, State.PROPOSED, State.DENIED}


def _open(finding: Finding, policy: Policy, world: World) -> None:
    recipe = recipe_for(finding)
    subject = recipe.id if recipe else finding.control
    route = policy.route(subject_of(finding, recipe))
    pointer = keys.pointer(finding.resource.account, pointer_id(subject, route.channel, *route.approvers.names))
    now = keys.stamp(world.clock.now())
    open_id = cases.open_case_id(world.table, pointer)
    case = cases.load_case(world.table, open_id) if open_id else None
    home = case if case and not case.closed_at else _new_case(finding, recipe, subject, route, now, world)
    before = cases.load_target(world.table, home.id, Target(subject, finding.resource).target_id)
    after = _joined(finding, before, home, recipe)
    stored, put = cases.put_target(before, after if before else remembered(after, finding, world))
    writes: list[Write] = [put, *findings.placed(finding, case_id=home.id, target_id=after.target_id, no_card="")]
    if before is None or before.state != stored.state:
        writes += audit.puts(_entry(home, stored, before.state if before else "", finding, now))
    if home is case:
        writes.append(_join(home, before, stored, now, _account_name(home, finding)))
    else:
        writes += cases.create(replace(home, counts={stored.state.value: 1}), pointer, open_id, now)
    world.table.write(writes)
    _request_render(home, stored, world)


def _join(case: Case, before: CaseTarget | None, after: CaseTarget, now: str, told: Mapping[str, Any]) -> Update:
    """A target joins a case that is still open; a worse severity becomes the case's own, as does what was `told`."""
    sets: dict[str, object] = {"joined_at": now, **told}
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


def _joined(finding: Finding, before: CaseTarget | None, case: Case, recipe: Remediation | None) -> CaseTarget:
    if before:
        noted = _noted(before, finding)
        return _after_news(before, noted, finding)
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
    return _noted(fresh, finding)


def _entry(case: Case, target: CaseTarget, before: State | str, finding: Finding, now: str) -> audit.Entry:
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
        world.queues.plan.send(
            {"kind": "plan", "case": case.id, "target_id": target.target_id, **({"ask": True} if ask else {})}
        )
    world.queues.cards.send({"kind": "render", "channel": case.channel}, group=case.channel)
