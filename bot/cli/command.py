"""What a subcommand is, for `main.COMMANDS`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Command:
    """One subcommand: `arguments` describes its line, `run` does it, writes to the stream, and gives the exit code."""

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, TextIO], int]
