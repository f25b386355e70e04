"""Rows of the table: what is read is what was written, and a row of another form is unreadable."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.canonical import ABSENT
from bot.domain.exemption import ExemptionRequest
from bot.domain.plan import Evidence, SettingConflict
from bot.domain.ports import Key
from bot.domain.states import State
from bot.domain.target_record import Attempt, Decision, PastFix, Proposal, Vote
from bot.store import items
from tests.domain.builders import a_case, a_note, a_target

TARGET = replace(
    a_target(a_note(), state=State.STALE),
    proposal=Proposal("{}", "d", "2026-09-22", "2026-09-21", (Evidence("Who?", "nobody", known=False),)),
    decision=Decision("U0DANA", "2026-09-22", (Vote("U0DANA", "2026-09-22", "d"),), reason="because"),
    exemption_request=ExemptionRequest("U0DANA", allowed=("U0OMAR",)),
    attempt=Attempt("R1", conflicts=(SettingConflict("tls", ABSENT, ["a"], ["x", 1]),)),
    past_fixes=(PastFix("U0DANA", "2026-09-01", "R0"),),
)


def test_a_target_is_read_as_it_was_written() -> None:
    assert items.target_from(items.target_item(TARGET)) == TARGET


def test_a_case_is_read_as_it_was_written() -> None:
    case = a_case(counts={"proposed": 2})
    assert items.case_from(items.case_item(case)) == case


@pytest.mark.parametrize("form", [None, 0, 2, "1"])
def test_a_row_of_another_form_is_unreadable(form: object) -> None:
    row = items.target_item(TARGET)
    other = {**row, "sk": "T#other", "form": form}
    assert items.readable([row, other], items.target_from) == ([TARGET], [Key(str(row["pk"]), "T#other")])
