"""What a foreign format is: how to know it, and how to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.finding import Observation
from bot.sources.common import SourceContext


@dataclass(frozen=True)
class Ignored:
    """Well-formed, and nothing to keep."""

    reason: str


@dataclass(frozen=True)
class Rejected:
    """No accepted shape; the reason says what to do."""

    reason: str


@dataclass(frozen=True)
class Source:
    """One format. `read.SOURCES` lists them.

    `knows` tells a document of this form that has no event around it. `events` are those, by source and detail-type,
    whose detail is one of this form. `of_hub`: lists of Security Hub's own events may hold it, and no other form.
    `observe` says what one means, or raises BadInput.
    """

    knows: Callable[[Mapping[str, Any]], bool]
    observe: Callable[[Piece, SourceContext], Observation | Ignored]
    events: frozenset[tuple[str, str]] = frozenset()
    of_hub: bool = False


@dataclass(frozen=True)
class Piece:
    """One finding or evaluation, still in its source's words. `action` is the custom action that sent it."""

    source: Source
    body: Mapping[str, Any]
    arrived: str
    action: str = ""
