"""Take over the earlier fixes and decisions when a finding moves to a new target."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.finding import Finding
from bot.domain.target import CaseTarget
from bot.store import cases
from bot.world import World


def remembered(fresh: CaseTarget, finding: Finding, world: World) -> CaseTarget:
    """Return a new target with the earlier fixes and decisions of the finding's older case."""
    old = cases.load_target(world.table, finding.case_id, finding.target_id) if finding.case_id else None
    return replace(fresh, past_fixes=old.all_fixes, no_auto=old.no_auto) if old else fresh
