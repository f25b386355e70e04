"""Call the flow that a handler names for a message or a job."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from bot.domain.errors import BadInput
from bot.messages import Message, parse
from bot.runtime.bootstrap import shift
from bot.runtime.sqs_batch import each
from bot.world import World

Flows = Mapping[type[Message], Callable[[Any, World], None]]
"""The flow for each class of message that a function takes; a flow takes a message of that class."""

Jobs = Mapping[str, Callable[[World], None]]
"""The flow for each scheduled job."""


def handle_batch(
    function: str,
    event: Mapping[str, Any],
    flows: Flows,
    world: World | None,
    once: Collection[type[Message]] = (),
) -> dict[str, Any]:
    """Handle each message of a batch by its flow and return Lambda's partial batch response.

    Of equal messages of the classes in `once` the first that succeeds serves all.
    """
    current, postpone = shift(function, world)
    done: set[Message] = set()

    def handle(body: dict[str, Any]) -> None:
        message = parse(body)
        if type(message) in once and message in done:
            return
        dispatch(message, flows, current)
        if type(message) in once:
            done.add(message)

    return each(event, handle, postpone)


def dispatch(message: Message, flows: Flows, world: World) -> None:
    """Call the message's flow. Raises BadInput where there is none, and what the flow raises."""
    flow = flows.get(type(message))
    if flow is None:
        raise BadInput(f"this function takes no message of kind {message.kind!r}")
    flow(message, world)


def run_job(job: str, jobs: Jobs, world: World) -> None:
    """Run a scheduled job. Raises BadInput for one that does not exist, and what the job raises."""
    if job not in jobs:
        raise BadInput(f"there is no job {job!r}")
    jobs[job](world)
