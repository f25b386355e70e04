"""Ranges of ports: parsing and subtraction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.domain.errors import BadInput

LAST_PORT: Final = 65535
_RANGE: Final = re.compile(r"(?P<low>\d+)(?:-(?P<high>\d+))?")

PortRange = tuple[int, int]
"""The first and the last port, both included."""


def subtract_ranges(whole: PortRange, excluded: Iterable[PortRange]) -> list[PortRange]:
    """Return the parts of `whole` that no excluded range overlaps, in order."""
    left, start = [], whole[0]
    for low, high in sorted(excluded):
        if high < start or low > whole[1]:
            continue
        if low > start:
            left.append((start, low - 1))
        start = high + 1
    return [*left, (start, whole[1])] if start <= whole[1] else left


def parse_port_ranges(ports: Iterable[int | str]) -> tuple[PortRange, ...]:
    """Parse ports as parameters of AWS Config rules give them: numbers, or ranges like `1020-1025`. Raise BadInput."""
    ranges = []
    for port in ports:
        match = _RANGE.fullmatch(str(port))
        low, high = (int(match["low"]), int(match["high"] or match["low"])) if match else (1, 0)
        if not low <= high <= LAST_PORT:
            raise BadInput(f"{port!r} is neither a port nor a range of ports like 1020-1025")
        ranges.append((low, high))
    return tuple(sorted(ranges))


def all_ports_except(allowed: Iterable[PortRange]) -> tuple[PortRange, ...]:
    return tuple(subtract_ranges((0, LAST_PORT), allowed))
