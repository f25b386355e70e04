"""A manifest: the plans that a card showed, which its buttons refer to by hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.canonical import canonical, sha256


@dataclass(frozen=True)
class Manifest:
    """The (target, digest) pairs that a card showed and its Approve button means. Immutable; named by its hash."""

    case_id: str
    kind: str
    rows: tuple[tuple[str, str], ...]
    plans: Mapping[str, str] = field(default_factory=dict)
    run_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 over case, kind and rows, hexadecimal, first 32 characters."""
        return sha256(canonical([self.case_id, self.kind, [list(row) for row in sorted(self.rows)]]))[:32]
