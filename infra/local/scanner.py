"""Background scanning: after every call in the accounts, and on demand."""

from __future__ import annotations

import logging
import threading
from typing import Final

from infra.local.call_log import CallLog
from infra.local.detector import Detector

log = logging.getLogger(__name__)

_INTERVAL: Final = 0.25


class Scanner:
    """A thread that scans if the accounts were called since the last scan."""

    def __init__(self, detector: Detector, calls: CallLog) -> None:
        self._detector = detector
        self._calls = calls
        self._seen = -1
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="detector")

    def start(self) -> int:
        """Scan once, then in the background; returns the number of findings at the start."""
        found = self.look()
        self._thread.start()
        return found

    def stop(self) -> None:
        """End the thread and close the detector."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._detector.close()

    @property
    def idle(self) -> bool:
        """True if no call was made in the accounts since the last scan."""
        return len(self._calls) == self._seen

    def look(self, *, reemit: bool = False) -> int:
        """Scan now; returns the number of new and changed findings."""
        before = len(self._calls)
        found = self._detector.scan(reemit=reemit)
        self._seen = before
        return found

    def _run(self) -> None:
        while not self._stop.wait(_INTERVAL):
            if not self.idle:
                self._look_safely()

    def _look_safely(self) -> None:
        before = len(self._calls)
        try:
            self._detector.scan()
        except Exception:
            log.exception("the detector could not look at the accounts; the next call there makes it try again")
        self._seen = before
