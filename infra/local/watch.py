"""Keeps the detector looking: after every call that was made in the accounts, and when time has passed."""

from __future__ import annotations

import logging
import threading
from typing import Final

from infra.local.calls import CallLog
from infra.local.detector import Detector

log = logging.getLogger(__name__)

_BEAT: Final = 0.25


class Watch:
    """A thread that scans when the accounts were called since the last scan. `idle` tells that it has seen it all."""

    def __init__(self, detector: Detector, calls: CallLog) -> None:
        self._detector = detector
        self._calls = calls
        self._seen = -1
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="detector")

    def start(self) -> int:
        """Look once at everything, then keep looking; the number of findings at the start."""
        found = self.look()
        self._thread.start()
        return found

    def stop(self) -> None:
        """End the thread; the detector emits no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._detector.close()

    @property
    def idle(self) -> bool:
        """Whether nothing has happened in the accounts since the last look."""
        return len(self._calls) == self._seen

    def look(self, *, reemit: bool = False) -> int:
        """Look now; the number of findings that were new or have changed."""
        before = len(self._calls)
        found = self._detector.scan(reemit=reemit)
        self._seen = before
        return found

    def _run(self) -> None:
        while not self._stop.wait(_BEAT):
            if not self.idle:
                self._look_safely()

    def _look_safely(self) -> None:
        before = len(self._calls)
        try:
            self._detector.scan()
        except Exception:
            log.exception("the detector could not look at the accounts; the next call there makes it try again")
        self._seen = before
