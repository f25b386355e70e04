"""REST API stages: their calls are logged and traced, and their cache is encrypted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.toggle import Toggle

_LEVEL: Final = "log level of "
_CACHE: Final = "encrypted cache of "
_EVERY: Final = "*/*"
_OFF: Final = "OFF"


class LogExecution(Remediation):
    """Log errors of every method of a stage, or all calls (INFO) if the policy says so; a level that is set stays.

    Method settings are keyed `resource/METHOD`, `*/*` for all; one that is off under its own key is a setting of its
    own. Logs need a role that the account gives API Gateway, once per Region: refused without it.
    """

    title = "Log errors of the API stage"
    problem = "API stage without execution logs"
    controls = ("APIGateway.1",)
    config_rules = ("API_GW_EXECUTION_LOGGING_ENABLED",)
    resource_type = "AWS::ApiGateway::Stage"
    effects = (Effect.COSTS_MONEY,)
    reads = ("apigateway:GET",)
    writes = ("apigateway:PATCH",)
    params: ClassVar[Mapping[str, Param]] = {"loggingLevel": Param("ERROR", "ERROR, or INFO for every call")}

    def read(self, target: Target, aws: Account) -> Settings:
        """The level of all methods, and of each that has one of its own."""
        methods = _stage(aws, target).get("methodSettings", {})
        if not aws.client("apigateway").get_account().get("cloudwatchRoleArn"):
            raise Refusal("API Gateway has no role for logs in this Region: set it under Settings of API Gateway first")
        keys = sorted({_EVERY, *methods})
        return {_LEVEL + key: methods.get(key, {}).get("loggingLevel") or _OFF for key in keys}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """No level is off."""
        return {name: params["loggingLevel"] if level == _OFF else level for name, level in settings.items()}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One method setting's level."""
        level = _OFF if value is ABSENT else value
        _patch(aws, target, f"{_pointer(setting.removeprefix(_LEVEL))}/logging/loglevel", str(level))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The stage."""
        return (_arn(target),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What could be in the logs."""
        yield evidence_of("Are whole requests logged?", lambda: _traces(_stage(aws, target)))


class EncryptCache(Remediation):
    """Encrypt what a stage caches, for every method setting that caches; what is cached now is left to expire."""

    title = "Encrypt the API's cache"
    problem = "API cache in the clear"
    controls = ("APIGateway.5",)
    resource_type = "AWS::ApiGateway::Stage"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("apigateway:GET",)
    writes = ("apigateway:PATCH",)

    def read(self, target: Target, aws: Account) -> Settings:
        """Each method setting that caches."""
        methods = _stage(aws, target).get("methodSettings", {})
        caching = sorted(key for key, one in methods.items() if one.get("cachingEnabled"))
        return {_CACHE + key: bool(methods[key].get("cacheDataEncrypted")) for key in caching}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """All of them."""
        return dict.fromkeys(settings, True)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One method setting's flag."""
        flag = "true" if value is True else "false"
        _patch(aws, target, f"{_pointer(setting.removeprefix(_CACHE))}/caching/dataEncrypted", flag)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The stage."""
        return (_arn(target),)


class TraceStage(Toggle):
    """Let X-Ray trace a sample of the stage's calls."""

    title = "Trace the API stage with X-Ray"
    problem = "API stage is not traced"
    controls = ("APIGateway.3",)
    config_rules = ("API_GW_XRAY_ENABLED",)
    resource_type = "AWS::ApiGateway::Stage"
    effects = (Effect.COSTS_MONEY,)
    reads = ("apigateway:GET",)
    writes = ("apigateway:PATCH",)
    setting = "X-Ray tracing"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """The stage's flag."""
        return bool(_stage(aws, target).get("tracingEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag."""
        _patch(aws, target, "/tracingEnabled", "true" if on else "false")

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The stage."""
        return (_arn(target),)


def _ids(target: Target) -> dict[str, str]:
    """The API and the stage, from an ARN like arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/stages/prod."""
    found = target.resource.id.partition("/restapis/")[2].split("/")
    if len(found) != 3 or found[1] != "stages":  # noqa: PLR2004 - api, "stages", stage
        raise Refusal(f"{target.resource.id} names no stage of a REST API")
    return {"restApiId": found[0], "stageName": found[2]}


def _arn(target: Target) -> str:
    ids = _ids(target)
    where = target.resource
    return f"arn:{where.partition}:apigateway:{where.region}::/restapis/{ids['restApiId']}/stages/{ids['stageName']}"


def _stage(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("NotFoundException"):
        found: dict[str, Any] = aws.client("apigateway").get_stage(**_ids(target))
    return found


def _pointer(key: str) -> str:
    """A method setting's key as the start of a patch's path, in which a slash of the resource's path is `~1`."""
    path, _, method = key.rpartition("/")
    return f"/{path.replace('/', '~1')}/{method}"


def _patch(aws: Account, target: Target, path: str, value: str) -> None:
    operation = {"op": "replace", "path": path, "value": value}
    aws.client("apigateway").update_stage(**_ids(target), patchOperations=[operation])


def _traces(stage: Mapping[str, Any]) -> str:
    on = sorted(key for key, one in stage.get("methodSettings", {}).items() if one.get("dataTraceEnabled"))
    return f"yes, of {', '.join(on)}" if on else "no, and they stay out"
