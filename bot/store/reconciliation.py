"""The stored progress of the reconciliation through accounts and Regions."""

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
    """The progress of a walk. `started` is the unit's start, `token` the position in its list, `pages` those read."""

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
        """The account and Region that are being read."""
        return self.units[self.place]

    @property
    def accounts(self) -> tuple[int, int]:
        """The numbers of accounts that are done, and of all."""
        every = {account for account, _ in self.units}
        left = {account for account, _ in self.units[self.place :]} if not self.finished else set()
        return len(every) - len(left), len(every)


def load(table: Table) -> Walk | None:
    """Read the current walk, or the last one."""
    found = table.get_many([keys.walk(), keys.walk_units()])
    item = found.get(keys.walk())
    if item is None:
        return None
    fields = {name: value for name, value in item.items() if name in Walk.__dataclass_fields__}
    units = tuple((str(account), str(region)) for account, region in found[keys.walk_units()]["units"])
    return Walk(**{**fields, "units": units, "missing": tuple(fields["missing"])})


def progress(table: Table) -> str:
    """Return `First inventory: 43 of 120 accounts …` during the first walk, else ''."""
    walk = load(table)
    if walk is None or walk.finished or walk.kind != FIRST:
        return ""
    done, all_of_them = walk.accounts
    return f"First inventory: {done} of {all_of_them} accounts read; the numbers grow until it is done."
