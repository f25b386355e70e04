"""Remediations that raise a number to the minimum that the policy sets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from bot.domain.canonical import Value
from bot.domain.plan import Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation


class Minimum(Remediation):
    """Subclasses name the setting and the parameter with its minimum, and read and write the number."""

    setting: ClassVar[str]
    minimum: ClassVar[str]

    @abstractmethod
    def number(self, target: Target, aws: Account) -> int:
        """Return the number now. Raises ResourceGone, Refusal, or what AWS raises."""

    @abstractmethod
    def set_number(self, target: Target, aws: Account, number: int) -> None:
        """Set the number."""

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the number as the only setting."""
        return {self.setting: self.number(target, aws)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Raise the number to the minimum; a larger one stays."""
        return {self.setting: max(int(settings[self.setting]), int(params[self.minimum]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set the number."""
        self.set_number(target, aws, int(value))
