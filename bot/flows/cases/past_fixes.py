"""What was fixed on a target before, so that what comes back says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.domain.case import PastFix, Work, is_policy
from bot.domain.finding import Finding
from bot.store import cases
from bot.world import World

MAX_FIXES: Final = 5


def history(work: Work) -> tuple[PastFix, ...]:
    """The fixes of ours that this target has had, the one that it fails after among them; oldest first."""
    if not (work.run_id and work.proved_at) or work.undo_of:
        return work.fixes
    fix = PastFix(work.decided_by, work.proved_at, work.run_id, auto=is_policy(work.decided_by))
    return (*work.fixes, fix)[-MAX_FIXES:]


def remembered(fresh: Work, finding: Finding, world: World) -> Work:
    """A new target, with what was fixed here and what people decided while the finding belonged to an older case."""
    old = cases.load_work(world.table, finding.case_id, finding.target_id) if finding.case_id else None
    return replace(fresh, fixes=history(old), no_auto=old.no_auto) if old else fresh
