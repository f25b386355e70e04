"""`make run`: the product without an account, until Ctrl-C."""

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
from infra.local.stack import CannotStart, LocalStack
from infra.local.translate import ROOT
from infra.local.workspace.server import WorkspaceServer

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BUILD: Final = ROOT / "build"


class Ended(BaseException):
    """A signal asked for the end."""


def main(arguments: list[str] | None = None) -> int:
    """Run until a signal comes; the exit code is 0 then, and 1 when it could not start."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8420, help="the page's port (default 8420; 0 takes a free one)")
    parser.add_argument("--build", type=Path, default=_BUILD, help="where run.json and the logs go")
    chosen = parser.parse_args(arguments)
    _forget_aws_settings()
    for each in _SIGNALS:
        signal.signal(each, _end)
    try:
        return _run(chosen.port, chosen.build)
    except (CannotStart, DeploymentFailed, MinistackFailed) as problem:
        print(f"It does not start: {problem}", file=sys.stderr)  # noqa: T201 - a command prints
        return 1


def _run(port: int, build: Path) -> int:
    directory = build / f"local-{os.getpid()}"
    directory.mkdir(parents=True)
    run_file = build / "run.json"
    stack = LocalStack(directory, port, say=_say)
    began = time.monotonic()
    try:
        workspace = stack.start()
        _announce(workspace, run_file)
        _say(f"ready after {time.monotonic() - began:.0f} s; logs are in {directory}\n")
        _say(f"Open  {workspace.page}\n\nCtrl-C ends it.")
        threading.Event().wait()
    except Ended:
        _say("\nending …")
    finally:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)  # the end is not interrupted: nothing may be left running
        stack.stop()
        _withdraw(run_file)
        shutil.rmtree(directory, ignore_errors=True)
    return 0


def _announce(workspace: WorkspaceServer, run_file: Path) -> None:
    """Tell scripts where the page is. The token is an approver's: nobody else on this machine may read it."""
    told = {"page": workspace.url, "token": workspace.token, "pid": os.getpid()}
    run_file.unlink(missing_ok=True)
    with os.fdopen(os.open(run_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(told, file)


def _withdraw(run_file: Path) -> None:
    """Remove the file if it is ours: another start may have replaced it."""
    try:
        ours = json.loads(run_file.read_text())["pid"] == os.getpid()
    except FileNotFoundError:
        return
    if ours:
        run_file.unlink()


def _forget_aws_settings() -> None:
    """No profile, key or endpoint of the caller's may reach what runs here."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def _end(_number: int, _frame: object) -> None:
    raise Ended


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command prints


if __name__ == "__main__":
    sys.exit(main())
