"""What happened to a case, line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """When, what, who, of which target, from which state to which, why, in which run, with which AWS calls.

    `reference` is the change of the organisation's own process that an approval named.
    """

    at: str
    what: str
    who: str
    target: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""
    reference: str = ""
    run: str = ""
    calls: tuple[str, ...] = ()
