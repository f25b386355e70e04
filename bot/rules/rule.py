"""The parts of a custom rule: a function from a configuration item and parameters to a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from bot.domain.errors import BadInput
from bot.domain.remediation import Param

MAX_ANNOTATION: Final = 256
"""Characters (AWS Config API, Evaluation, Annotation)."""


class Compliance(StrEnum):
    """The compliance types that PutEvaluations accepts."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True)
class Verdict:
    """Compliance of one item; the reason is shown in Config and on the card."""

    compliance: Compliance
    reason: str = ""


@dataclass(frozen=True)
class Item:
    """One configuration item in one form, from a notification or from Config's API."""

    account: str
    region: str
    type: str
    id: str
    name: str
    arn: str
    status: str
    captured: str
    configuration: Mapping[str, Any] = field(default_factory=dict)
    supplementary: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """True for the two of Config's ten statuses that mean an existing resource."""
        return self.status in ("OK", "ResourceDiscovered")


@dataclass(frozen=True)
class Rule:
    """One rule. `name` is the Config rule's, without `cspm-`; without `resource_types` it covers every type."""

    name: str
    about: str
    evaluate: Callable[[Item, Params], Verdict]
    resource_types: tuple[str, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)

    def covers(self, item: Item) -> bool:
        return not self.resource_types or item.type in self.resource_types


@dataclass(frozen=True)
class Params:
    """A rule's parameters as configured, with the rule's defaults."""

    given: Mapping[str, str]
    declared: Mapping[str, Param]

    def text(self, name: str) -> str:
        return str(self.given.get(name) or self.declared[name].default).strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Return comma-separated values."""
        return tuple(one for one in (part.strip() for part in self.text(name).split(",")) if one)

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return comma-separated integers. Raises BadInput."""
        values = self.texts(name)
        if invalid := [value for value in values if not (value.isascii() and value.isdigit())]:
            raise BadInput(f"parameter {name}: {invalid[0]!r} is not a whole number")
        return tuple(int(value) for value in values)


def compliant(reason: str = "") -> Verdict:
    return Verdict(Compliance.COMPLIANT, reason)


def non_compliant_if(reasons: Iterable[str]) -> Verdict:
    """Return NON_COMPLIANT with these reasons, COMPLIANT without any."""
    reason = "; ".join(reasons)
    return Verdict(Compliance.NON_COMPLIANT, reason) if reason else compliant()


def not_applicable(reason: str) -> Verdict:
    """Return NOT_APPLICABLE, which also clears the rule's earlier evaluation."""
    return Verdict(Compliance.NOT_APPLICABLE, reason)
