"""Fail in CI, and skip elsewhere, tests that need a browser where none is installed."""

from __future__ import annotations

import os

import pytest

from infra.local.browser import chromium


def require_chromium() -> None:
    if chromium():
        return
    missing = "no Chromium on PATH: apt-get install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
