"""Remediations: how to read settings, which values comply, and how to write them. All else follows from these."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.domain.canonical import Value
from bot.domain.errors import Refusal, ResourceGone
from bot.domain.placeholders import filled
from bot.domain.plan import (
    Changes,
    Compliant,
    Effect,
    Evidence,
    Gone,
    Outcome,
    Plan,
    Refused,
    Reversible,
    Settings,
    Target,
    difference,
)
from bot.domain.ports import Account


@dataclass(frozen=True)
class Param:
    """A parameter that the policy may set, with its safe default; the card shows the value that is used.

    Its text may name the resource's {account}, {region}, {partition} and {name} (`bot.domain.placeholders`).
    """

    default: Any
    about: str


class Remediation(ABC):
    """A remediation. Subclasses are registered by being defined in a module of `bot.remediations`.

    `reads` and `writes` are IAM actions; tests compare them with the calls that are made.
    """

    revision: ClassVar[int] = 1
    title: ClassVar[str]
    problem: ClassVar[str]
    controls: ClassVar[tuple[str, ...]]
    config_rules: ClassVar[tuple[str, ...]] = ()
    resource_type: ClassVar[str]
    effects: ClassVar[tuple[Effect, ...]] = ()
    reversible: ClassVar[Reversible] = Reversible.YES
    not_restored: ClassVar[str] = ""
    reads: ClassVar[tuple[str, ...]]
    writes: ClassVar[tuple[str, ...]]
    params: ClassVar[Mapping[str, Param]] = {}
    deadline_seconds: ClassVar[int] = 120
    proved_on: ClassVar[str] = "moto"

    @property
    def id(self) -> str:
        """The class's name. It is part of every digest, so it never changes."""
        return type(self).__name__

    @abstractmethod
    def read(self, target: Target, aws: Account) -> Settings:
        """Read the settings that the target's controls are about. Raises ResourceGone, Refusal, or what AWS raises."""

    @abstractmethod
    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Return the same settings with compliant values. Pure and idempotent."""

    @abstractmethod
    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Write one value of one setting; merge where the API replaces a whole document."""

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:  # noqa: ARG002 - for subclasses
        """Read who depends on the present settings."""
        return ()

    def arn(self, target: Target, aws: Account) -> str:  # noqa: ARG002 - for subclasses
        """Return the resource's ARN, looked up if its source gives an internal AWS id. Raises ResourceGone."""
        return target.resource.id

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the resources that the session policy allows `writes` on: this one, or '*' if actions take none."""
        return (target.resource.id,)


def plan(remediation: Remediation, target: Target, aws: Account, *, with_evidence: bool = True) -> Outcome:
    """Return what the remediation would change now. A read that fails raises, and is never an outcome."""
    if target.resource.foreign_account:
        foreign = target.resource.foreign_account
        return Refused(f"its ARN names account {foreign}, but the finding is of account {target.resource.account}")
    try:
        now = remediation.read(target, aws)
        right = remediation.comply(now, target, resolved_params(remediation, target))
    except ResourceGone:
        return Gone()
    except Refusal as refusal:
        return Refused(refusal.reason)
    changes = difference(now, right)
    evidence = tuple(remediation.evidence(target, aws)) if with_evidence else ()
    if not changes:
        return Compliant(evidence)
    params = resolved_params(remediation, target)
    return Changes(Plan(remediation.id, remediation.revision, target.resource, params, changes), evidence)


def resolved_params(remediation: Remediation, target: Target) -> dict[str, Any]:
    """Return the parameters in force: the policy's if set, else the defaults, with placeholders replaced.

    So one policy serves many accounts and Regions with different keys, roles and buckets. Raises Refusal.
    """
    chosen = {name: target.params.get(name, param.default) for name, param in remediation.params.items()}
    return {name: filled(value, target.resource) for name, value in chosen.items()}


def session_policy(remediation: Remediation, target: Target) -> dict[str, Any]:
    """Return the IAM policy that narrows the remediation role to this remediation on this resource."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": sorted(remediation.reads), "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": sorted(remediation.writes),
                "Resource": sorted(remediation.write_resources(target)),
            },
        ],
    }


@dataclass(frozen=True)
class Guidance:
    """Exact steps for a control that has no safe fix; its card has no Approve button, and gives the reason."""

    id: str
    title: str
    problem: str
    controls: tuple[str, ...]
    steps: tuple[str, ...]
    why_no_fix: str
