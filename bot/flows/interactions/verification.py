"""Middleware that verifies Slack's signature before anything else."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Final

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.world import World

SIGNING_SECRET: Final = "slack/signing-secret"  # noqa: S105 - the secret's name

_LOG: Final = logging.getLogger(__name__)


class _WallClock(SignatureClock):
    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> float:
        return self._world.clock.wall().timestamp()


class Verification(Middleware):
    """Accepts a request that any of the secrets in force has signed within five minutes of real time.

    Bolt's own middleware knows one secret only, and logs the whole body of a refused request, which is untrusted.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt passes it by name
        next: Callable[[], BoltResponse],  # noqa: A002 - as above
    ) -> BoltResponse | None:
        """Continue, or answer 401. Raises Unknown if the secret cannot be read."""
        if self._is_slacks(req):
            return next()
        _LOG.warning("a request without a valid signature was refused")
        return BoltResponse(status=401, body={"error": "invalid request"})

    def _is_slacks(self, req: BoltRequest) -> bool:
        clock = _WallClock(self._world)
        timestamp, signature = header(req, "x-slack-request-timestamp"), header(req, "x-slack-signature")
        if not re.fullmatch(r"[0-9]{1,12}", timestamp):
            return False
        return any(
            SignatureVerifier(secret, clock=clock).is_valid(req.raw_body, timestamp, signature)
            for secret in self._world.secrets.all(SIGNING_SECRET)
        )


def header(req: BoltRequest, name: str) -> str:
    """Return the first value of a header, '' if missing."""
    return str(next(iter(req.headers.get(name, [])), ""))
