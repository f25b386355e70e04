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

from bot.adapters.dynamodb_table import DynamoTable
from bot.cli import audit
from bot.cli.deployment import Deployment, found
from bot.domain.errors import BadInput
from bot.store import keys
from bot.store.audit import Entry, put
from infra.local.artefact import sources
from infra.local.deploy import STACK, deploy
from infra.local.ministack import Ministack

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """A ministack of this module's own, with the bot's stack on it."""
    with Ministack(tmp_path_factory.mktemp("audit")) as running:
        deploy(running, {}, sources())
        table = table_of(found(STACK, clients=running.client))
        table.write([put(one) for one in ENTRIES])
        yield running


@pytest.fixture
def deployment(aws: Ministack) -> Deployment:
    return found(STACK, clients=aws.client)


def table_of(deployment: Deployment) -> DynamoTable:
    return DynamoTable(deployment.client("dynamodb"), deployment.outputs["TableName"])


def an_entry(days_ago: float, account: str = "111122223333", **more: Any) -> Entry:
    at = keys.stamp(NOW - timedelta(days=days_ago))
    return Entry(at, more.pop("what", "approve"), (at, account), account=account, **more)


ENTRIES = [
    an_entry(20, who="U0OLD"),
    an_entry(2, who="U0DANA", before="proposed", after="approved", controls=("S3.8",), calls=("s3:GetObject",)),
    an_entry(1, account="444455556666", who="U0OMAR", reason="=cmd()"),
]


def ran(deployment: Deployment, *line: str) -> str:
    parser = argparse.ArgumentParser()
    audit.COMMAND.arguments(parser)
    out = io.StringIO()
    assert audit.run(parser.parse_args(line), out, deployment, NOW) == 0
    return out.getvalue()


def test_a_table_has_a_row_for_each_entry_of_a_week(deployment: Deployment) -> None:
    rows = list(csv.DictReader(io.StringIO(ran(deployment))))
    assert [row["who"] for row in rows] == ["U0DANA", "U0OMAR"]
    assert (rows[0]["controls"], rows[0]["calls"], rows[0]["before"]) == ("S3.8", "s3:GetObject", "proposed")
    assert rows[1]["reason"] == "'=cmd()"


def test_json_lines_have_what_is_stored_word_for_word(deployment: Deployment) -> None:
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


def test_a_span_that_ends_before_it_begins_is_said_so(deployment: Deployment) -> None:
    with pytest.raises(BadInput, match="--from"):
        ran(deployment, "--from", "2026-09-02", "--to", "2026-09-01")


def test_a_day_that_is_none_is_said_so() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="2026-11-24"):
        audit.day("yesterday")
