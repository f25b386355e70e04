"""What botocore raises, in the words of the bot's errors."""

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
"""Everything that a call of a boto3 client raises when the call failed."""


def code_of(problem: ClientError | BotoCoreError) -> str:
    """AWS's error code, else the name of botocore's exception (no connection, no credentials, a bad parameter)."""
    return str(_error(problem).get("Code") or type(problem).__name__)


def message_of(problem: ClientError | BotoCoreError) -> str:
    """AWS's sentence."""
    return str(_error(problem).get("Message") or problem)


def _error(problem: ClientError | BotoCoreError) -> dict[str, Any]:
    return dict(problem.response.get("Error", {})) if isinstance(problem, ClientError) else {}


@contextmanager
def aws_errors_as(error: type[Unknown], wish: str) -> Iterator[None]:
    """Surround AWS calls: a failure becomes `error`, saying what was wished for and AWS's own words."""
    try:
        yield
    except AWS_ERRORS as problem:
        raise error(f"{wish}: {code_of(problem)}: {message_of(problem)}") from problem
