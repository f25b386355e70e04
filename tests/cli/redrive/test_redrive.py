"""`cspm redrive`, on the deployed stack."""

from __future__ import annotations

import io
import sys
from typing import Protocol

import pytest

from bot.cli.deployment import Deployment, find_deployment
from bot.cli.redrive.command import queues_with_dead_letters, redrive
from bot.domain.errors import BadInput, Unknown
from infra.local.deploy import STACK
from infra.local.ministack import Ministack
from infra.local.translate import ROOT
from tests.cli.command_line import Answer, Cspm
from tests.cli.deployed import aws, deployment
from tests.infra.workspace_client import poll

__all__ = ["aws", "deployment"]


class Typed(Protocol):
    """A command line with answers to its questions."""

    def __call__(self, *words: str, answers: str = "") -> Answer: ...


def bury(aws: Ministack, deployment: Deployment, name: str, *bodies: str) -> None:
    url = deployment.ids[f"{name}DeadLetters"]
    for at, body in enumerate(bodies):
        fifo = {"MessageGroupId": "g", "MessageDeduplicationId": f"{body}{at}"} if url.endswith(".fifo") else {}
        aws.client("sqs").send_message(QueueUrl=url, MessageBody=body, **fifo)


def test_dead_letters_are_counted_and_moved_back(aws: Ministack, deployment: Deployment) -> None:
    unread = '{"kind": "nobody reads this"}'
    bury(aws, deployment, "Proofs", unread, unread, unread)
    assert queues_with_dead_letters(deployment, ["proofs"]) == [("Proofs", 3)]
    assert redrive(deployment, "Proofs") == 3
    assert deployment.messages("ProofsDeadLetters") == 0


def test_a_fifo_queue_gets_its_dead_letters_in_their_group(aws: Ministack, deployment: Deployment) -> None:
    bury(aws, deployment, "Runs", '{"kind": "x"}', '{"kind": "y"}')
    assert redrive(deployment, "Runs") == 2
    assert queues_with_dead_letters(deployment, ["runs"]) == []


@pytest.fixture
def typed(aws: Ministack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """`cspm` with this stack's credentials, and answers to its questions."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.account)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")

    def answering(*words: str, answers: str = "") -> Answer:
        monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
        return Cspm(capsys)(*words, "--stack", STACK, "--region", aws.region)

    return answering


def test_each_queue_needs_confirmation(aws: Ministack, deployment: Deployment, typed: Typed) -> None:
    bury(aws, deployment, "Answers", '{"kind": "x"}')
    bury(aws, deployment, "Plan", '{"kind": "x"}', '{"kind": "y"}')
    answer = typed("redrive", "answers", "plan", answers="no\ny\n")
    assert answer.code == 0
    assert "Answers: move 1 dead letter back to the queue? Has the cause been mended? [y/N] " in answer.out
    assert "Answers: left alone" in answer.out
    assert "Plan: 2 moved" in answer.out
    assert (deployment.messages("AnswersDeadLetters"), deployment.messages("PlanDeadLetters")) == (1, 0)


@pytest.mark.parametrize("answers", ["", "\n", "N\n", "yesterday\n"])
def test_any_other_answer_moves_nothing(aws: Ministack, deployment: Deployment, typed: Typed, answers: str) -> None:
    bury(aws, deployment, "Decisions", '{"kind": "x"}')
    before = deployment.messages("DecisionsDeadLetters")
    assert "Decisions: left alone" in typed("redrive", "decisions", answers=answers).out
    assert deployment.messages("DecisionsDeadLetters") == before > 0


def test_yes_as_an_argument_skips_confirmation(aws: Ministack, deployment: Deployment, typed: Typed) -> None:
    bury(aws, deployment, "Proofs", '{"kind": "x"}')
    answer = typed("redrive", "proofs", "--yes")
    assert (answer.code, answer.out) == (0, "Proofs: 1 moved\n")
    assert typed("redrive", "proofs").out == "no dead letters\n"


def test_an_unknown_queue_is_rejected_before_confirmation(typed: Typed) -> None:
    answer = typed("redrive", "nothing", answers="y\n")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no queue nothing; there are: answers, cards, decisions" in answer.err


def test_a_redriven_event_is_stored_and_an_unreadable_message_does_no_harm(
    aws: Ministack, deployment: Deployment, typed: Typed
) -> None:
    """The ingest function runs on the emulator, as deployed: it takes the one and refuses the other."""
    event = (ROOT / "tests" / "events" / "securityhub_passed.json").read_text()
    bury(aws, deployment, "Ingest", "poison: no JSON at all", event)
    assert typed("redrive", "ingest", answers="yes\n").out.endswith("Ingest: 2 moved\n")

    def stored() -> bool:
        rows = aws.client("dynamodb").scan(TableName=deployment.outputs["TableName"])["Items"]
        return any(row["pk"]["S"].startswith("F#") for row in rows)

    assert poll(stored, 60)
    assert deployment.messages("IngestDeadLetters") == 0


def test_an_unknown_queue_or_stack_is_rejected(aws: Ministack, deployment: Deployment) -> None:
    with pytest.raises(BadInput, match="there is no queue nothing"):
        queues_with_dead_letters(deployment, ["nothing"])
    with pytest.raises(Unknown, match="the stack another cannot be seen here"):
        find_deployment("another", clients=aws.client)
