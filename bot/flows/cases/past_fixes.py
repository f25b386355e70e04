"""What was fixed on a target before, so that what comes back says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.domain.finding import Finding
from bot.domain.target import CaseTarget, PastFix, is_policy
from bot.store import cases
from bot.world import World

MAX_FIXES: Final = 5


def history(target: CaseTarget) -> tuple[PastFix, ...]:
    """The fixes of ours that this target has had, the one that it fails after among them; oldest first."""
    if not (target.run_id and target.proved_at) or target.undo_of:
        return target.fixes
    fix = PastFix(target.decided_by, target.proved_at, target.run_id, auto=is_policy(target.decided_by))
    return (*target.fixes, fix)[-MAX_FIXES:]


def remembered(fresh: CaseTarget, finding: Finding, world: World) -> CaseTarget:
    """A new target, with what was fixed here and what people decided while the finding belonged to an older case."""
    old = cases.load_target(world.table, finding.case_id, finding.target_id) if finding.case_id else None
    return replace(fresh, fixes=history(old), no_auto=old.no_auto) if old else fresh
