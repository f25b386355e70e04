"""Checks beyond the schema: unknown parameters, unreachable approval counts, routes that never match.

They work on the plain values, so that they report even when other parts of the file are invalid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from bot.domain.canonical import canonical
from bot.domain.errors import NotCanonical
from bot.domain.placeholders import unknown_placeholder
from bot.domain.remediation import Remediation
from bot.policy_file.yaml_tree import Path, Tree

_KINDS: Final[Mapping[type, str]] = {bool: "true or false", int: "a whole number", str: "text", dict: "a mapping"}


@dataclass(frozen=True, eq=False)
class Recipes:
    """Names that a policy may use: parameters (with defaults) by remediation id, and remediation ids by control.

    Compared by identity, because it is part of the cache key of parsed policies: hashing its contents took 1.4 ms for
    each lookup.
    """

    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    controls: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, remediations: Iterable[Remediation]) -> Recipes:
        recipes = tuple(remediations)
        return cls(
            {one.id: {name: param.default for name, param in one.params.items()} for one in recipes},
            {control: one.id for one in recipes for control in one.controls},
        )

    def params_of(self, name: str) -> Mapping[str, Any] | None:
        """Return the parameters of a remediation, named by its id or a control; None for an unknown name."""
        return self.params.get(self.controls.get(name, name))


def check(tree: Tree, recipes: Recipes | None) -> None:
    """Report every failed check in the tree."""
    found = [*_routes(tree.value), *(_unknown_recipes(tree.value, recipes) if recipes else ())]
    for path, text in found:
        tree.report(path, text)


def _unknown_recipes(file: dict[str, Any], recipes: Recipes) -> Iterator[tuple[Path, str]]:
    for name, given in _mapping(file.get("remediations")).items():
        path: Path = ("remediations", name)
        known = recipes.params_of(name)
        if known is None:
            names = (*recipes.params, *recipes.controls)
            yield path, f"no remediation has this id, nor is there a fix for such a control{_suggestion(name, names)}"
            continue
        for param, value in _mapping(given).items():
            yield from _param((*path, param), param, value, known)


def _param(path: Path, param: str, value: Any, known: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if param not in known:
        available = f"; it has {', '.join(known)}" if known else "; it has none"
        yield path, f"no such parameter{_suggestion(param, known) or available}"
        return
    default = known[param]
    if isinstance(value, str) and (problem := unknown_placeholder(value)):
        yield path, problem
    if default is not None and not _has_type_of(value, default):
        yield path, f"must be {_KINDS.get(type(default), 'a list')}, like {default!r}"
    try:
        canonical(value)
    except NotCanonical as error:
        yield path, str(error)


def _has_type_of(value: Any, default: Any) -> bool:
    if isinstance(default, tuple | list | frozenset | set):
        kinds = {type(member) for member in default}
        return isinstance(value, list) and (not kinds or {type(member) for member in value} <= kinds)
    return type(value) is type(default)


def _routes(value: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    catch_all = ""
    for index, route in enumerate(_list(value.get("routes"))):
        path: Path = ("routes", index)
        if catch_all:
            yield path, f"never reached: {catch_all} before it matches everything"
        if not any(_mapping(_mapping(route).get("match")).values()):
            catch_all = catch_all or f"routes[{index}]"
        yield from _unreachable_approvals(path, _mapping(route))


def _unreachable_approvals(path: Path, route: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Report too few approvers. Groups can change, so only a list of users alone is counted."""
    if "approvers" not in route:
        return
    approvers = _mapping(route["approvers"])
    users, groups = _list(approvers.get("users")), _list(approvers.get("groups"))
    if not users and not groups:
        yield (*path, "approvers"), "names nobody: give users or groups, or leave it out where nobody may approve"
    if groups or not users:
        return
    for where, required in _required_counts(path, approvers, _list(route.get("rules"))):
        if isinstance(required, int) and required > len(set(map(str, users))):
            yield where, f"{required} approvals can never be reached: the route names {len(users)} and no group"


def _required_counts(path: Path, approvers: Mapping[str, Any], rules: list[Any]) -> Iterator[tuple[Path, Any]]:
    """Yield each required number of approvals with its path."""
    yield (*path, "approvers", "required"), approvers.get("required")
    for index, rule in enumerate(rules):
        yield (*path, "rules", index, "required"), _mapping(rule).get("required")


def _suggestion(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
