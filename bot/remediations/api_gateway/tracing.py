"""X-Ray tracing of REST API stages."""

from __future__ import annotations

from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.api_gateway.stages import StageRemediation, patch_stage, stage_of
from bot.remediations.toolkit.toggle import Toggle


class TraceStage(StageRemediation, Toggle):
    """Trace a sample of the stage's calls with X-Ray."""

    title = "Trace the API stage with X-Ray"
    problem = "API stage is not traced"
    controls = ("APIGateway.3",)
    config_rules = ("API_GW_XRAY_ENABLED",)
    effects = (Effect.COSTS_MONEY,)
    setting = "X-Ray tracing"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(stage_of(aws, target).get("tracingEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        patch_stage(aws, target, "/tracingEnabled", "true" if on else "false")
