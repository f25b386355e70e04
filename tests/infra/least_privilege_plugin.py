"""A pytest plugin: a run of all the flows' tests ends with the judgement on the calls that they made.

With pytest-xdist each worker hands its calls to the controller, which judges them all.
"""

from __future__ import annotations

import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

import pytest

FLOWS: Final = Path(__file__).parents[1] / "flows"
RECORDING: Final = "tests.infra.recording"


class LeastPrivilege:
    """Fails a run in which a recorded call is not allowed, or in which a right was never used.

    Rights can only be judged by all of tests/flows: where some of it was not run, or failed, nothing is judged.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._calls: set[tuple[Any, ...]] = set()
        self._missing: set[Path] | None = None
        self._lines: list[str] = []
        self._failed = False

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note what a choice of single tests leaves out; deep tests may be left out."""
        self._failed |= any(FLOWS in one.path.parents and not one.get_closest_marker("deep") for one in items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        chosen = any("::" in argument for argument in self._config.args)
        there = set() if chosen or self._failed else {item.path for item in session.items}
        self._missing = set(FLOWS.rglob("test_*.py")) - there

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker of pytest-xdist has recorded."""
        output = getattr(node, "workeroutput", {})
        self._calls |= {_hashable(one) for one in output.get("recorded_calls", ())}
        self._missing = {Path(one) for one in output.get("flows_missing", ())}

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        recorded = sys.modules.get(RECORDING)
        if recorded is not None:
            self._calls |= {astuple(one) for one in recorded.MADE}
        if (output := getattr(self._config, "workeroutput", None)) is not None:
            output["recorded_calls"] = sorted(self._calls)
            output["flows_missing"] = [str(one) for one in self._missing or ()]
        elif self._missing == set() and not session.testsfailed and not self._config.option.collectonly:
            self._judge(session)

    def _judge(self, session: pytest.Session) -> None:
        from tests.infra.least_privilege import judged  # noqa: PLC0415 - slow to import, and for whole runs only
        from tests.infra.recording import Made  # noqa: PLC0415 - as above

        try:
            self._lines = list(judged(Made(*one) for one in self._calls).problems())
        except pytest.skip.Exception as reason:
            self._lines = [f"not judged: {reason}"]
            return
        if self._lines:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        else:
            self._lines = [f"{len(self._calls)} kinds of calls: each is allowed, and no right was never used"]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._lines:
            terminalreporter.section("least privilege of the functions' roles")
            terminalreporter.line("\n".join(self._lines))


def _hashable(call: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(part) if isinstance(part, list) else part for part in call)
