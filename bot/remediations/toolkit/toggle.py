"""Remediations of one switch: a setting that is on or off."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from bot.domain.canonical import Value
from bot.domain.plan import Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation


class Toggle(Remediation):
    """Subclasses name the switch, say which way is right, and how it is read and turned."""

    setting: ClassVar[str]
    compliant_value: ClassVar[bool]

    @abstractmethod
    def is_on(self, target: Target, aws: Account) -> bool:
        """Whether it is on. Raises ResourceGone, Refusal, or what AWS raises."""

    @abstractmethod
    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Turn it on or off."""

    def read(self, target: Target, aws: Account) -> Settings:
        """Where the switch stands."""
        return {self.setting: self.is_on(target, aws)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The way that is right."""
        return {**settings, self.setting: self.compliant_value}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn the one switch that there is."""
        self.turn(target, aws, on=bool(value))
