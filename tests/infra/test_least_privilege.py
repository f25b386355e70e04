"""The judgement on the recorded calls itself. Whoever runs all of tests/flows gets it at the end of the run."""

from __future__ import annotations

from bot.runtime.bootstrap import GRANTS, SIGNING_SECRET
from tests.infra.least_privilege import judged
from tests.infra.recording import Made

WRONG = [
    Made("slack", "dynamodb:PutItem", "Table", ("CASE#1",)),
    Made("slack", "sts:AssumeRole", "role reader"),
    Made("plan", "sts:AssumeRole", "role remediation"),
    Made("cards", "secretsmanager:GetSecretValue", f"secret {SIGNING_SECRET}"),
    Made("cards", "dynamodb:UpdateItem", "Table", ("CASE#1",), ("pk", "sk", "state")),
    Made("cards", "dynamodb:UpdateItem", "Table", ("CASE#1",), ("approvals", "pk", "sk")),
    Made("schedule", "dynamodb:UpdateItem", "Table", ("RUN#1",), ("pk", "sk", "state")),
    Made("ingest", "dynamodb:PutItem", "Table", ("F#1", "RUN#1")),
]
RIGHT = Made("slack", "sqs:SendMessage", "queue decisions")


def test_a_call_that_a_role_has_no_right_to_is_seen() -> None:
    assert judged([*WRONG, RIGHT]).not_allowed == sorted(WRONG)


def test_a_right_and_a_key_that_no_call_used_are_seen() -> None:
    without = judged([])
    assert all(without.unused_rights(function) for function in GRANTS)
    with_one = judged([RIGHT]).unused_rights("slack")
    assert without.unused_rights("slack") - with_one == {("Send", "sqs:SendMessage")}
    assert ("PutDecisions", "DECISION#") in without.unused_keys("slack")


def test_a_function_of_which_no_call_was_recorded_is_seen() -> None:
    assert "ingest: no call was recorded" in judged([RIGHT]).problems()
