"""Divide the tests among the processes of pytest-xdist (`--dist loadgroup --no-loadscope-reorder`).

A module's tests stay together, because they share its fixtures; those of a contract are divided by case. All that start
a local stack, or an emulator of AWS as a process, are one group: two never run at once.
"""

from __future__ import annotations

from typing import Final

import pytest

STACK: Final = "stack"
_STARTERS: Final = frozenset({"LocalStack", "Ministack", "Run"})
"""Names in a module that starts one of them."""

_FIXTURES: Final = frozenset({"ministack", "run", "built"})
"""Fixtures of a session that start one of them, or build what they run."""


def divide(items: list[pytest.Item]) -> None:
    """Give each test its group; the longest group comes first, and the small ones of the contracts last."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_place)


def _group(item: pytest.Item) -> str:
    if _starts_a_stack(item):
        return STACK
    case = _parameters(item).get("case")
    return item.path.stem + (f"-{type(case).__name__}" if case is not None else "")


def _starts_a_stack(item: pytest.Item) -> bool:
    fixtures = {*getattr(item, "fixturenames", ()), *map(str, _parameters(item).values())}
    module = vars(getattr(item, "module", None) or object)
    return not _FIXTURES.isdisjoint(fixtures) or not _STARTERS.isdisjoint(module)


def _place(item: pytest.Item) -> int:
    mark = item.get_closest_marker("xdist_group")
    return 0 if mark and mark.args == (STACK,) else 2 if "case" in _parameters(item) else 1


def _parameters(item: pytest.Item) -> dict[str, object]:
    return dict(getattr(getattr(item, "callspec", None), "params", {}))
