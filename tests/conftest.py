"""Fixtures and options that all tests share; infra/docs/testing.md says how the tests are arranged."""

from __future__ import annotations

import gc
import os
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from infra.local.ministack import Ministack
from tests.grouping import divide
from tests.infra.least_privilege_plugin import LeastPrivilege

DEFAULT, DEEP = "default", "deep"

# CI repeats the same examples, so that it fails for a change only; elsewhere each run looks at new ones. No example has
# a time limit: machines differ.
for name, examples in ((DEFAULT, 25), (DEEP, 500)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        suppress_health_check=[HealthCheck.too_slow],
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deep",
        default="none",
        metavar="PART",
        help="which tests marked `deep` to run: none, all (with many examples of each property), or a part such as 2/7",
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(DEEP if config.getoption("--deep") == "all" else DEFAULT)
    config.pluginmanager.register(LeastPrivilege(config))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _leave_out_deep_tests(config, items)
    if hasattr(config, "workerinput"):
        divide(items)


def _leave_out_deep_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out those that were not asked for; one that is named on the command line is."""
    chosen = config.getoption("--deep")
    if chosen == "all" or any("::" in argument for argument in config.args):
        return
    left_out = {one for one in items if one.get_closest_marker(DEEP) and not _is_in(chosen, one.nodeid)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [one for one in items if one not in left_out]


def _is_in(chosen: str, test: str) -> bool:
    """Return whether a test is in a part such as `2/7`; each test is always in the same one."""
    if chosen == "none":
        return False
    part, parts = (int(number) for number in chosen.split("/"))
    return zlib.crc32(test.encode()) % parts == part % parts


def pytest_collection_finish() -> None:
    """Spare the collector what lives until the end: moto's and botocore's modules are most of all objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """One ministack for the whole session; tests take names of their own in it."""
    with Ministack(tmp_path_factory.mktemp("ministack")) as running:
        yield running
