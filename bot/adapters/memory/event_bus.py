"""The event bus in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.adapters.memory.faults import FaultPlan, no_faults


class MemoryBus:
    """`EventBus` in memory: `events` are the published ones."""

    def __init__(self, faults: FaultPlan | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self._faults = faults or no_faults()

    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        with self._faults.call("bus.put"):
            self.events += [json.loads(json.dumps(dict(event))) for event in events]
