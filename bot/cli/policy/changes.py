"""Differences between two policies as text: stages, routes and their approvers, and other fields by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from bot.cli.policy.explain import approvers_text, match_text
from bot.domain.policy import Approvers, Match, Policy, Route, Rule

_REPORTED_SEPARATELY: Final = frozenset({"version", "routes", "default_stage", "stages"})
_IDENTITY: Final = frozenset({"name", "match"})
"""Fields that are not compared: the name is the route's position, and the match identifies it."""


def differences(before: Policy, after: Policy) -> list[str]:
    """Return a line for each difference."""
    return [
        *_stages(before, after),
        *_routes(before.routes, after.routes),
        *_fields(before, after, _REPORTED_SEPARATELY),
    ]


def _stages(before: Policy, after: Policy) -> Iterator[str]:
    if before.default_stage != after.default_stage:
        yield f"stage of accounts that are not named: {before.default_stage} → {after.default_stage}"
    for account in sorted({*before.stages, *after.stages}):
        old, new = before.stage(account), after.stage(account)
        if old != new:
            yield f"stage of account {account}: {old} → {new}"


def _routes(before: tuple[Route, ...], after: tuple[Route, ...]) -> Iterator[str]:
    """Compare routes that match the same and post to the same channel, whatever their position in the file."""
    old, new = _by_match_and_channel(before), _by_match_and_channel(after)
    for key in old:
        if key not in new:
            yield f"− route {_route_text(old[key])}: {value_text(old[key].approvers)}"
    for key in new:
        if key not in old:
            yield f"+ route {_route_text(new[key])}: {value_text(new[key].approvers)}"
        else:
            yield from (f"route {_route_text(new[key])}: {one}" for one in _fields(old[key], new[key], _IDENTITY))
    kept_before, kept_after = [key for key in old if key in new], [key for key in new if key in old]
    if kept_before != kept_after:
        yield "the order of the routes changes; the first that matches decides"


def _by_match_and_channel(routes: tuple[Route, ...]) -> dict[tuple[str, str, int], Route]:
    """Return each route by its match, its channel, and the number of earlier routes with the same of both."""
    found: dict[tuple[str, str, int], Route] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for route in routes:
        key = (repr(route.match), route.channel)
        found[*key, seen[key]] = route
        seen[key] += 1
    return found


def _route_text(route: Route) -> str:
    return f"{match_text(route.match)} → {route.channel}"


def _fields(before: Any, after: Any, left_out: frozenset[str]) -> Iterator[str]:
    for name in [one.name for one in fields(before) if one.name not in left_out]:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{name.replace('_', ' ')}: {value_text(old)} → {value_text(new)}"


def value_text(value: Any) -> str:
    """Return a value of a policy as text."""
    match value:
        case Approvers():
            return approvers_text(value, value.required)
        case Match():
            return match_text(value)
        case Rule():
            when = " or ".join(effect.name for effect in value.effects) or match_text(value.match)
            return f"{value.required} where {when}"
        case Enum():
            return str(value.value)
        case _ if is_dataclass(value):
            return ", ".join(f"{one.name} {value_text(getattr(value, one.name))}" for one in fields(value))
        case _:
            return _plain_text(value)


def _plain_text(value: Any) -> str:
    match value:
        case None | "":
            return "none"
        case Mapping():
            return ", ".join(f"{name} {value_text(one)}" for name, one in sorted(value.items())) or "none"
        case tuple() | list() | frozenset():
            return ", ".join(map(value_text, value)) or "none"
        case _:
            return str(value)
