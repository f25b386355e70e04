"""Dispatch of `cspm` to its subcommands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final, TextIO

from bot.cli.access import command as access
from bot.cli.audit import command as audit
from bot.cli.catalogue import command as catalogue
from bot.cli.command import Command
from bot.cli.doctor import command as doctor
from bot.cli.findings import gate, replay, score
from bot.cli.plan import command as plan
from bot.cli.policy import command as policy
from bot.cli.redrive import command as redrive
from bot.domain.errors import CspmError

COMMANDS: Final[tuple[Command, ...]] = (
    access.COMMAND,
    audit.COMMAND,
    catalogue.COMMAND,
    doctor.COMMAND,
    gate.COMMAND,
    plan.COMMAND,
    policy.COMMAND,
    redrive.COMMAND,
    replay.COMMAND,
    score.COMMAND,
)

_FAILED: Final = 2
"""As in argparse: the command failed. 1 is a negative result, for example of `cspm gate`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code. For --help and invalid arguments argparse exits the process."""
    _replace_unprintable(sys.stdout)
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments, sys.stdout)
        sys.stdout.flush()
    except CspmError as error:
        sys.stderr.write(f"cspm: {error}\n")
        return _FAILED
    except BrokenPipeError:
        _discard_output()
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cspm", description="Security Hub and AWS Config findings, decided in Slack.")
    subcommands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        subparser = subcommands.add_parser(command.name, help=command.help, description=command.help)
        command.arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def _replace_unprintable(stream: TextIO) -> None:
    """Print a question mark for a character that the terminal's encoding lacks, instead of raising."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")


def _discard_output() -> None:
    """Redirect standard output to /dev/null once its reader is gone (`| head`): the interpreter flushes it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
