"""AWS's errors in the bot's words: what is only for now is asked again, all else is told."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from bot.domain.errors import Busy, Unknown
from bot.flows.planning.read_account import translate_error


def answered(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "UpdateThing")


@pytest.mark.parametrize(
    "code",
    ["Throttling", "RequestThrottledException", "EC2ThrottledException", "SlowDown", "OperationAborted"],
)
def test_what_aws_refuses_for_now_only_is_asked_again(code: str) -> None:
    problem = translate_error(answered(code))
    assert isinstance(problem, Busy)
    assert code in str(problem)


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidParameterValue", "LimitExceededException"])
def test_what_will_be_refused_again_is_told(code: str) -> None:
    assert isinstance(translate_error(answered(code)), Unknown)
