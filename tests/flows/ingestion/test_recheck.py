"""Two words of the same moment: Security Hub is asked which one holds, and its word is stored like any other."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.memory.security_hub import MemoryHub
from bot.domain.states import State
from bot.messages import RecheckFinding, send
from tests.flows.stage import Stage, a_finding

pytestmark = pytest.mark.usefixtures("s3")


def ask(stage: Stage, document: dict[str, Any]) -> None:
    """Security Hub holds this finding, and is asked for it."""
    (finding,) = document["detail"]["findings"]
    assert isinstance(stage.hub, MemoryHub)
    stage.hub.findings = [finding]
    send(RecheckFinding(finding_id=finding["Id"], product_arn=finding["ProductArn"]), stage.world.queues)
    stage.pump()


def test_what_passes_when_asked_closes_its_target(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    assert stage.state() is State.PROPOSED
    ask(stage, a_finding(status="PASSED", minute=1))
    assert stage.state() is State.RESOLVED


def test_what_fails_when_asked_and_was_not_known_is_a_new_case(stage: Stage) -> None:
    ask(stage, a_finding())
    assert stage.state() is State.PROPOSED
