"""`cspm access`: who could approve what, for an auditor: today, or on a day by what is still known of it.

What is not known is said to be so: a group that nobody resolves, a day before the first version that AppConfig lists.
"""

from __future__ import annotations

import argparse
import csv
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final, TextIO

from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.cli.access import past as access_past
from bot.cli.access.people import Directory, asked_of_slack
from bot.cli.access.rows import HEAD, Row, rows
from bot.cli.command import Command
from bot.cli.deployment import found
from bot.cli.policy.command import load_policy
from bot.cli.policy.store import PolicyStore
from bot.cli.terminal import columns, plain
from bot.domain.errors import BadInput
from bot.domain.policy import Policy
from bot.store.audit_text import safe

OF_A_FILE: Final = "the policy of a file; whether it is in force is not known"


def moment(text: str) -> datetime:
    """A UTC day, whose end is meant, or an ISO time with its zone."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-24, or a time with its zone") from None
    if len(text) == len("2026-11-24"):
        return when.replace(tzinfo=UTC) + timedelta(days=1) - timedelta(seconds=1)
    if when.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone: write {text}Z")
    return when.astimezone(UTC)


def write(policy: Policy, people: Directory, notes: Iterable[str], out: TextIO, *, as_csv: bool) -> None:
    """The answer: a table, or CSV whose every row has the version, so that it can stand alone."""
    listed = rows(policy, people)
    if as_csv:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(HEAD)
        writer.writerows([safe(cell) for cell in row.cells] for row in listed)
        return
    out.writelines(f"{plain(note)}\n" for note in notes)
    _table(listed, out)


def _table(listed: list[Row], out: TextIO) -> None:
    for where, of_route in groupby(listed, key=lambda row: row.where):
        out.writelines(f"{plain(line)}\n" for line in ("", *where))
        for what, people in groupby(of_route, key=lambda row: row.what):
            out.write(f"{plain(what)}\n")
            out.writelines(f"{line}\n" for line in columns([row.person for row in people], indent="    "))


def _run(arguments: Namespace, out: TextIO) -> int:
    if arguments.policy:
        if arguments.at:
            raise BadInput("--at asks a deployment what was in force then; --policy is a file of today")
        people = asked_of_slack(None)
        notes = [OF_A_FILE, *people.notes]
        write(load_policy(arguments.policy), people, notes, out, as_csv=arguments.csv)
        return 0
    deployment = found(arguments.stack, arguments.region)
    store = PolicyStore(deployment)
    if arguments.at:
        table = DynamoTable(deployment.client("dynamodb"), deployment.outputs["TableName"])
        policy, past, notes = access_past.known(arguments.at, store, table)
        write(policy, past, notes, out, as_csv=arguments.csv)
        return 0
    now, rollouts = datetime.now(UTC), store.rollouts()
    then = access_past.in_use(now, rollouts)
    version, people = store.version(then.version), asked_of_slack(deployment)
    notes = [access_past.told(then, version), *access_past.in_between(now, rollouts)]
    notes.append(f"read {now:%Y-%m-%d %H:%M} UTC; groups as Slack has them now")
    write(version.policy(), people, [*notes, *people.notes], out, as_csv=arguments.csv)
    return 0


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--at", type=moment, help="what is known of a day (2026-11-24) or a time (2026-11-24T10:00Z)")
    parser.add_argument("--csv", action="store_true", help="a row for each route, right and person")
    parser.add_argument("--policy", default="", metavar="FILE", help="a file's policy, without a deployment")
    parser.add_argument("--stack", default="cspm-bot", help="the stack's name (cspm-bot)")
    parser.add_argument("--region", default="", help="the stack's Region")


COMMAND: Final = Command("access", "Who could approve what, today or on a day.", _arguments, _run)
