"""CloudWatch metrics: twelve numbers for all accounts together; resources are counted every night.

Twelve in all and none by account, since each custom metric costs about $0.30 a month.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.domain.activity import Facts
from bot.domain.finding import Severity
from bot.domain.metric import Metric, Unit
from bot.domain.posture import ALL
from bot.domain.score import score
from bot.domain.states import State
from bot.flows.cases.open_cases import due_cases, waiting
from bot.flows.posture.query import day
from bot.flows.posture.snapshot import STAMP_RESOLUTION, facts_by_scope
from bot.store import keys, posture
from bot.world import World

DAYS: Final = 30

UNITS: Final[dict[str, Unit]] = {
    "PostureScore": "None",
    "StrictScore": "None",
    "OpenFindings": "Count",
    "CriticalFindings": "Count",
    "ExemptedFindings": "Count",
    "NonCompliantResources": "Count",
    "Threats": "Count",
    "DecisionsWaiting": "Count",
    "OldestDecision": "Seconds",
    "RemediationSuccess": "Percent",
    "TimeToDecide": "Seconds",
    "TimeToFix": "Seconds",
}


def measure(world: World) -> list[Metric]:
    """Return the metrics that are known now; an unknown one (no data, no decision yet) is left out, not 0."""
    rows = posture.counts(world.table)
    now, threats = score(rows), posture.threats(world.table)
    facts = _month(world)
    asking = waiting(due_cases(world))
    oldest = min((case.created for case in asking), default="")
    age = (world.clock.now() - keys.parse(oldest)).total_seconds() if oldest else 0.0
    rate = facts.success_rate
    found: dict[str, float | None] = {
        "PostureScore": now.score,
        "StrictScore": now.strict,
        "OpenFindings": _sum(row.failed for row in rows),
        "CriticalFindings": _sum(row.failed for row in rows if row.severity is Severity.CRITICAL),
        "ExemptedFindings": _sum(row.exempted for row in rows),
        "NonCompliantResources": posture.resources(world.table),
        "Threats": _sum(threats.values()),
        "DecisionsWaiting": _sum(case.count(State.PROPOSED) for case in asking),
        "OldestDecision": age,
        "RemediationSuccess": None if rate is None else 100 * rate,
        "TimeToDecide": facts.mean_to_decide,
        "TimeToFix": facts.mean_to_fix,
    }
    return [Metric(name, UNITS[name], value) for name, value in found.items() if value is not None]


def _sum(numbers: Iterable[int]) -> float:
    return float(sum(numbers))


def _month(world: World) -> Facts:
    now = world.clock.now()
    today = facts_by_scope(keys.parse(f"{day(now)}T00:00:00Z"), now + STAMP_RESOLUTION, world)
    recorded = posture.facts(world.table, ALL, [day(now, back) for back in range(1, DAYS + 1)])
    return sum(map(Facts.of, recorded), today[ALL])
