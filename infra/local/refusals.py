"""AWS calls refused on demand, as by an account without the bot's role or a throttled service."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

_STATUS = {"AccessDenied": 403, "AccessDeniedException": 403, "UnauthorizedOperation": 403, "InternalError": 500}
_DEFAULT_STATUS = 400
_JSON = ("json", "rest-json")


@dataclass(frozen=True)
class Refusal:
    """Refuse calls whose `service:Operation` matches `action`, in `account` or everywhere, with an error code."""

    action: str
    code: str = "AccessDenied"
    account: str = "*"

    def covers(self, account: str, action: str) -> bool:
        return fnmatchcase(action, self.action) and fnmatchcase(account, self.account)

    @property
    def status(self) -> int:
        """The HTTP status of the error code."""
        return _STATUS.get(self.code, _DEFAULT_STATUS)

    def body(self, protocol: str, service: str) -> bytes:
        """Return the error in the service's format.

        https://smithy.io/2.0/aws/protocols/index.html; EC2 and S3 have formats of their own.
        """
        message = "refused for this sandbox"
        if protocol in _JSON:
            return json.dumps({"__type": self.code, "message": message}).encode()
        error = f"<Error><Code>{self.code}</Code><Message>{message}</Message></Error>"
        if service == "ec2":
            return f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>".encode()
        return (error if service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>").encode()


@dataclass
class Refusals:
    """The refusals in force. Thread-safe."""

    _active: list[Refusal] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, account: str, action: str) -> Refusal | None:
        """Return the refusal that covers a call, if any."""
        with self._lock:
            return next((refusal for refusal in self._active if refusal.covers(account, action)), None)

    @contextmanager
    def during(self, action: str, code: str = "AccessDenied", account: str = "*") -> Iterator[None]:
        """Refuse such calls while the block runs; `action` and `account` may have wildcards."""
        refusal = Refusal(action, code, account)
        with self._lock:
            self._active.append(refusal)
        try:
            yield
        finally:
            with self._lock:
                self._active.remove(refusal)
