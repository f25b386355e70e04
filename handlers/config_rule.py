"""Evaluate a custom rule of AWS Config, and report the verdicts to Config in the calling account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.rules.evaluate import Config, evaluate
from bot.rules.invocation import read
from bot.runtime.bootstrap import config_of


def handler(event: Mapping[str, Any], context: Any, config: Config | None = None) -> None:
    """Evaluate one invocation. Errors are raised: Config shows them on the rule and invokes it again."""
    asked = read(event)
    own_account = context.invoked_function_arn.split(":")[4]
    evaluate(asked, config or config_of(asked.account, asked.partition, own_account))
