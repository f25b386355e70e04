"""Exemptions, and the requests for them: scope, reason, end, requester, and who allowed them."""

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
    """A request for an exemption; without one, `by` is empty. `allowed` are the people who have allowed it so far."""

    by: str = ""
    at: str = ""
    scope: Scope = Scope.TARGET
    reason: str = ""
    until: str = ""
    case_id: str = ""
    allowed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The hash of its content, so that who allows it by this id allows exactly what was shown."""
        return sha256(canonical([self.case_id, self.by, self.at, self.scope.value, self.reason, self.until]))[:32]


@dataclass(frozen=True)
class Exemption:
    """A granted request, for all its targets. `announced` counts the announcements of its end."""

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
    announced: int = 0
    ended: str = ""


def hidden_by(exemption_id: str) -> str:
    """Return the stored reason why a finding under this exemption has no card."""
    return f"exempted:{exemption_id}"
