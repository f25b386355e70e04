"""Trace Lambda functions with X-Ray."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.errors import Busy
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.lambda_.functions import describe_function
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.toggle import Toggle


class TraceFunction(Toggle):
    """Trace the function with X-Ray; versions that are already published do not change.

    Lambda refuses the change where the function's role may not send traces (AWS Lambda Developer Guide, "Visualize
    Lambda function invocations using AWS X-Ray").
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
        """Return the tracing mode of the unpublished version, $LATEST."""
        return bool(describe_function(aws, target).get("TracingConfig", {}).get("Mode") == "Active")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Set the tracing mode. Raises Busy while Lambda is applying an earlier change."""
        if describe_function(aws, target).get("LastUpdateStatus") == "InProgress":
            raise Busy("Lambda is still at work on the function", retry_after=10)
        mode = {"Mode": "Active" if on else "PassThrough"}
        aws.client("lambda").update_function_configuration(FunctionName=target.resource.id, TracingConfig=mode)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "Which role must be able to put traces?",
            lambda: str(describe_function(aws, target)["Role"]).rpartition("/")[2],
        )
