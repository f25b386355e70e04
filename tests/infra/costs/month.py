"""A month's bill: measured work, times how often it happens, times list prices. Every assumption has its name here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from infra.local.translate import Template, of_type, translated
from tests.infra.costs import scenes
from tests.infra.costs.meter import By, Work

DAYS: Final = 30
GIB: Final = 1024**3


@dataclass(frozen=True)
class Organisation:
    """How large it is, and what happens in it on a day."""

    findings: int
    accounts: int
    cards: int
    decisions: int
    commands: int

    @property
    def together(self) -> float:
        """Events in a batch of the ingest function: those of its window of five seconds."""
        return max(1, self.findings * CHECKS_A_DAY * WINDOW / 86_400)


SIZES: Final = (
    Organisation(100, 1, 1, 1, 10),
    Organisation(10_000, 20, 10, 8, 50),
    Organisation(1_000_000, 400, 100, 80, 300),
)
CHECKS_A_DAY: Final = 1.0
"""How often Security Hub says a finding again (it checks every 12 to 24 hours, or when something changes)."""

NEW_A_DAY: Final = 0.01
CHANGED_A_DAY: Final = 0.01
"""Shares of all findings that are new, or have another verdict."""

WINDOW: Final = 5
COLD_STARTS_A_DAY: Final = 200
POLLERS: Final = 5
POLLS_A_MINUTE: Final = 3
"""Lambda asks an empty queue by five long polls of 20 seconds."""

OWN_MS: Final = 60
CALL_MS: Final[Mapping[str, float]] = {
    "table_calls": 6,
    "messages": 8,
    "fifo_messages": 8,
    "slack_calls": 250,
    "account_calls": 150,
}
COLD_MS: Final = 1500
EVENT_MS: Final = 1
"""Milliseconds: of an invocation's own work, of a call, of a cold start, of reading one event."""

LOG_BYTES: Final = 1500
"""An invocation's lines, Lambda's own three among them."""


def times(size: Organisation) -> list[tuple[str, By, float]]:
    """(what happens, its measured work, how often in a month)."""
    sent, alone = size.findings * DAYS, size.together < scenes.PACKED
    return [
        ("a finding that is checked again, nothing new", scenes.checked_again(), sent * CHECKS_A_DAY),
        ("a finding that is new", scenes.heard_alone() if alone else scenes.first_inventory(), sent * NEW_A_DAY),
        ("a finding whose verdict changed", scenes.verdict_changed(), sent * CHANGED_A_DAY),
        ("a finding that gets a card", scenes.a_card(), size.cards * DAYS),
        ("a decision: press, run, proof, PASSED", scenes.a_decision(), size.decisions * DAYS),
        ("a command, such as `/cspm score`", scenes.a_command(), size.commands * DAYS),
        *((f"the job {name}", scenes.a_job(name), runs * DAYS) for name, runs in runs_a_day().items()),
        *(
            (f"the job {name}, each account more", scenes.a_job_per_account(name), runs * DAYS * (size.accounts - 1))
            for name, runs in runs_a_day().items()
        ),
        *(
            (f"the job {name}, each finding", scenes.a_walk_per_finding(name), runs_a_day()[name] * sent)
            for name in ("recount", "reconcile")
        ),
    ]


@cache
def template() -> Template:
    """The stack, as CloudFormation gets it."""
    return translated()


@cache
def runs_a_day() -> dict[str, float]:
    """How often each job runs, by the template's schedules."""
    found = {}
    for schedule in of_type(template(), "AWS::Scheduler::Schedule").values():
        properties = schedule["Properties"]
        found[json.loads(properties["Target"]["Input"])["job"]] = a_day(properties["ScheduleExpression"])
    return found


def a_day(expression: str) -> float:
    """How often a day a schedule runs, of the forms that the template has. Raises ValueError for another."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return {"minute": 1440, "hour": 24, "day": 1}[rate[2]] / int(rate[1])
    cron = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \S+\)", expression)
    if not cron:
        raise ValueError(expression)
    minute, hour, _, _, weekday = cron.groups()
    minutes = 60 / int(minute.partition("/")[2]) if "/" in minute else 1
    return minutes * (24 if hour == "*" else 1) * {"?": 7, "*": 7, "SUN": 1, "MON-SAT": 6}[weekday] / 7


@cache
def memory() -> dict[str, float]:
    """GiB of each function, by the template."""
    functions = of_type(template(), "AWS::Lambda::Function")
    return {
        name.removesuffix("Function").lower(): one["Properties"]["MemorySize"] / 1024 for name, one in functions.items()
    }


def polled() -> int:
    """How many queues Lambda asks; the table's stream costs nothing."""
    mappings = of_type(template(), "AWS::Lambda::EventSourceMapping").values()
    return sum(one["Properties"]["EventSourceArn"]["Fn::GetAtt"][0].endswith("Queue") for one in mappings)


def quantities(size: Organisation) -> dict[str, float]:
    """What AWS would count in a month, by the names of `prices.PRICES`."""
    by = _by_function(size)
    total = sum(by.values(), Work())
    batches = size.findings * DAYS * CHECKS_A_DAY / size.together
    invocations = total.invocations - by["ingest"].invocations + batches + total.records
    taken = total.messages * 2 / min(10, size.together) + total.fifo_messages * 2
    stored = size.findings * scenes.heard_alone()["ingest"].stored_bytes
    return {
        "table writes": total.writes,
        "table reads": total.reads,
        "table storage": (stored + size.findings * 100) / GIB,
        "table recovery": (stored + size.findings * 100) / GIB,
        "queue requests": total.messages + taken,
        "queue requests, FIFO": total.fifo_messages,
        "queue polls": polled() * POLLERS * POLLS_A_MINUTE * 60 * 24 * DAYS,
        "function requests": invocations,
        "function time": _gib_seconds(by, batches, size),
        "events put": total.records,
        "API requests": (size.decisions + size.commands) * DAYS,
        "scheduled calls": sum(runs_a_day().values()) * DAYS,
        "logs": invocations * LOG_BYTES / GIB,
        "alarms": len(of_type(template(), "AWS::CloudWatch::Alarm")),
        "metrics": 12,
        "dashboards": len(of_type(template(), "AWS::CloudWatch::Dashboard")),
        "secrets": len(of_type(template(), "AWS::SecretsManager::Secret")),
        "secret reads": (3 * 288 + 2 * COLD_STARTS_A_DAY) * DAYS,
        "policy requests": min(invocations, 6 * 4 * 1440 * DAYS),
        "policies received": COLD_STARTS_A_DAY * DAYS,
    }


def _by_function(size: Organisation) -> dict[str, Work]:
    found: dict[str, Work] = {}
    for _, by, often in times(size):
        for function, work in by.items():
            found[function] = found.get(function, Work()) + work * often
    return found


def _gib_seconds(by: Mapping[str, Work], batches: float, size: Organisation) -> float:
    """What each function's calls take, each invocation's own work, and cold starts."""
    found = 0.0
    for function, work in by.items():
        starts = batches if function == "ingest" else work.invocations
        calls = sum(
            getattr(work, name) * ms for name, ms in CALL_MS.items() if name in {one.name for one in fields(Work)}
        )
        found += (starts * OWN_MS + _shared(function, calls, size)) / 1000 * memory()[function]
    events = size.findings * DAYS * CHECKS_A_DAY * EVENT_MS / 1000 * memory()["ingest"]
    return found + events + COLD_STARTS_A_DAY * DAYS * COLD_MS / 1000 * memory()["slack"]


def _shared(function: str, calls: float, size: Organisation) -> float:
    """Events of one batch share their reads: a hundred findings are one request."""
    return calls / min(25, size.together) if function == "ingest" else calls
