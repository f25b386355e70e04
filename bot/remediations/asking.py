"""Asking AWS: which error means "there is none", which means "gone", and when an answer is "not known"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from bot.domain.errors import ResourceGone
from bot.domain.plan import Evidence


def code(error: ClientError) -> str:
    """AWS's own name of the error: `NoSuchBucket`, `AccessDenied`."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def gone_on(*codes: str) -> Iterator[None]:
    """Raise ResourceGone in place of the errors that say so."""
    try:
        yield
    except ClientError as error:
        if code(error) in codes:
            raise ResourceGone(code(error)) from error
        raise


def none_on(call: Callable[[], Any], *codes: str) -> Any:
    """What `call` answers, or None where AWS says with one of these errors that there is nothing."""
    try:
        return call()
    except ClientError as error:
        if code(error) in codes:
            return None
        raise


def ask(question: str, find_out: Callable[[], str]) -> Evidence:
    """Evidence; a call that AWS refuses makes it "not known", which is an answer that people see."""
    try:
        return Evidence(question, find_out())
    except ClientError as error:
        return Evidence(question, f"not known ({code(error)})", known=False)


def count(number: int, one: str, many: str = "") -> str:
    """A number of things in words: `1 instance`, `2 instances`, `no instance`."""
    if number == 0:
        return f"no {one}"
    return f"{number} {one if number == 1 else many or one + 's'}"
