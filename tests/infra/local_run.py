"""`make run` as a child process, for the tests that need a running stack."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from infra.local.translate import ROOT
from tests.infra.workspace_client import Client, poll

CHANNEL = "C0SECPROD"
PUBLIC_BUCKETS = ("Public bucket", "acme-payroll-exports")
START_SECONDS = 60
END_SECONDS = 60
COMMAND = (sys.executable, "-m", "infra.local.run")
_PROD = "111122223333"


class Run:
    """One `make run`, with the time that it took to start."""

    def __init__(self, build: Path, *arguments: str) -> None:
        self.file = build / "run.json"
        self.log = build / "out.txt"
        began = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                [*COMMAND, "--build", str(build), *arguments],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        poll(lambda: self.file.exists() or self.process.poll() is not None, START_SECONDS * 2)
        self.seconds = time.monotonic() - began

    def client(self) -> Client:
        told = json.loads(self.file.read_text())
        assert told["pid"] == self.process.pid
        return Client(told["page"], told["token"])

    def end(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(END_SECONDS)


def blocked(bot: Client, bucket: str) -> list[bool] | None:
    """A bucket's four settings as they are now, None when there are none."""
    call = {"account": _PROD, "region": "eu-west-1", "service": "s3", "operation": "GetPublicAccessBlock"}
    if "NoSuchPublicAccessBlock" in bot.refused("/sandbox/call", **call, params={"Bucket": bucket}):
        return None
    found = bot.post("/sandbox/call", **call, params={"Bucket": bucket})
    return list(found["result"]["PublicAccessBlockConfiguration"].values())
