"""Descriptions of Lambda functions."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if


def describe_function(aws: Account, target: Target) -> dict[str, Any]:
    """Return the answer of GetFunctionConfiguration. Raises ResourceGone."""
    with gone_if("ResourceNotFoundException"):
        answer: dict[str, Any] = aws.client("lambda").get_function_configuration(FunctionName=target.resource.id)
    return answer
