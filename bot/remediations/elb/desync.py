"""Desync mitigation of application and classic load balancers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.elb.access_logs import classic_log_location, log_location
from bot.remediations.elb.attributes import (
    AttributeRemediation,
    ClassicRemediation,
    modify_classic_attributes,
    read_attributes,
    read_classic_attributes,
)
from bot.remediations.toolkit.aws_calls import evidence_of

_MODE: Final = "desync mitigation"
_DEFENSIVE: Final = "defensive"
_COMPLIANT_MODES: Final = frozenset({_DEFENSIVE, "strictest"})
_CLASSIC_KEY: Final = "elb.http.desyncmitigationmode"


class _DesyncRemediation(Remediation):
    """Close or refuse requests that servers could interpret in two ways. The mode `strictest` stays.

    Access logs have a field for the classification of such requests.
    """

    problem = "Ambiguous requests reach the servers"
    effects = (Effect.CUTS_TRAFFIC,)

    @abstractmethod
    def log_location(self, target: Target, aws: Account) -> str:
        """Return the location of the access logs, as evidence."""

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {_MODE: settings[_MODE] if settings[_MODE] in _COMPLIANT_MODES else _DEFENSIVE}

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Where could such requests be seen?", lambda: self.log_location(target, aws))
        yield Evidence("Do clients send such requests?", "not known (access logs are not read)", known=False)


class DefendAgainstDesync(_DesyncRemediation, AttributeRemediation):
    """Let an application load balancer close or refuse requests that servers could interpret in two ways."""

    title = "Defend against HTTP desync"
    controls = ("ELB.12",)
    config_rules = ("ALB_DESYNC_MODE_CHECK",)
    setting = _MODE
    attribute = "routing.http.desync_mitigation_mode"
    default = _DEFENSIVE
    compliant_value = _DEFENSIVE

    def log_location(self, target: Target, aws: Account) -> str:
        return log_location(read_attributes(aws, target))


class DefendClassicAgainstDesync(_DesyncRemediation, ClassicRemediation):
    """Let a classic load balancer close or refuse requests that servers could interpret in two ways."""

    title = "Defend the classic load balancer against HTTP desync"
    controls = ("ELB.14",)
    config_rules = ("CLB_DESYNC_MODE_CHECK",)

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the mode; `defensive` is the default."""
        additional = read_classic_attributes(aws, target).get("AdditionalAttributes", ())
        modes = [one["Value"] for one in additional if one["Key"] == _CLASSIC_KEY]
        return {_MODE: str(modes[0]) if modes else _DEFENSIVE}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        modify_classic_attributes(aws, target, {"AdditionalAttributes": [{"Key": _CLASSIC_KEY, "Value": value}]})

    def log_location(self, target: Target, aws: Account) -> str:
        return classic_log_location(read_classic_attributes(aws, target))
