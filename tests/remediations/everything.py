"""All remediations and their cases, as parameters of tests."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import tests.remediations.cases
from bot.remediations.catalogue import catalogue
from tests.remediations.contract import Case


def _cases() -> list[Case]:
    for module in pkgutil.walk_packages(tests.remediations.cases.__path__, f"{tests.remediations.cases.__name__}."):
        importlib.import_module(module.name)
    return [one() for one in _below(Case) if not one.__abstractmethods__ and hasattr(one, "remediation")]


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


CASES = _cases()
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
every_remediation = pytest.mark.parametrize("recipe", catalogue().by_id.values(), ids=lambda recipe: recipe.id)
