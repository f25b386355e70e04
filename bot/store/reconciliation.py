"""Stored state of reconciliation: the walk through accounts and Regions, and its progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.domain.ports import Table
from bot.store import keys

FIRST: Final = "first"


WEEKLY: Final = "weekly"


NIGHTLY: Final = "nightly"


@dataclass(frozen=True)
class Walk:
    """The state of a walk. `started`: start of the unit; `token`: page token; `pages`: pages read."""

    id: str
    kind: str
    units: tuple[tuple[str, str], ...]
    step: int = 0
    place: int = 0
    phase: str = "begin"
    started: str = ""
    token: str = ""
    pages: int = 0
    missing: tuple[str, ...] = ()
    moved: str = ""
    finished: str = ""

    @property
    def unit(self) -> tuple[str, str]:
        """The account and Region that it is in."""
        return self.units[self.place]

    @property
    def accounts(self) -> tuple[int, int]:
        """The number of accounts that are done, and of all."""
        every = {account for account, _ in self.units}
        left = {account for account, _ in self.units[self.place :]} if not self.finished else set()
        return len(every) - len(left), len(every)


def load(table: Table) -> Walk | None:
    """The walk that is going, or the last one."""
    found = table.get_many([keys.walk(), keys.walk_units()])
    item = found.get(keys.walk())
    if item is None:
        return None
    fields = {name: value for name, value in item.items() if name in Walk.__dataclass_fields__}
    units = tuple((str(account), str(region)) for account, region in found[keys.walk_units()]["units"])
    return Walk(**{**fields, "units": units, "missing": tuple(fields["missing"])})


def progress(table: Table) -> str:
    """`first inventory, 43 of 120 accounts` while the first walk is going, else nothing."""
    walk = load(table)
    if walk is None or walk.finished or walk.kind != FIRST:
        return ""
    done, all_of_them = walk.accounts
    return f"First inventory: {done} of {all_of_them} accounts read; the numbers grow until it is done."
