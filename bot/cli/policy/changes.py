"""What another policy would change, in words: stages, routes and who decides there, everything else by its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from bot.cli.policy.explain import who, wish
from bot.domain.policy import Approvers, Match, Policy, Route, Rule

_APART: Final = frozenset({"version", "routes", "default_stage", "stages"})
_PLACE: Final = frozenset({"name", "match"})
"""Where a route stands is told by its order, and what it matches is what makes it this route."""


def differences(before: Policy, after: Policy) -> list[str]:
    """A line for each difference; none when the two say the same."""
    return [*_stages(before, after), *_routes(before.routes, after.routes), *_fields(before, after, _APART)]


def _stages(before: Policy, after: Policy) -> Iterator[str]:
    if before.default_stage != after.default_stage:
        yield f"stage of accounts that are not named: {before.default_stage} → {after.default_stage}"
    for account in sorted({*before.stages, *after.stages}):
        old, new = before.stage(account), after.stage(account)
        if old != new:
            yield f"stage of account {account}: {old} → {new}"


def _routes(before: tuple[Route, ...], after: tuple[Route, ...]) -> Iterator[str]:
    """Routes are the same where they match the same and post to the same channel, wherever in the file they stand."""
    old, new = _by_meaning(before), _by_meaning(after)
    for key in old:
        if key not in new:
            yield f"− route {_named(old[key])}: {said(old[key].approvers)}"
    for key in new:
        if key not in old:
            yield f"+ route {_named(new[key])}: {said(new[key].approvers)}"
        else:
            yield from (f"route {_named(new[key])}: {one}" for one in _fields(old[key], new[key], _PLACE))
    kept_before, kept_after = [key for key in old if key in new], [key for key in new if key in old]
    if kept_before != kept_after:
        yield "the order of the routes changes; the first that matches decides"


def _by_meaning(routes: tuple[Route, ...]) -> dict[tuple[str, str, int], Route]:
    """Each route by what it matches, its channel, and how many routes before it say the same of both."""
    found: dict[tuple[str, str, int], Route] = {}
    met: Counter[tuple[str, str]] = Counter()
    for route in routes:
        meaning = (repr(route.match), route.channel)
        found[*meaning, met[meaning]] = route
        met[meaning] += 1
    return found


def _named(route: Route) -> str:
    return f"{wish(route.match)} → {route.channel}"


def _fields(before: Any, after: Any, apart: frozenset[str]) -> Iterator[str]:
    for name in [one.name for one in fields(before) if one.name not in apart]:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{name.replace('_', ' ')}: {said(old)} → {said(new)}"


def said(value: Any) -> str:
    """A value of a policy in words."""
    match value:
        case Approvers():
            return who(value, value.required)
        case Match():
            return wish(value)
        case Rule():
            when = " or ".join(effect.name for effect in value.effects) or wish(value.match)
            return f"{value.required} where {when}"
        case Enum():
            return str(value.value)
        case _ if is_dataclass(value):
            return ", ".join(f"{one.name} {said(getattr(value, one.name))}" for one in fields(value))
        case _:
            return _plainly(value)


def _plainly(value: Any) -> str:
    """What is no value of the policy's own: texts, numbers, and several of anything."""
    match value:
        case None | "":
            return "none"
        case Mapping():
            return ", ".join(f"{name} {said(one)}" for name, one in sorted(value.items())) or "none"
        case tuple() | list() | frozenset():
            return ", ".join(map(said, value)) or "none"
        case _:
            return str(value)
