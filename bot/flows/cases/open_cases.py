"""After something that concerns whole accounts: their open cards are drawn again, and what waited goes on.

One read for the accounts, one for each account's open cases, one write for each case that shows anything of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from bot.domain.case import Case
from bot.domain.ports import Table
from bot.domain.states import ANSWERABLE, BUSY, State
from bot.flows.cases.transition import ring
from bot.store import cases, keys, posture
from bot.world import World

CONCERNED: Final = (*ANSWERABLE, *BUSY, State.APPROVED)
"""States whose card says another thing while nothing may be changed."""

_AT_ONCE: Final = 100


def accounts(table: Table) -> list[str]:
    """Every account that has ever had a finding: one read."""
    return sorted({unit.account for unit in posture.units(table)})


def open_cases(account: str, table: Table) -> Iterator[Case]:
    """The account's open cases, but for those that cannot be read, of which the sweep tells."""
    ids = iter(cases.open_case_ids(table, account))
    while some := list(islice(ids, _AT_ONCE)):
        yield from (case for case in cases.load_cases(table, some).values() if not case.closed_at)


def wake(concerned: Iterable[str], world: World) -> None:
    """Have the cards of these accounts drawn again, and their approved runs looked at."""
    now = keys.stamp(world.clock.now())
    for account in concerned:
        for case in open_cases(account, world.table):
            if case.count(*CONCERNED):
                world.table.write([cases.touch(case, now, {}, hurry=True)])
                ring(case, world)
                _runs(case, world)


def _runs(case: Case, world: World) -> None:
    if not case.count(State.APPROVED, *BUSY):
        return
    works, _ = cases.load_readable(world.table, case.id)
    for work in works:
        if work.run_id and work.state in {State.APPROVED, *BUSY}:
            world.queues.runs.send({"kind": "run", "run": work.run_id}, group=case.account)
