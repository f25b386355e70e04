"""Decisions → runs → proofs: the only function that may change a member account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import BadInput
from bot.flows.decisions import decide
from bot.flows.execution import execute, verify
from bot.runtime.bootstrap import shift
from bot.runtime.sqs_batch import each
from bot.world import World

_FLOWS = {
    **dict.fromkeys(("decision", "write_back", "exemption", "auto"), decide.handle),
    "run": execute.handle,
    "prove": verify.handle,
}


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Judge, carry out or prove, by the kind of each message."""
    here, postpone = shift("remediate", world)

    def target(body: dict[str, Any]) -> None:
        if body["kind"] not in _FLOWS:
            raise BadInput(f"the remediate function knows no message of kind {body['kind']!r}")
        _FLOWS[body["kind"]](body, here)

    return each(event, target, postpone)
