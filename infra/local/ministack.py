"""The bot's AWS on one machine: ministack as a child process on 127.0.0.1 only."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, Self

import boto3

REGION: Final = "eu-west-1"
ACCOUNT: Final = "999999999999"
"""Deployment account of the local stack; ministack takes a key id of twelve digits as the account."""

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.05


class MinistackFailed(Exception):
    """Ministack did not start; the message ends with its log."""


class Ministack:
    """A ministack with a directory and port of its own. `with Ministack() as aws:` starts and stops it."""

    def __init__(
        self,
        directory: Path | None = None,
        *,
        port: int = 0,
        region: str = REGION,
        account: str = ACCOUNT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = directory or Path(tempfile.mkdtemp(prefix="ministack-"))
        self._is_mine = directory is None
        self.port = port or _free_port()
        self.region = region
        self.account = account
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.directory / "ministack.log"

    @property
    def pid(self) -> int | None:
        """The child process's id, None when it does not run."""
        return self._process.pid if self._process else None

    def client(self, service: str, region: str = "") -> Any:
        """Return a boto3 client in the deployment account."""
        make: Any = boto3.client  # the stubs have an overload per service name
        return make(
            service,
            region_name=region or self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.account,
            aws_secret_access_key="local",  # noqa: S106 - ministack takes any
        )

    def start(self) -> Self:
        """Start it and wait until it is healthy. Raises MinistackFailed."""
        (self.directory / "tmp").mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                cwd=self.directory,
                env=self._child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_healthy(self._process)
        return self

    def stop(self) -> None:
        """Stop it and the functions that it runs, as one process group; remove a temporary directory. Idempotent."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        if self._is_mine:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _child_environment(self) -> dict[str, str]:
        """The caller's environment without AWS settings, plus ministack's."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        temporary = str(self.directory / "tmp")
        own = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "MINISTACK_ACCOUNT_ID": self.account,
            "MINISTACK_REGION": self.region,
            "S3_DATA_DIR": str(self.directory / "s3"),
            "STATE_DIR": str(self.directory / "state"),
            "TMPDIR": temporary,
        }
        return inherited | own | self._environment

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                self._fail(f"ministack ended with {process.returncode}")
            if self._is_healthy():
                return
            time.sleep(_POLL_SECONDS)
        self._fail(f"ministack did not answer within {_START_SECONDS:.0f} s")

    def _fail(self, why: str) -> NoReturn:
        words = self.log.read_text(errors="replace")[-2000:]
        self.stop()
        raise MinistackFailed(f"{why}: {words}")

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2) as answer:  # noqa: S310 - the local server
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's word for fine
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _end_group(process.pid)


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
