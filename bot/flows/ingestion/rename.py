"""Findings that were stored by an id of AWS's own go to where the resource's name is, once somebody has told it."""

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
from bot.flows.ingestion.assign import SAME_CASE_FOR, place
from bot.store import aliases, audit, cases, findings, keys
from bot.store.aliases import Alias
from bot.world import World

_UNDECIDED: Final = frozenset({State.NEW, State.PROPOSED, State.GUIDANCE, State.LAPSED, State.RESOLVED})


def bring_home(alias: Alias, world: World, calls: Sequence[str] = ()) -> Alias:
    """Move what is stored elsewhere to where the name is, but for what people have decided on. Raises Conflict."""
    homes = dict(alias.homes)
    for control in alias.strays:
        if _moved(alias, control, world, calls):
            homes[control] = alias.name
    brought = [control for control in alias.homes if homes[control] != alias.homes[control]]
    for control in sorted(alias.unplaced.union(brought)):
        _place(alias, control, world)
    return replace(alias, homes=homes, unplaced=frozenset())


def decided(target: CaseTarget) -> bool:
    """Whether people, or the bot for them, have decided on this target, or are about to: that is not taken away."""
    begun = target.attempt.run_id or target.decision.votes or target.exemption_request != ExemptionRequest()
    return bool(begun) or target.state not in _UNDECIDED


def _moved(alias: Alias, control: str, world: World, calls: Sequence[str]) -> bool:
    """Move one finding, with its counters, and close its target, in one transaction; False where it has to stay."""
    old = _find(alias, control, alias.homes[control], world)
    if old is None:
        world.table.write([aliases.moved(alias, control)])
        return True
    there = _find(alias, control, alias.name, world)
    home = _home(old, world)
    live = home if home and not _over(home[0], world) else None
    remembered = _handed_on(home[1], old, there, world) if home else []
    if remembered is None or (live and decided(live[1])):
        return False
    resource = named(alias.resource, alias.name)
    taken = told_of(old, alias.resource.id)
    left = without(old, taken)
    moved = with_these(there, fid_of(resource, control), resource, old, taken)
    writes = [*findings.writes([(old, left), (there, moved)]), aliases.moved(alias, control), *remembered]
    if live and not left.sources:
        _leave(*live, old, alias, writes, calls, world)
    else:
        world.table.write(writes)
        place(left, world)
    return True


def _find(alias: Alias, control: str, home: str, world: World) -> Finding | None:
    where = named(alias.resource, home)
    return findings.load_finding(world.table, where.account, where.region, fid_of(where, control))


def _home(finding: Finding, world: World) -> tuple[Case, CaseTarget] | None:
    case = cases.load_case(world.table, finding.case_id) if finding.case_id else None
    target = cases.load_target(world.table, finding.case_id, finding.target_id) if case else None
    return (case, target) if case and target else None


def _over(case: Case, world: World) -> bool:
    """Whether it ended so long ago that what comes now is a new matter."""
    return bool(case.closed_at) and world.clock.now() - keys.parse(case.closed_at) > SAME_CASE_FOR


def _handed_on(target: CaseTarget, old: Finding, there: Finding | None, world: World) -> list[Write] | None:
    """The write that makes the target by the name remember what this one does; None when there is nobody to do so.

    One that is opened when the finding is placed remembers by itself.
    """
    fixes = target.all_fixes
    if not fixes and not target.no_auto:
        return []
    heir = cases.load_target(world.table, there.case_id, there.target_id) if there and there.case_id else None
    if heir is None:
        return [] if old.status is Status.OPEN else None
    every = sorted({*fixes, *heir.past_fixes}, key=lambda one: one.at)[-MAX_PAST_FIXES:]
    after = replace(heir, past_fixes=tuple(every), no_auto=heir.no_auto or target.no_auto)
    return [cases.put_target(heir, after)[1]]


def _leave(
    case: Case,
    target: CaseTarget,
    old: Finding,
    alias: Alias,
    writes: Sequence[Write],
    calls: Sequence[str],
    world: World,
) -> None:
    """The target without this finding; without any it is over: the resource's target by its name takes its place."""
    after = replace(target, findings={fid: note for fid, note in target.findings.items() if fid != old.fid})
    if not after.findings:
        after = after.superseded(f"told of by its name from now on: {named(alias.resource, alias.name).label}")
    now = keys.stamp(world.clock.now())
    audit_note = AuditNote(HistoryEvent.KNOWN_BY_NAME, reason=alias.name, calls=tuple(calls))
    recorded = audit.puts(entry(case, target, after, audit_note, now))
    cases.save_target(world.table, case, target, after, now, [*writes, *recorded])
    request_render(case, world)


def _place(alias: Alias, control: str, world: World) -> None:
    finding = _find(alias, control, alias.name, world)
    if finding and finding.placed != finding.rev:
        place(finding, world)
    world.table.write([aliases.placed(alias, control)])
