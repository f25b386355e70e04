"""Cases of `bot.remediations.lambda_.tracing`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.lambda_.tracing import TraceFunction
from tests.aws import plain_client
from tests.remediations.cases.lambda_.functions import make_function
from tests.remediations.contract import Case, targeted


class AFunctionWithoutTraces(Case):
    remediation = TraceFunction
    two_valued = True

    def make(self) -> Target:
        return targeted(TraceFunction, make_function())

    def edit_beside(self, target: Target) -> None:
        self.change(target, MemorySize=512)

    def beside(self, target: Target) -> Any:
        return plain_client("lambda").get_function_configuration(FunctionName=target.resource.id)["MemorySize"]

    def edit_same(self, target: Target) -> None:
        self.change(target, TracingConfig={"Mode": "PassThrough"})

    def destroy(self, target: Target) -> None:
        plain_client("lambda").delete_function(FunctionName=target.resource.id)

    def change(self, target: Target, **change: Any) -> None:
        plain_client("lambda").update_function_configuration(FunctionName=target.resource.id, **change)
