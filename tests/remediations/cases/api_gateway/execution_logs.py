"""Cases of `bot.remediations.api_gateway.execution_logs`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.api_gateway.execution_logs import LogExecution
from tests.remediations.cases.api_gateway.stages import StageCase


class AStageWithoutLogs(StageCase):
    """A stage without a level for all methods; logging of one method is off."""

    remediation = LogExecution
    two_valued = False
    wrong: ClassVar = {"/~1/GET/logging/loglevel": "OFF"}
    later: ClassVar = {"/*/*/logging/loglevel": "INFO"}
