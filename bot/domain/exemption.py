"""Exemptions: who wants a failure to be left alone, where, why, until when, and who has allowed it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.canonical import canonical, sha256


class Scope(StrEnum):
    """The scope of an exemption: one target, or everything that fails the same controls in its account and channel."""

    TARGET = "target"
    CONTROL = "control"


@dataclass(frozen=True)
class ExemptionRequest:
    """An exemption that somebody asks for; one that nobody asks for has no `by`. `allowed` are those who agree."""

    by: str = ""
    at: str = ""
    scope: Scope = Scope.TARGET
    reason: str = ""
    until: str = ""
    case_id: str = ""
    allowed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The hash of its content, so that allowing it by id allows exactly what was shown."""
        return sha256(canonical([self.case_id, self.by, self.at, self.scope.value, self.reason, self.until]))[:32]


@dataclass(frozen=True)
class Exemption:
    """A granted request; one for all targets that it was asked for. `ended` is when it did, '' before."""

    id: str
    account: str
    channel: str
    case_id: str
    scope: Scope
    controls: tuple[str, ...]
    reason: str
    until: str
    asked_by: str
    allowed_by: tuple[str, ...]
    policy: str
    right: str
    created: str
    title: str = ""
    told: int = 0
    ended: str = ""


def hidden_by(exemption_id: str) -> str:
    """Why a finding has no card, as it is stored with it."""
    return f"exempted:{exemption_id}"
