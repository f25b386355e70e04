"""The dispatcher of `cspm`: one table of subcommands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final, TextIO

from bot.cli import redrive
from bot.cli.access import command as access
from bot.cli.audit import command as audit
from bot.cli.catalogue import command as catalogue
from bot.cli.command import Command
from bot.cli.doctor import command as doctor
from bot.cli.findings import gate, replay, score
from bot.cli.plan import command as plan
from bot.cli.policy import command as policy
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
"""As argparse: the command could not be carried out. 1 is the answer of a gate."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and give its exit code. argparse ends the process itself for --help and wrong arguments."""
    _never_fail_to_print(sys.stdout)
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments, sys.stdout)
        sys.stdout.flush()
    except CspmError as error:
        sys.stderr.write(f"cspm: {error}\n")
        return _FAILED
    except BrokenPipeError:
        _forget_output()
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cspm", description="Security Hub and AWS Config findings, decided in Slack.")
    subcommands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        own = subcommands.add_parser(command.name, help=command.help, description=command.help)
        command.arguments(own)
        own.set_defaults(run=command.run)
    return parser


def _never_fail_to_print(stream: TextIO) -> None:
    """A terminal that cannot show a bucket's emoji shows a question mark, not a traceback."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")


def _forget_output() -> None:
    """Who read our output has gone (`| head`); what the interpreter flushes at its end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
