"""The open cases of accounts: those to render again after a pause or its end, and those that something is due for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.domain.case import Case
from bot.domain.ports import Table
from bot.domain.states import ANSWERABLE, BUSY, State
from bot.flows.cases.transition import request_render
from bot.messages import ExecuteRun, send
from bot.store import cases, items, keys, posture
from bot.world import World

AFFECTED_BY_PAUSE: Final = (*ANSWERABLE, *BUSY, State.APPROVED)
"""States whose card differs while nothing may be changed."""

_AT_ONCE: Final = 100


def known_accounts(table: Table) -> list[str]:
    """Return every account that has ever had a finding: one read."""
    return sorted({unit.account for unit in posture.units(table)})


def open_cases(account: str, table: Table) -> Iterator[Case]:
    """Yield the account's open cases. Those that cannot be read are left out; the sweep reports them."""
    ids = iter(cases.open_case_ids(table, account))
    while some := list(islice(ids, _AT_ONCE)):
        yield from (case for case in cases.load_cases(table, some).values() if not case.closed_at)


def refresh_open_cases(accounts: Iterable[str], world: World) -> None:
    """Request a render of the cards of these accounts, and send their approved runs again.

    One read for each account's open cases, and one write for each case that a pause affects.
    """
    now = keys.stamp(world.clock.now())
    for account in accounts:
        for case in open_cases(account, world.table):
            if case.count(*AFFECTED_BY_PAUSE):
                world.table.write([cases.touch(case, now, {}, urgent=True)])
                request_render(case, world)
                _send_runs(case, world)


def _send_runs(case: Case, world: World) -> None:
    if not case.count(State.APPROVED, *BUSY):
        return
    targets, _ = cases.load_readable(world.table, case.id)
    for target in targets:
        if target.attempt.run_id and target.state in {State.APPROVED, *BUSY}:
            send(ExecuteRun(run_id=target.attempt.run_id, account_id=case.account), world.queues)


@dataclass(frozen=True)
class DueCase:
    """A case for which something is due; `put_off` is the day until which its first card waits, or ''."""

    case: Case
    put_off: str = ""


def due_cases(world: World) -> list[DueCase]:
    """Return every case for which something is due, worst first, then oldest: one read for each of eight shards.

    Proposals lapse, so every case that waits for people is among them.
    """
    return first_due(world)


def first_due(world: World, most: int | None = None) -> list[DueCase]:
    """As `due_cases`, of at most so many rows in each shard: those that are due first."""
    due = (item for shard in keys.all_due() for item in world.table.query_index("due", shard, limit=most))
    found = [DueCase(items.case_from(item), item.get("put_off", "")) for item in due if item.get("due_kind") == "case"]
    return sorted(found, key=lambda one: (one.case.severity.rank, one.case.created, one.case.id))


def waiting(due: Iterable[DueCase]) -> list[Case]:
    """Return those with a proposal that waits for people."""
    return [one.case for one in due if one.case.count(State.PROPOSED) and not one.case.closed_at]
