"""`make build` in a folder of its own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import zipfile
from functools import cached_property
from pathlib import Path
from typing import Final

from infra.local.translate import ROOT

HERE: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
ARCH: Final = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


class Built:
    """One `make build` in a folder of its own."""

    def __init__(self, folder: Path, path: str = "", **chosen: str) -> None:
        environment = os.environ | {"PATH": path or os.environ["PATH"]}
        words = ["make", "-s", "build", f"BUILD={folder}", *(f"{name}={value}" for name, value in chosen.items())]
        done = subprocess.run(  # noqa: S603 - our own Makefile
            words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        self.code, self.output = done.returncode, done.stdout + done.stderr
        self.zip = folder / "cspm-bot.zip"

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The files of the zip, in its order."""
        with zipfile.ZipFile(self.zip) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @property
    def names(self) -> list[str]:
        return list(self.files)
