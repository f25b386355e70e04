"""`cspm doctor`: check a deployment with the caller's credentials, read-only."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Any, Final, TextIO

from bot.cli.command import Command
from bot.cli.deployment import find_deployment
from bot.cli.doctor.checks import CheckResult, run_checks
from bot.cli.terminal import plain

_SIGN: Final = {True: "ok  ", False: "BAD ", None: "?   "}


def report(results: Iterable[CheckResult], out: TextIO) -> bool:
    """Write each result as it arrives; return whether all are ok."""
    healthy = True
    for result in results:
        healthy = healthy and result.ok is True
        out.write(f"{_SIGN[result.ok]}{plain(result.check)}: {plain(result.detail)}\n")
        if result.ok is not True and result.fix:
            out.write(f"      → {plain(result.fix)}\n")
    return healthy


def as_object(result: CheckResult) -> dict[str, Any]:
    """Return a result for `--json`, whose keys are an interface for scripts."""
    return {"check": result.check, "ok": result.ok, "said": result.detail, "mend": result.fix}


def _run(arguments: Namespace, out: TextIO) -> int:
    results = run_checks(find_deployment(arguments.stack, arguments.region), tuple(arguments.account))
    if not arguments.json:
        return 0 if report(results, out) else 1
    listed = list(results)
    out.write(json.dumps([as_object(result) for result in listed], indent=2) + "\n")
    return 0 if all(result.ok for result in listed) else 1


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--stack", default="cspm-bot", help="the stack's name (cspm-bot)")
    parser.add_argument("--region", default="", help="the stack's Region")
    parser.add_argument("--account", action="append", default=[], help="a member account that the bot should reach")
    parser.add_argument("--json", action="store_true", help="one list of objects")


COMMAND: Final = Command("doctor", "Is a deployment well? Each line says how to mend it.", _arguments, _run)
