"""Translation of botocore's errors to the bot's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from bot.domain.errors import Unknown

THROTTLES: Final = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
AWS_ERRORS: Final = (ClientError, BotoCoreError)
"""Everything that a failed call of a boto3 client raises."""


def code_of(problem: ClientError | BotoCoreError) -> str:
    """Return AWS's error code, or the name of botocore's exception (no connection, no credentials, a bad parameter)."""
    return str(_error(problem).get("Code") or type(problem).__name__)


def message_of(problem: ClientError | BotoCoreError) -> str:
    return str(_error(problem).get("Message") or problem)


def _error(problem: ClientError | BotoCoreError) -> dict[str, Any]:
    return dict(problem.response.get("Error", {})) if isinstance(problem, ClientError) else {}


@contextmanager
def aws_errors_as(error: type[Unknown], failure: str) -> Iterator[None]:
    """Wrap AWS calls: an AWS error is raised as `error`, with the text of `failure` and AWS's code and message."""
    try:
        yield
    except AWS_ERRORS as problem:
        raise error(f"{failure}: {code_of(problem)}: {message_of(problem)}") from problem
