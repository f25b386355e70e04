"""What happened to a case, line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """When, what, who, of which target, from which state to which, why, in which run, with which AWS calls."""

    at: str
    what: str
    who: str
    target: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""
    run: str = ""
    calls: tuple[str, ...] = ()
