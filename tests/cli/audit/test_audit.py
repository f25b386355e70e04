"""`cspm audit`, on the deployed stack."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.aws.archive import S3Archive
from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.cli.audit import command
from bot.cli.deployment import Deployment, find_deployment
from bot.domain.errors import BadInput
from bot.domain.history import HistoryEvent
from bot.store import audit_text, keys
from bot.store.audit import Entry, put
from infra.local.artefact import sources
from infra.local.deploy import STACK, deploy
from infra.local.ministack import Ministack

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """A ministack with the bot's stack, for this module."""
    with Ministack(tmp_path_factory.mktemp("audit")) as running:
        deploy(running, {}, sources())
        table = table_of(find_deployment(STACK, clients=running.client))
        table.write([put(one) for one in ENTRIES])
        yield running


@pytest.fixture
def deployment(aws: Ministack) -> Deployment:
    return find_deployment(STACK, clients=aws.client)


def table_of(deployment: Deployment) -> DynamoTable:
    return DynamoTable(deployment.client("dynamodb"), deployment.outputs["TableName"])


def an_entry(days_ago: float, account: str = "111122223333", **more: Any) -> Entry:
    at = keys.stamp(NOW - timedelta(days=days_ago))
    return Entry(at, more.pop("what", HistoryEvent.APPROVE), (at, account), account=account, **more)


ENTRIES = [
    an_entry(20, who="U0OLD"),
    an_entry(2, who="U0DANA", before="proposed", after="approved", controls=("S3.8",), calls=("s3:GetObject",)),
    an_entry(1, account="444455556666", who="U0OMAR", reason="=cmd()"),
]


def ran(deployment: Deployment, *line: str) -> str:
    parser = argparse.ArgumentParser()
    command.COMMAND.arguments(parser)
    out = io.StringIO()
    assert command.run(parser.parse_args(line), out, deployment, NOW) == 0
    return out.getvalue()


def test_a_table_has_a_row_for_each_entry_of_a_week(deployment: Deployment) -> None:
    rows = list(csv.DictReader(io.StringIO(ran(deployment))))
    assert [row["who"] for row in rows] == ["U0DANA", "U0OMAR"]
    assert (rows[0]["controls"], rows[0]["calls"], rows[0]["before"]) == ("S3.8", "s3:GetObject", "proposed")
    assert rows[1]["reason"] == "'=cmd()"


def test_json_lines_have_the_stored_entries_verbatim(deployment: Deployment) -> None:
    entries = [json.loads(line) for line in ran(deployment, "--format", "jsonl").splitlines()]
    assert [entry["who"] for entry in entries] == ["U0DANA", "U0OMAR"]
    assert entries[0]["controls"] == ["S3.8"]
    assert entries[1]["reason"] == "=cmd()"
    assert entries[1]["id"].startswith(entries[1]["at"])


def test_it_is_narrowed_by_account_and_widened_by_days(deployment: Deployment) -> None:
    assert "U0DANA" not in ran(deployment, "--account", "444455556666")
    assert "U0OLD" in ran(deployment, "--days", "30")


def test_days_are_named_from_and_to(deployment: Deployment) -> None:
    of_old = f"{NOW - timedelta(days=20):%Y-%m-%d}"
    said = ran(deployment, "--from", of_old, "--to", of_old)
    assert ("U0OLD" in said, "U0DANA" in said) == (True, False)


def test_a_span_that_ends_before_it_begins_is_rejected(deployment: Deployment) -> None:
    with pytest.raises(BadInput, match="--from"):
        ran(deployment, "--from", "2026-09-02", "--to", "2026-09-01")


def test_an_invalid_day_is_rejected() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="2026-11-24"):
        command.day("yesterday")


def archive_of(deployment: Deployment) -> S3Archive:
    return S3Archive(deployment.client("s3"), deployment.outputs["AuditBucketName"])


def verified(deployment: Deployment, *line: str) -> tuple[int, list[str]]:
    parser = argparse.ArgumentParser()
    command.COMMAND.arguments(parser)
    out = io.StringIO()
    code = command.run(parser.parse_args(["--verify", "--days", "30", *line]), out, deployment, NOW)
    return code, out.getvalue().splitlines()


@pytest.fixture
def archived(deployment: Deployment) -> Iterator[dict[str, str]]:
    """Put each hour of the record into the bucket as the export does; return the texts by object name."""
    hours: dict[str, list[Any]] = {}
    for item in audit_text.between(table_of(deployment), NOW - timedelta(days=30), NOW):
        hours.setdefault(audit_text.object_name(item["at"][:13]), []).append(item)
    texts = {name: audit_text.lines(items) for name, items in hours.items()}
    for name, text in texts.items():
        archive_of(deployment).put(name, text.encode())
    yield texts
    s3, bucket = deployment.client("s3"), deployment.outputs["AuditBucketName"]
    for one in s3.list_object_versions(Bucket=bucket).get("Versions", []):
        s3.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])


@pytest.mark.usefixtures("archived")
def test_a_whole_archive_is_the_same(deployment: Deployment) -> None:
    assert verified(deployment) == (
        0,
        ["3 entries, 3 versions of archived hours: the same in the table and the bucket"],
    )


def test_what_was_never_exported_is_missing(deployment: Deployment) -> None:
    code, said = verified(deployment)
    assert (code, [line.split()[0] for line in said]) == (1, ["missing"] * 3 + ["3"])


def test_what_was_taken_away_is_missing(deployment: Deployment, archived: dict[str, str]) -> None:
    name = next(iter(archived))
    deployment.client("s3").delete_object(Bucket=deployment.outputs["AuditBucketName"], Key=name)
    code, said = verified(deployment)
    assert (code, len(said)) == (1, 2)
    assert said[0].startswith("missing ")
    assert name in said[0]


def test_an_altered_entry_is_reported_also_in_an_older_version(
    deployment: Deployment, archived: dict[str, str]
) -> None:
    name, text = next((name, text) for name, text in archived.items() if "U0DANA" in text)
    archive_of(deployment).put(name, text.replace("U0DANA", "U0EVE").encode())
    archive_of(deployment).put(name, text.encode())
    code, said = verified(deployment)
    assert (code, len(said)) == (1, 2)
    assert said[0].startswith("altered ")


@pytest.mark.parametrize("line", ['{"id": "%s#forged", "who": "U0EVE"}', "no json", "[1]"])
def test_what_is_not_of_the_record_is_extra(deployment: Deployment, archived: dict[str, str], line: str) -> None:
    name, text = next(iter(archived.items()))
    forged = line.replace("%s", json.loads(text.splitlines()[0])["at"])
    archive_of(deployment).put(name, f"{text}{forged}\n".encode())
    code, said = verified(deployment)
    assert (code, len(said)) == (1, 2)
    assert said[0].startswith("extra ")


def test_an_entry_in_another_hours_object_is_extra(deployment: Deployment, archived: dict[str, str]) -> None:
    first, second, *_ = archived
    archive_of(deployment).put(first, (archived[first] + archived[second]).encode())
    assert verified(deployment)[1][0].startswith("extra ")


def test_an_hour_that_is_not_due_yet_is_not_missing(deployment: Deployment) -> None:
    at = keys.stamp(NOW - timedelta(hours=1))
    table_of(deployment).write([put(Entry(at, HistoryEvent.DENY, (at,), who="U0NEW"))])
    assert not any("#" in line and at[:13] in line for line in verified(deployment, "--days", "1")[1])
