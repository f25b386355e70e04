"""The tables that the contract is held against."""

from __future__ import annotations

import pytest

from bot.adapters.memory_table import MemoryTable
from bot.domain.ports import Table


@pytest.fixture(params=["memory"])
def table(request: pytest.FixtureRequest) -> Table:
    assert request.param == "memory"
    return MemoryTable()
