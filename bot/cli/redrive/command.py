"""`cspm redrive`: move dead letters back to their queues, after confirmation."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser, Namespace
from typing import Any, Final, TextIO

from bot.adapters.aws.errors import aws_errors_as
from bot.cli.command import Command, confirmed
from bot.cli.deployment import Deployment, find_deployment
from bot.domain.errors import BadInput, Unknown

_MAX_EMPTY_RECEIVES: Final = 3
"""A receive call queries only some of SQS's servers: one empty response does not mean an empty queue."""


def queues_with_dead_letters(deployment: Deployment, names: list[str]) -> list[tuple[str, int]]:
    """Return the queues with dead letters, and their number. `names` limits them. Raises BadInput for unknown names."""
    known = {name.lower(): name for name in deployment.queues}
    if unknown := [name for name in names if name.lower() not in known]:
        raise BadInput(f"there is no queue {unknown[0]}; there are: {', '.join(sorted(known))}")
    wanted = [known[name.lower()] for name in names] or list(deployment.queues)
    counts = [(name, deployment.messages(f"{name}DeadLetters")) for name in wanted]
    return [(name, count) for name, count in counts if count]


def redrive(deployment: Deployment, name: str) -> int:
    """Move every dead letter of one queue back and return their number. Each is sent before it is deleted.

    After a failure between the two a message is in both queues; every consumer is idempotent.
    """
    sqs = deployment.client("sqs")
    dead, source = deployment.ids[f"{name}DeadLetters"], deployment.ids[f"{name}Queue"]
    moved = empty_receives = 0
    with aws_errors_as(Unknown, f"the dead letters of {name} were not all moved ({moved} were)"):
        while empty_receives < _MAX_EMPTY_RECEIVES:
            messages = sqs.receive_message(
                QueueUrl=dead, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
            ).get("Messages", [])
            empty_receives = 0 if messages else empty_receives + 1
            for message in messages:
                sqs.send_message(QueueUrl=source, MessageBody=message["Body"], **_fifo(source, message))
                sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
                moved += 1
    return moved


def _fifo(source: str, message: dict[str, Any]) -> dict[str, str]:
    if not source.endswith(".fifo"):
        return {}
    return {"MessageGroupId": message["Attributes"]["MessageGroupId"], "MessageDeduplicationId": uuid.uuid4().hex}


def _run(arguments: Namespace, out: TextIO) -> int:
    deployment = find_deployment(arguments.stack, arguments.region)
    waiting = queues_with_dead_letters(deployment, arguments.queue)
    if not waiting:
        out.write("no dead letters\n")
        return 0
    for name, count in waiting:
        letters = "1 dead letter" if count == 1 else f"{count} dead letters"
        question = f"{name}: move {letters} back to the queue? Has the cause been mended?"
        if arguments.yes or confirmed(question, out):
            out.write(f"{name}: {redrive(deployment, name)} moved\n")
        else:
            out.write(f"{name}: left alone\n")
    return 0


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("queue", nargs="*", help="ingest, plan, cards, …; all of them unless named")
    parser.add_argument("--stack", default="cspm-bot", help="the stack's name (cspm-bot)")
    parser.add_argument("--region", default="", help="the stack's Region")
    parser.add_argument("--yes", action="store_true", help="do not ask")


COMMAND: Final = Command("redrive", "Dead letters back to their queues.", _arguments, _run)
