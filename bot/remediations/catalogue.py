"""The catalogue of all remediations and guidance, by id and by control."""

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
    """All remediations, by id and by control, and all guidance, by control."""

    by_id: dict[str, Remediation]
    by_control: dict[str, tuple[Remediation, ...]]
    guidance_by_control: dict[str, Guidance]

    def fix_for(self, control: str, resource_type: str = "") -> Remediation | None:
        """Return the remediation of a control for this resource type (for any type if it is empty), or None.

        A control may be about several types: RDS.1 is about snapshots of instances and about those of clusters.
        """
        candidates = self.by_control.get(control, ())
        return next((recipe for recipe in candidates if resource_type in ("", recipe.resource_type)), None)

    def guidance_for(self, control: str) -> Guidance | None:
        return self.guidance_by_control.get(control)


@cache
def catalogue() -> Catalogue:
    """Build the catalogue from the modules of this package.

    Raise ValueError if two entries have the same id, or are for the same control and resource type.
    """
    recipes: list[Remediation] = []
    guidance: list[Guidance] = []
    for info in pkgutil.walk_packages(bot.remediations.__path__, "bot.remediations."):
        module = importlib.import_module(info.name)
        members = [member for member in vars(module).values() if getattr(member, "__module__", "") == module.__name__]
        recipes += [member() for member in members if isinstance(member, type) and _is_recipe(member)]
        guidance += getattr(module, "GUIDANCE", ())
    return Catalogue(
        _unique((recipe.id, recipe) for recipe in recipes),
        _by_control(recipes),
        _unique((control, entry) for entry in guidance for control in entry.controls),
    )


def _is_recipe(member: type) -> bool:
    complete = not getattr(member, "__abstractmethods__", None)
    return issubclass(member, Remediation) and complete and hasattr(member, "title")


def _by_control(recipes: Iterable[Remediation]) -> dict[str, tuple[Remediation, ...]]:
    grouped: dict[str, tuple[Remediation, ...]] = {}
    for recipe in recipes:
        for control in recipe.controls:
            grouped[control] = (*grouped.get(control, ()), recipe)
            _unique((f"{control} on {each.resource_type}", each) for each in grouped[control])
    return grouped


def _unique(pairs: Iterable[tuple[str, Entry]]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for key, entry in pairs:
        if key in entries:
            raise ValueError(f"the catalogue has two entries for {key}: {entries[key]} and {entry}")
        entries[key] = entry
    return entries
