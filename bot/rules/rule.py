"""A custom rule: a function from a configuration item and parameters to a verdict."""

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
    """The three that PutEvaluations takes."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True)
class Verdict:
    """What a rule says of one item, and why; the reason is read by people in Config and on the card."""

    compliance: Compliance
    reason: str = ""


@dataclass(frozen=True)
class Item:
    """One configuration item, in one spelling whichever way it came."""

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
        """Config knows eight words for what does not, and two for what does."""
        return self.status in ("OK", "ResourceDiscovered")


@dataclass(frozen=True)
class Rule:
    """One rule. `resource_types` empty: whatever Config sends; `name` is the Config rule's, without `cspm-`."""

    name: str
    about: str
    evaluate: Callable[[Item, Params], Verdict]
    resource_types: tuple[str, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)

    def covers(self, item: Item) -> bool:
        """Whether the rule has something to say of this type."""
        return not self.resource_types or item.type in self.resource_types


@dataclass(frozen=True)
class Params:
    """A rule's parameters as somebody typed them, with the rule's own defaults."""

    given: Mapping[str, str]
    known: Mapping[str, Param]

    def text(self, name: str) -> str:
        """One value."""
        return str(self.given.get(name) or self.known[name].default).strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Values with commas between them."""
        return tuple(one for one in (part.strip() for part in self.text(name).split(",")) if one)

    def numbers(self, name: str) -> tuple[int, ...]:
        """Whole numbers with commas between them. Raises BadInput."""
        values = self.texts(name)
        if wrong := [value for value in values if not (value.isascii() and value.isdigit())]:
            raise BadInput(f"parameter {name}: {wrong[0]!r} is no whole number")
        return tuple(int(value) for value in values)


def compliant(reason: str = "") -> Verdict:
    """As it should be."""
    return Verdict(Compliance.COMPLIANT, reason)


def non_compliant_if(reasons: Iterable[str]) -> Verdict:
    """Not as it should be, for these reasons; without any it is as it should be."""
    said = "; ".join(reasons)
    return Verdict(Compliance.NON_COMPLIANT, said) if said else compliant()


def not_applicable(reason: str) -> Verdict:
    """The rule has nothing to say, which also clears what it said before."""
    return Verdict(Compliance.NOT_APPLICABLE, reason)
