"""Connection draining of classic load balancers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.elb.attributes import ClassicRemediation, modify_classic_attributes, read_classic_attributes

_TIMEOUT: Final = "seconds to drain connections"


class DrainConnections(ClassicRemediation):
    """Complete requests in flight before an instance is deregistered."""

    title = "Drain connections"
    problem = "Requests are cut when instances leave"
    controls = ("ELB.7",)
    params: ClassVar[Mapping[str, Param]] = {"timeout": Param(300, "seconds that requests under way are given")}

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the timeout in seconds, or ABSENT if draining is off."""
        draining = read_classic_attributes(aws, target)["ConnectionDraining"]
        return {_TIMEOUT: int(draining["Timeout"]) if draining["Enabled"] else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {_TIMEOUT: int(params["timeout"]) if settings[_TIMEOUT] is ABSENT else settings[_TIMEOUT]}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        draining = {"Enabled": False} if value is ABSENT else {"Enabled": True, "Timeout": int(value)}
        modify_classic_attributes(aws, target, {"ConnectionDraining": draining})
