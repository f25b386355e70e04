"""AWS Config asks a custom rule → a verdict on each item, told to Config of the account that asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.rules.evaluate import Config, evaluate
from bot.rules.invocation import read
from bot.runtime.bootstrap import config_of


def handler(event: Mapping[str, Any], context: Any, config: Config | None = None) -> None:
    """Judge what the invocation is about. Raises what goes wrong: Config shows it on the rule, and asks again."""
    asked = read(event)
    own_account = context.invoked_function_arn.split(":")[4]
    evaluate(asked, config or config_of(asked.account, asked.partition, own_account))
