"""`make run`: the product without an AWS account, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Final

from infra.local.deploy import DeploymentFailed
from infra.local.ministack import MinistackFailed
from infra.local.socket_mode import TOKENS, RealSlack, SlackRefused
from infra.local.stack import POLICY, CannotStart, LocalStack
from infra.local.translate import ROOT
from infra.local.workspace.server import WorkspaceServer

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BUILD: Final = ROOT / "build"


class Interrupted(Exception):
    """A signal requested the end."""


class SignalHandler:
    """Handles signals between two steps: an exception within a step could leak a process."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        for each in _SIGNALS:
            signal.signal(each, self._note)

    def wait(self) -> None:
        self._asked.wait()

    def say(self, line: str) -> None:
        """Print a line. Raises Interrupted after a signal."""
        print(line, flush=True)  # noqa: T201 - a command prints
        if self._asked.is_set():
            raise Interrupted

    def _note(self, _number: int, _frame: object) -> None:
        self._asked.set()


def main(arguments: list[str] | None = None) -> int:
    """Run until a signal; returns 0 then, and 1 if it could not start."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8420, help="the page's port (default 8420; 0 takes a free one)")
    parser.add_argument("--build", type=Path, default=_BUILD, help="where run.json and the logs go")
    parser.add_argument("--policy", type=Path, help="the policy to follow (default infra/policies/local.yaml)")
    parser.add_argument("--artefact", type=Path, help="run the functions from this zip of `make build`, made for here")
    chosen = parser.parse_args(arguments)
    try:
        slack = _real_slack(chosen.policy)
        if chosen.artefact and not chosen.artefact.is_file():
            raise CannotStart(f"there is no artefact {chosen.artefact}: make build")  # noqa: TRY301 - reported as the others
        forget_aws_settings()
        return _run(chosen, slack)
    except (CannotStart, DeploymentFailed, MinistackFailed, SlackRefused) as problem:
        print(f"It does not start: {problem}", file=sys.stderr)  # noqa: T201 - a command prints
        return 1


def _run(chosen: argparse.Namespace, slack: RealSlack | None) -> int:
    directory = chosen.build / f"local-{os.getpid()}"
    directory.mkdir(parents=True)
    run_file, ending = chosen.build / "run.json", SignalHandler()
    stack = LocalStack(directory, chosen.port, chosen.policy or POLICY, ending.say, slack, chosen.artefact)
    began = time.monotonic()
    try:
        workspace = stack.start()
        _announce(workspace, run_file)
        ending.say(f"ready after {time.monotonic() - began:.0f} s; logs are in {directory}\n")
        ending.say(f"Open  {workspace.page}\n\nCtrl-C ends it.")
        ending.wait()
        ending.say("\nending …")
    except Interrupted:
        pass
    finally:
        stack.stop()
        _withdraw(run_file)
        shutil.rmtree(directory, ignore_errors=True)
    return 0


def _real_slack(policy: Path | None) -> RealSlack | None:
    """Take the tokens out of the environment, since no child process needs them. Raises CannotStart."""
    slack = RealSlack.from_environment(os.environ)
    for name in TOKENS:
        os.environ.pop(name, None)
    if policy is not None and not policy.is_file():
        raise CannotStart(f"there is no policy {policy}")
    if slack and policy is None:
        raise CannotStart(
            "with Slack's tokens in the environment, say which policy to follow: make run POLICY=my-policy.yaml; "
            "begin with infra/policies/local.yaml and put in your team's, channels' and groups' ids"
        )
    return slack


def _announce(workspace: WorkspaceServer, run_file: Path) -> None:
    """Write the page's address for scripts, atomically, since they read the file as soon as it exists.

    The token can approve, so no other user of this machine may read the file.
    """
    content = {"page": workspace.url, "token": workspace.token, "pid": os.getpid()}
    written = run_file.with_name(f".{run_file.name}.{os.getpid()}")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)
    written.replace(run_file)


def _withdraw(run_file: Path) -> None:
    """Remove the file unless another start has replaced it."""
    try:
        is_own = json.loads(run_file.read_text())["pid"] == os.getpid()
    except FileNotFoundError:
        return
    if is_own:
        run_file.unlink()


def forget_aws_settings() -> None:
    """Remove the caller's AWS profile, keys and endpoint from the environment."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


if __name__ == "__main__":
    sys.exit(main())
