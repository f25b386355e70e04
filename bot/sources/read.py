"""The entry: a document of any accepted shape → observations, and the reasons for what was not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import BadInput
from bot.domain.finding import Observation
from bot.sources import asff, config, envelope, ocsf
from bot.sources.common import SourceContext
from bot.sources.format import Ignored, Piece, Rejected, Source

__all__ = ["Reading", "SourceContext", "read"]

SOURCES: Final[tuple[Source, ...]] = (ocsf.SOURCE, asff.SOURCE, config.SOURCE)
"""In the order in which they are asked whether they know a document. A new source is a module, and its place here."""


@dataclass(frozen=True)
class Reading:
    """What a document came to. Reasons are sentences that a person can act on, one for each part not kept."""

    observations: tuple[Observation, ...] = ()
    ignored: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


def read(document: Any, context: SourceContext, sources: Sequence[Source] = SOURCES) -> Reading:
    """Everything that a document (parsed JSON) says. Never raises for what is in it: one bad part costs only itself."""
    results = [_observe(part, context) for part in envelope.parts(document, context.arrived, sources)]
    return Reading(
        tuple(one for one in results if isinstance(one, Observation)),
        tuple(one.reason for one in results if isinstance(one, Ignored)),
        tuple(one.reason for one in results if isinstance(one, Rejected)),
    )


def _observe(part: envelope.Part, context: SourceContext) -> Observation | Ignored | Rejected:
    if not isinstance(part, Piece):
        return part
    try:
        return part.source.observe(part, context)
    except BadInput as bad:
        return Rejected(str(bad))
