"""Lambda: FunctionUrlAuthType as a condition of a permission."""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.policy import Policy

from infra.local.moto_extensions.patching import replace

_add_statement = Policy.add_statement
_AUTH = "FunctionUrlAuthType"


def add_statement(self: Policy, raw: str, qualifier: str | None = None) -> tuple[Any, str]:
    """Turn FunctionUrlAuthType into a condition; moto leaves it as an invalid key of the policy.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html shows the statement:
    "StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}.
    """
    wanted = json.loads(raw)
    auth = wanted.pop(_AUTH, None)
    statement, revision = _add_statement(self, json.dumps(wanted), qualifier)
    if auth:
        statement.setdefault("Condition", {}).setdefault("StringEquals", {})[f"lambda:{_AUTH}"] = auth
    return statement, revision


def install() -> None:
    replace(Policy, add_statement=add_statement)
