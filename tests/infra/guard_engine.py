"""AWS's engine of CloudFormation Guard, run on configuration items; for tests only, never shipped."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

LOCK: Final = Path(__file__).parent / "guard" / "requirements.txt"
TARGET: Final = Path(__file__).parents[2] / "build" / "guard"
_BUILT_FOR: Final = {("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64")}
_RUN: Final = """
import json, sys
import guardpycfn
rules, items = json.load(sys.stdin)
print(json.dumps([guardpycfn.validate_with_guard(json.dumps(item), rules, False) for item in items]))
"""


class NotGuard(Exception):
    """The text is not valid Guard; the message has the place."""


def evaluate(rules: str, *items: Mapping[str, Any]) -> list[str]:
    """Return PASS, FAIL or SKIP for each item. Raise NotGuard; skip the test where the engine has no build."""
    done = subprocess.run(  # noqa: S603 - this interpreter and a fixed script
        [sys.executable, "-c", _RUN],
        input=json.dumps([rules, items]),
        env={**os.environ, "PYTHONPATH": str(_installed())},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answers = json.loads(done.stdout)
    if broken := [answer["error"] for answer in answers if not answer["success"]]:
        raise NotGuard(broken[0])
    return [answer["result"]["status"] for answer in answers]


@cache
def _installed() -> Path:
    if (platform.system(), platform.machine()) not in _BUILT_FOR:
        pytest.skip(f"Guard's engine is not built for {platform.system()} on {platform.machine()}")
    installed = TARGET / LOCK.name
    if not installed.exists() or installed.read_bytes() != LOCK.read_bytes():
        arguments = ["install", "--target", str(TARGET), "--upgrade", "--no-deps", "--only-binary", ":all:"]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq", *arguments]
        subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True, timeout=300)  # noqa: S603 - pinned by the lock file
        installed.write_bytes(LOCK.read_bytes())
    return TARGET
