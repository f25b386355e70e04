"""What several parts of the tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.ministack import Ministack


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """One ministack for the whole session; tests take names of their own in it."""
    with Ministack(tmp_path_factory.mktemp("ministack")) as running:
        yield running
