"""The function for custom rules, from Config's event to Config's answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.domain.errors import BadInput
from handlers.config_rule import handler
from tests.rules.builders import FakeConfig, changed, invocation, raw

CONTEXT = SimpleNamespace(invoked_function_arn="arn:aws:lambda:eu-west-1:111122223333:function:cspm-bot-ConfigRule")


def test_an_event_of_config_ends_as_a_verdict_there() -> None:
    config = FakeConfig()
    handler(invocation("owner-tag-missing", changed(raw("AWS::EC2::Instance"))), CONTEXT, config)
    ((evaluations, token, test),) = config.put_calls
    assert [one["ComplianceType"] for one in evaluations] == ["NON_COMPLIANT"]
    assert (token, test) == ("token", False)


def test_what_cannot_be_judged_fails_so_that_config_shows_it() -> None:
    with pytest.raises(BadInput, match="no rule is called"):
        handler(invocation("unheard-of", changed(raw("AWS::EC2::Instance"))), CONTEXT, FakeConfig())
