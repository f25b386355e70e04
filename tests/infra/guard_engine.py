"""AWS's own engine of Guard, run on one configuration item; it is for tests only and never shipped."""

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
PLACE: Final = Path(__file__).parents[2] / "build" / "guard"
_BUILT_FOR: Final = {("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64")}
_RUN: Final = """
import json, sys
import guardpycfn
rules, items = json.load(sys.stdin)
print(json.dumps([guardpycfn.validate_with_guard(json.dumps(item), rules, False) for item in items]))
"""


class NotGuard(Exception):
    """The rules are no Guard; the message says where."""


def judged(rules: str, *items: Mapping[str, Any]) -> list[str]:
    """PASS, FAIL or SKIP for each item. Raises NotGuard. Skips the test where the engine is not built for it."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
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
    known = PLACE / LOCK.name
    if not known.exists() or known.read_bytes() != LOCK.read_bytes():
        words = ["install", "--target", str(PLACE), "--upgrade", "--no-deps", "--only-binary", ":all:"]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq", *words]
        subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True, timeout=300)  # noqa: S603 - by our lock
        known.write_bytes(LOCK.read_bytes())
    return PLACE
