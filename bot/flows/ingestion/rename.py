"""Move findings stored under an internal AWS id to the resource's name, once an observation or a read contains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.case import Case
from bot.domain.exemption import ExemptionRequest
from bot.domain.finding import Finding, Status, fid_of
from bot.domain.history import HistoryEvent
from bot.domain.ports import Write
from bot.domain.renaming import named, told_of, with_these, without
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.domain.target_record import MAX_PAST_FIXES
from bot.flows.cases.transition import AuditNote, entry, request_render
from bot.flows.ingestion.assign import SAME_CASE_WINDOW, assign_to_case
from bot.store import aliases, audit, cases, findings, keys
from bot.store.aliases import Alias
from bot.world import World

_UNDECIDED: Final = frozenset({State.NEW, State.PROPOSED, State.GUIDANCE, State.LAPSED, State.RESOLVED})


def move_findings(alias: Alias, world: World, calls: Sequence[str] = ()) -> Alias:
    """Move findings to the resource's name, except those with a decision on their target. Raises Conflict."""
    homes = dict(alias.homes)
    for control in alias.strays:
        if _move(alias, control, world, calls):
            homes[control] = alias.name
    moved_controls = [control for control in alias.homes if homes[control] != alias.homes[control]]
    for control in sorted(alias.unplaced.union(moved_controls)):
        _assign(alias, control, world)
    return replace(alias, homes=homes, unplaced=frozenset())


def has_decision(target: CaseTarget) -> bool:
    """Return whether a person or the bot has decided on this target, or a decision has begun, which must be kept."""
    begun = target.attempt.run_id or target.decision.votes or target.exemption_request != ExemptionRequest()
    return bool(begun) or target.state not in _UNDECIDED


def _move(alias: Alias, control: str, world: World, calls: Sequence[str]) -> bool:
    """Move one finding and its counters, and close its target, in one transaction. Return False where it must stay."""
    old = _load_finding(alias, control, alias.homes[control], world)
    if old is None:
        world.table.write([aliases.moved(alias, control)])
        return True
    existing = _load_finding(alias, control, alias.name, world)
    case_and_target = _case_and_target(old, world)
    live = case_and_target if case_and_target and not _ended_long_ago(case_and_target[0], world) else None
    history_writes = _copy_history(case_and_target[1], old, existing, world) if case_and_target else []
    if history_writes is None or (live and has_decision(live[1])):
        return False
    resource = named(alias.resource, alias.name)
    sources = told_of(old, alias.resource.id)
    remaining = without(old, sources)
    moved = with_these(existing, fid_of(resource, control), resource, old, sources)
    writes = [*findings.writes([(old, remaining), (existing, moved)]), aliases.moved(alias, control), *history_writes]
    if live and not remaining.sources:
        _detach(*live, old, alias, writes, calls, world)
    else:
        world.table.write(writes)
        assign_to_case(remaining, world)
    return True


def _load_finding(alias: Alias, control: str, home: str, world: World) -> Finding | None:
    where = named(alias.resource, home)
    return findings.load_finding(world.table, where.account, where.region, fid_of(where, control))


def _case_and_target(finding: Finding, world: World) -> tuple[Case, CaseTarget] | None:
    case = cases.load_case(world.table, finding.case_id) if finding.case_id else None
    target = cases.load_target(world.table, finding.case_id, finding.target_id) if case else None
    return (case, target) if case and target else None


def _ended_long_ago(case: Case, world: World) -> bool:
    """Return whether the case closed so long ago that a new failure opens another one."""
    return bool(case.closed_at) and world.clock.now() - keys.parse(case.closed_at) > SAME_CASE_WINDOW


def _copy_history(target: CaseTarget, old: Finding, existing: Finding | None, world: World) -> list[Write] | None:
    """Return the write that copies past fixes to the target by the name; None where there is no such target.

    A target that is opened when the finding is assigned loads the past fixes then.
    """
    fixes = target.all_fixes
    if not fixes and not target.no_auto:
        return []
    successor = (
        cases.load_target(world.table, existing.case_id, existing.target_id) if existing and existing.case_id else None
    )
    if successor is None:
        return [] if old.status is Status.OPEN else None
    every = sorted({*fixes, *successor.past_fixes}, key=lambda one: one.at)[-MAX_PAST_FIXES:]
    after = replace(successor, past_fixes=tuple(every), no_auto=successor.no_auto or target.no_auto)
    return [cases.put_target(successor, after)[1]]


def _detach(
    case: Case,
    target: CaseTarget,
    old: Finding,
    alias: Alias,
    writes: Sequence[Write],
    calls: Sequence[str],
    world: World,
) -> None:
    """Remove the finding from its target. A target without findings is superseded by the one under the name."""
    after = replace(target, findings={fid: note for fid, note in target.findings.items() if fid != old.fid})
    if not after.findings:
        after = after.superseded(f"told of by its name from now on: {named(alias.resource, alias.name).label}")
    now = keys.stamp(world.clock.now())
    audit_note = AuditNote(HistoryEvent.KNOWN_BY_NAME, reason=alias.name, calls=tuple(calls))
    recorded = audit.puts(entry(case, target, after, audit_note, now))
    cases.save_target(world.table, case, target, after, now, [*writes, *recorded])
    request_render(case, world)


def _assign(alias: Alias, control: str, world: World) -> None:
    finding = _load_finding(alias, control, alias.name, world)
    if finding and finding.placed != finding.rev:
        assign_to_case(finding, world)
    world.table.write([aliases.placed(alias, control)])
