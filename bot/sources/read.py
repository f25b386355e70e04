"""The entry of the package: reads a document of any accepted format into observations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import BadInput
from bot.domain.finding import Observation
from bot.sources import asff, config, envelope, ocsf
from bot.sources.common import SourceContext
from bot.sources.format import Ignored, RawFinding, Rejected, Source

__all__ = ["Reading", "SourceContext", "read"]

SOURCES: Final[tuple[Source, ...]] = (ocsf.SOURCE, asff.SOURCE, config.SOURCE)
"""In the order in which they are tried on a document. A new source is a module and an entry here."""


@dataclass(frozen=True)
class Reading:
    """The observations of a document, and a reason for each part that was ignored or rejected."""

    observations: tuple[Observation, ...] = ()
    ignored: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


def read(document: Any, context: SourceContext, sources: Sequence[Source] = SOURCES) -> Reading:
    """Read a parsed JSON document. Never raises for its contents: an invalid part is rejected alone."""
    results = [_observe(part, context) for part in envelope.unwrap(document, context.arrived, sources)]
    return Reading(
        tuple(one for one in results if isinstance(one, Observation)),
        tuple(one.reason for one in results if isinstance(one, Ignored)),
        tuple(one.reason for one in results if isinstance(one, Rejected)),
    )


def _observe(part: envelope.Unwrapped, context: SourceContext) -> Observation | Ignored | Rejected:
    if not isinstance(part, RawFinding):
        return part
    try:
        return part.source.observe(part, context)
    except BadInput as bad:
        return Rejected(str(bad))
