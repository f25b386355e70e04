"""Fixtures that take seconds to start, shared by all tests that need them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from infra.local.browser import launched
from tests.infra.built import ARCH, HERE, Built
from tests.infra.chromium import require_chromium
from tests.infra.local_run import Run
from tests.infra.workspace_client import Client


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The artefact for this machine."""
    return Built(tmp_path_factory.mktemp("built"), ARCH=ARCH, PYTHON=HERE)


@pytest.fixture(scope="session")
def run(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A stack whose functions can import the artefact, boto3 and nothing else. test_run.py, its last user, ends it."""
    assert built.code == 0, built.output
    started = Run(tmp_path_factory.mktemp("run"), "--port", "0", "--artefact", str(built.zip))
    yield started
    started.end()


@pytest.fixture(scope="session")
def bot(run: Run) -> Client:
    """The workspace, once the first findings have become cards."""
    assert run.file.exists(), run.log.read_text()
    client = run.client()
    client.until_quiet()
    return client


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; each test opens a page of its own in it."""
    require_chromium()
    with launched() as browser:
        yield browser
