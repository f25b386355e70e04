"""Base class of remediations of a setting that is on or off."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from bot.domain.canonical import Value
from bot.domain.plan import Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation


class Toggle(Remediation):
    """A remediation of one setting. Subclasses name it and its compliant value, read it and turn it on or off."""

    setting: ClassVar[str]
    compliant_value: ClassVar[bool]

    @abstractmethod
    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether the setting is on. Raise ResourceGone, Refusal, or an error of AWS."""

    @abstractmethod
    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Turn the setting on or off, and change nothing else."""

    def read(self, target: Target, aws: Account) -> Settings:
        return {self.setting: self.is_on(target, aws)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, self.setting: self.compliant_value}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        self.turn(target, aws, on=bool(value))
