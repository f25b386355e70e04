"""`cspm access`: a report for auditors of who could approve what, today or on an earlier day.

The report states what is unknown: members of unresolved groups, and days before the first version in AppConfig.
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
from bot.cli.access.people import Directory, directory_for
from bot.cli.access.rows import HEADER, Row, access_rows
from bot.cli.command import Command
from bot.cli.deployment import find_deployment
from bot.cli.policy.command import load_policy
from bot.cli.policy.store import PolicyStore
from bot.cli.terminal import columns, plain
from bot.domain.errors import BadInput
from bot.domain.policy import Policy
from bot.store.audit_text import safe

FILE_NOTE: Final = "the policy of a file; whether it is in force is not known"


def moment(text: str) -> datetime:
    """Parse a day as its end in UTC, or an ISO time with an offset."""
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
    """Write the report as a table, or as CSV with the policy's version in every row."""
    listed = access_rows(policy, people)
    if as_csv:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows([safe(cell) for cell in row.cells] for row in listed)
        return
    out.writelines(f"{plain(note)}\n" for note in notes)
    _table(listed, out)


def _table(listed: list[Row], out: TextIO) -> None:
    for route_lines, route_rows in groupby(listed, key=lambda row: row.route_lines):
        out.writelines(f"{plain(line)}\n" for line in ("", *route_lines))
        for right_line, people in groupby(route_rows, key=lambda row: row.right_line):
            out.write(f"{plain(right_line)}\n")
            out.writelines(f"{line}\n" for line in columns([row.person_cells for row in people], indent="    "))


def _run(arguments: Namespace, out: TextIO) -> int:
    if arguments.policy:
        if arguments.at:
            raise BadInput("--at asks a deployment what was in force then; --policy is a file of today")
        people = directory_for(None)
        notes = [FILE_NOTE, *people.notes]
        write(load_policy(arguments.policy), people, notes, out, as_csv=arguments.csv)
        return 0
    deployment = find_deployment(arguments.stack, arguments.region)
    store = PolicyStore(deployment)
    if arguments.at:
        table = DynamoTable(deployment.client("dynamodb"), deployment.outputs["TableName"])
        policy, past, notes = access_past.policy_at(arguments.at, store, table)
        write(policy, past, notes, out, as_csv=arguments.csv)
        return 0
    now, rollouts = datetime.now(UTC), store.rollouts()
    then = access_past.rollout_at(now, rollouts)
    version, people = store.version(then.version), directory_for(deployment)
    notes = [access_past.rollout_note(then, version), *access_past.concurrent_rollouts(now, rollouts)]
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
