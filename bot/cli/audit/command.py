"""`cspm audit`: export the audit record from a deployment's table, or verify it, with the caller's credentials."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from typing import Final, TextIO

from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.cli.audit import verify
from bot.cli.command import Command
from bot.cli.deployment import Deployment, find_deployment
from bot.cli.terminal import plain
from bot.domain.errors import BadInput
from bot.slack.text.blocks import counted
from bot.store import audit_text

DAYS: Final = 7


def day(text: str) -> datetime:
    """Parse `2026-11-24` as midnight in UTC."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-24") from None


def span(arguments: Namespace, now: datetime) -> tuple[datetime, datetime]:
    """Return the start (included) and end (excluded). Raises BadInput for an empty span."""
    end = arguments.to + timedelta(days=1) if arguments.to else now + timedelta(seconds=1)
    start = arguments.start or end - timedelta(days=arguments.days)
    if not start < end:
        raise BadInput("--from must not be after --to")
    return start, end


def run(arguments: Namespace, out: TextIO, deployment: Deployment, now: datetime) -> int:
    """Write the entries of the span, or verify them and return 1 if the bucket differs. Raises BadInput, Unknown."""
    start, end = span(arguments, now)
    table = DynamoTable(deployment.client("dynamodb"), deployment.outputs["TableName"])
    if arguments.verify:
        return _verify(table, deployment, (start, end), now, out)
    entries = audit_text.between(table, start, end, arguments.account)
    if arguments.format == "csv":
        out.write(audit_text.table_of(entries))
        return 0
    out.writelines(f"{audit_text.line(entry)}\n" for entry in entries)
    return 0


def _verify(
    table: DynamoTable, deployment: Deployment, asked: tuple[datetime, datetime], now: datetime, out: TextIO
) -> int:
    """Compare whole days of the table and the bucket, and write a line for each difference."""
    bucket = verify.Bucket(deployment.client("s3"), deployment.outputs["AuditBucketName"])
    report = verify.Report()
    differences = verify.compare(table, bucket, asked, now, report)
    out.writelines(f"{one.kind:8}{plain(one.entry)} {plain(one.detail)}\n" for one in differences)
    verdict = (
        counted(report.differences, "difference") if report.differences else "the same in the table and the bucket"
    )
    entries, versions = counted(report.entries, "entry", "entries"), counted(report.versions, "version")
    out.write(f"{entries}, {versions} of archived hours: {verdict}\n")
    return 1 if report.differences else 0


def _run(arguments: Namespace, out: TextIO) -> int:
    return run(arguments, out, find_deployment(arguments.stack, arguments.region), datetime.now(UTC))


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--format", choices=("csv", "jsonl"), default="csv", help="a table, or a JSON line an entry")
    parser.add_argument("--days", type=int, default=DAYS, help=f"so many days back ({DAYS})")
    parser.add_argument("--from", dest="start", type=day, help="the first day, such as 2026-11-01 (UTC)")
    parser.add_argument("--to", type=day, help="the last day")
    parser.add_argument("--account", default="", help="of this account alone")
    parser.add_argument("--verify", action="store_true", help="compare table and bucket; exit 1 if they differ")
    parser.add_argument("--stack", default="cspm-bot", help="the stack's name (cspm-bot)")
    parser.add_argument("--region", default="", help="the stack's Region")


COMMAND: Final = Command("audit", "Who decided and changed what, as a file.", _arguments, _run)
