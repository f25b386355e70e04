"""`Command`: the definition of a subcommand, and questions to the user."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Command:
    """One subcommand: `arguments` adds its arguments, `run` writes to the stream and returns the exit code."""

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, TextIO], int]


def confirmed(question: str, out: TextIO) -> bool:
    """Ask a question and return whether the answer, a line of standard input, is y or yes."""
    out.write(f"{question} [y/N] ")
    out.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
