"""Evaluate IAM policies without AWS, by a simulator on Node.js (tests/infra/simulator; never shipped)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

SOURCE: Final = Path(__file__).parent / "simulator"
TARGET: Final = Path(__file__).parents[2] / "build" / "iam-simulator"
ALLOWED: Final = "Allowed"
_FILES: Final = ("package.json", "package-lock.json", ".npmrc", "simulate.mjs")
_SKIPPED: Final = "the IAM simulator needs Node.js, which is not installed; CI has it"


@dataclass(frozen=True)
class Asked:
    """One call with its principal, policies and resource; `context` has the condition keys that AWS would send."""

    principal: str
    action: str
    resource: str
    account: str
    policies: Sequence[Mapping[str, Any]]
    context: Mapping[str, Any] = field(default_factory=dict)
    session_policy: Mapping[str, Any] | None = None
    resource_policy: Mapping[str, Any] | None = None

    @property
    def simulation(self) -> dict[str, Any]:
        """Return the simulator's input."""
        optional = {"sessionPolicy": self.session_policy, "resourcePolicy": self.resource_policy}
        return {
            "request": {
                "principal": self.principal,
                "action": self.action,
                "resource": {"resource": self.resource, "accountId": self.account},
                "contextVariables": dict(self.context),
            },
            "identityPolicies": [{"name": f"p{at}", "policy": one} for at, one in enumerate(self.policies)],
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
        } | {key: value for key, value in optional.items() if value is not None}


@dataclass(frozen=True)
class Verdict:
    """`by` names the statements (Sid) of the identity's policies that allow the call."""

    allowed: bool
    result: str
    by: tuple[str, ...]


def verdicts(asked: Sequence[Asked]) -> list[Verdict]:
    """Return a verdict on each call. Skip the test without Node.js (fail in CI); raise for malformed input."""
    node = _installed()
    done = subprocess.run(  # noqa: S603 - a script of this repository
        [node, "simulate.mjs"],
        cwd=TARGET,
        input=json.dumps([one.simulation for one in asked]),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert not [answer["errors"] for answer in answers if answer["errors"]], answers
    return [Verdict(one["result"] == ALLOWED, one["result"], tuple(one["by"])) for one in answers]


def _installed() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        assert not os.environ.get("CI"), _SKIPPED
        pytest.skip(_SKIPPED)
    lock, known = SOURCE / "package-lock.json", TARGET / "package-lock.json"
    if not known.exists() or known.read_bytes() != lock.read_bytes() or not (TARGET / "node_modules").exists():
        _install(npm)
    shutil.copy(SOURCE / "simulate.mjs", TARGET)
    return node


def _install(npm: str) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copy(SOURCE / name, TARGET)
    done = subprocess.run(  # noqa: S603 - npm, pinned by the lock file
        [npm, "ci", "--ignore-scripts"], cwd=TARGET, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
