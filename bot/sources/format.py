"""`Source`: the definition of an external format, and the results of reading one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.finding import Observation
from bot.sources.common import SourceContext


@dataclass(frozen=True)
class Ignored:
    """A valid document without a finding to store."""

    reason: str


@dataclass(frozen=True)
class Rejected:
    """A document in no accepted format; the reason says what to send instead."""

    reason: str


@dataclass(frozen=True)
class Source:
    """One format. `read.SOURCES` lists them.

    `recognizes` tests a document that has no event around it. `events` are the (source, detail-type) of events whose
    detail has this format. `in_hub_lists`: the findings of Security Hub's own events may have this format; others may
    not. `observe` translates one finding, or raises BadInput.
    """

    recognizes: Callable[[Mapping[str, Any]], bool]
    observe: Callable[[RawFinding, SourceContext], Observation | Ignored]
    events: frozenset[tuple[str, str]] = frozenset()
    in_hub_lists: bool = False


@dataclass(frozen=True)
class RawFinding:
    """One finding or evaluation in its source's format. `action` is the Security Hub custom action that sent it."""

    source: Source
    body: Mapping[str, Any]
    arrived: str
    action: str = ""
