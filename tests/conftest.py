"""What several parts of the tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from infra.local.ministack import Ministack
from tests.infra.least_privilege_plugin import LeastPrivilege

# CI repeats the same examples, so that it fails for a change only; elsewhere each run looks at new ones. No example has
# a time limit: machines differ.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(LeastPrivilege(config))


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """One ministack for the whole session; tests take names of their own in it."""
    with Ministack(tmp_path_factory.mktemp("ministack")) as running:
        yield running
