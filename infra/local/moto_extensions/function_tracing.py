"""Lambda: updates of a function's tracing mode, which moto ignores."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

from infra.local.moto_extensions.patching import replace

_update = LambdaFunction.update_configuration


def update_configuration(self: LambdaFunction, config_updates: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html (TracingConfig)."""
    self.tracing_config = config_updates.get("TracingConfig") or self.tracing_config
    return _update(self, config_updates)


def install() -> None:
    replace(LambdaFunction, update_configuration=update_configuration)
