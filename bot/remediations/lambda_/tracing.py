"""Lambda functions: where their time goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import Busy
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.toggle import Toggle


class TraceFunction(Toggle):
    """Trace the function with X-Ray; versions that are published already stay as they are.

    Lambda refuses where the function's role may not put traces (AWS Lambda Developer Guide, "Visualize Lambda function
    invocations using AWS X-Ray"): nothing is changed then.
    """

    title = "Trace the function with X-Ray"
    problem = "Function without traces"
    controls = ("Lambda.7",)
    config_rules = ("LAMBDA_FUNCTION_XRAY_ENABLED",)
    resource_type = "AWS::Lambda::Function"
    effects = (Effect.COSTS_MONEY,)
    reads = ("lambda:GetFunctionConfiguration",)
    writes = ("lambda:UpdateFunctionConfiguration",)
    proved_on = "extended"
    setting = "active tracing"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """The mode of the function itself, not of a version."""
        return bool(_function(aws, target).get("TracingConfig", {}).get("Mode") == "Active")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this. Raises Busy while Lambda still works on an earlier change."""
        if _function(aws, target).get("LastUpdateStatus") == "InProgress":
            raise Busy("Lambda is still at work on the function", retry_after=10)
        mode = {"Mode": "Active" if on else "PassThrough"}
        aws.client("lambda").update_function_configuration(FunctionName=target.resource.id, TracingConfig=mode)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whose right it needs."""
        yield evidence_of(
            "Which role must be able to put traces?", lambda: str(_function(aws, target)["Role"]).rpartition("/")[2]
        )


def _function(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("ResourceNotFoundException"):
        found: dict[str, Any] = aws.client("lambda").get_function_configuration(FunctionName=target.resource.id)
    return found
