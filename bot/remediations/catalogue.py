"""The catalogue: every remediation and guidance of this package, found by id and by control."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import bot.remediations
from bot.domain.remediation import Guidance, Remediation

Entry = TypeVar("Entry", Remediation, Guidance)


@dataclass(frozen=True)
class Catalogue:
    """All recipes, by id and by control."""

    by_id: dict[str, Remediation]
    by_control: dict[str, tuple[Remediation, ...]]
    guidance_by_control: dict[str, Guidance]

    def fix_for(self, control: str, resource_type: str = "") -> Remediation | None:
        """The remediation of a control on resources of this type (of any, when none is told), or None.

        A control may be about several types: RDS.1 is about snapshots of instances and about those of clusters.
        """
        fits = (one for one in self.by_control.get(control, ()) if resource_type in ("", one.resource_type))
        return next(fits, None)

    def guidance_for(self, control: str) -> Guidance | None:
        """The guidance of a control, or None."""
        return self.guidance_by_control.get(control)


@cache
def catalogue() -> Catalogue:
    """Build the catalogue from the modules of this package.

    Two remediations for one control and type, two guidances for one control, or one id twice raise ValueError.
    """
    recipes: list[Remediation] = []
    guidance: list[Guidance] = []
    for found in pkgutil.walk_packages(bot.remediations.__path__, "bot.remediations."):
        module = importlib.import_module(found.name)
        members = [member for member in vars(module).values() if getattr(member, "__module__", "") == module.__name__]
        recipes += [one() for one in members if isinstance(one, type) and _is_recipe(one)]
        guidance += getattr(module, "GUIDANCE", ())
    return Catalogue(
        _unique((one.id, one) for one in recipes),
        _by_control(recipes),
        _unique((control, one) for one in guidance for control in one.controls),
    )


def _is_recipe(member: type) -> bool:
    complete = not getattr(member, "__abstractmethods__", None)
    return issubclass(member, Remediation) and complete and hasattr(member, "title")


def _by_control(recipes: Iterable[Remediation]) -> dict[str, tuple[Remediation, ...]]:
    found: dict[str, tuple[Remediation, ...]] = {}
    for one in recipes:
        for control in one.controls:
            found[control] = (*found.get(control, ()), one)
            _unique((f"{control} on {each.resource_type}", each) for each in found[control])
    return found


def _unique(pairs: Iterable[tuple[str, Entry]]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for key, entry in pairs:
        if key in found:
            raise ValueError(f"the catalogue has two entries for {key}: {found[key]} and {entry}")
        found[key] = entry
    return found
