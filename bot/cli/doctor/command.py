"""`cspm doctor`: a deployment looked at from outside, with the caller's own credentials. It changes nothing."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import asdict
from typing import Final, TextIO

from bot.cli.command import Command
from bot.cli.deployment import found
from bot.cli.doctor.checks import Line, lines
from bot.cli.terminal import plain

_SIGN: Final = {True: "ok  ", False: "BAD ", None: "?   "}


def report(looked_at: Iterable[Line], out: TextIO) -> bool:
    """Write each line as it is known; whether nothing is bad and everything was known."""
    healthy = True
    for line in looked_at:
        healthy = healthy and line.ok is True
        out.write(f"{_SIGN[line.ok]}{plain(line.check)}: {plain(line.said)}\n")
        if line.ok is not True and line.correction:
            out.write(f"      → {plain(line.correction)}\n")
    return healthy


def _run(arguments: Namespace, out: TextIO) -> int:
    looked_at = lines(found(arguments.stack, arguments.region), tuple(arguments.account))
    if not arguments.json:
        return 0 if report(looked_at, out) else 1
    rows = list(looked_at)
    out.write(json.dumps([asdict(one) for one in rows], indent=2) + "\n")
    return 0 if all(one.ok for one in rows) else 1


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--stack", default="cspm-bot", help="the stack's name (cspm-bot)")
    parser.add_argument("--region", default="", help="the stack's Region")
    parser.add_argument("--account", action="append", default=[], help="a member account that the bot should reach")
    parser.add_argument("--json", action="store_true", help="one list of objects")


COMMAND: Final = Command("doctor", "Is a deployment well? Each line says how to mend it.", _arguments, _run)
