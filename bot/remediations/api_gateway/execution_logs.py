"""Execution logs of REST API stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.api_gateway.stages import ALL_METHODS, StageRemediation, patch_method_setting, stage_of
from bot.remediations.toolkit.aws_calls import evidence_of

_LEVEL: Final = "log level of "
_OFF: Final = "OFF"


class LogExecution(StageRemediation):
    """Log errors of all methods of a stage, or all calls (INFO) if the policy says so; a level that is set stays.

    Each method setting with its own level is a separate setting. Logs need a role of API Gateway, which the account
    sets once per Region: refused without it.
    """

    title = "Log errors of the API stage"
    problem = "API stage without execution logs"
    controls = ("APIGateway.1",)
    config_rules = ("API_GW_EXECUTION_LOGGING_ENABLED",)
    effects = (Effect.COSTS_MONEY,)
    params: ClassVar[Mapping[str, Param]] = {"loggingLevel": Param("ERROR", "ERROR, or INFO for every call")}

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the level of all methods and of each method setting. Raise Refusal without a role for logs."""
        methods = stage_of(aws, target).get("methodSettings", {})
        if not aws.client("apigateway").get_account().get("cloudwatchRoleArn"):
            raise Refusal("API Gateway has no role for logs in this Region: set it under Settings of API Gateway first")
        keys = sorted({ALL_METHODS, *methods})
        return {_LEVEL + key: methods.get(key, {}).get("loggingLevel") or _OFF for key in keys}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {name: params["loggingLevel"] if level == _OFF else level for name, level in settings.items()}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        level = _OFF if value is ABSENT else str(value)
        patch_method_setting(aws, target, setting.removeprefix(_LEVEL), "/logging/loglevel", level)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Are whole requests logged?", lambda: _data_traces(stage_of(aws, target)))


def _data_traces(stage: Mapping[str, Any]) -> str:
    on = sorted(key for key, method in stage.get("methodSettings", {}).items() if method.get("dataTraceEnabled"))
    return f"yes, of {', '.join(on)}" if on else "no, and they stay out"
