"""Cases of `bot.remediations.api_gateway.tracing`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.api_gateway.tracing import TraceStage
from tests.remediations.cases.api_gateway.stages import StageCase


class AStageThatIsNotTraced(StageCase):
    remediation = TraceStage
    wrong: ClassVar = {"/tracingEnabled": "false"}
