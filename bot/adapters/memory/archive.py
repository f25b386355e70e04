"""The archive of the audit record in memory."""

from __future__ import annotations

from hashlib import sha256

from bot.adapters.memory.faults import FaultPlan, no_faults


class MemoryArchive:
    """`Archive` in memory: `versions` by name, oldest first; `problem` is raised by `digest`."""

    def __init__(self, faults: FaultPlan | None = None) -> None:
        self.versions: dict[str, list[bytes]] = {}
        self.problem: Exception | None = None
        self._faults = faults or no_faults()

    def digest(self, name: str) -> str:
        with self._faults.call("archive.digest"):
            if self.problem:
                raise self.problem
            return sha256(self.versions[name][-1]).hexdigest() if name in self.versions else ""

    def put(self, name: str, content: bytes) -> None:
        with self._faults.call("archive.put"):
            self.versions.setdefault(name, []).append(content)
