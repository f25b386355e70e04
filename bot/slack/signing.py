"""Slack's signature: v0, HMAC-SHA256 over version, time and raw body (docs.slack.dev/authentication)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.errors import Unknown
from bot.world import World

SECRET: Final = "slack/signing-secret"  # noqa: S105 - a secret's name
LONGEST: Final = timedelta(minutes=5)
"""Slack's own bound: older requests may be replays."""


def secrets(world: World) -> tuple[str, ...]:
    """The signing secrets in force: one, or while it is being changed the new and the old, on lines of their own.

    Raises Unknown when there is none: an empty secret would accept requests that anybody can sign.
    """
    found = tuple(world.secrets.get(SECRET).split())
    if not found:
        raise Unknown(f"the secret {SECRET} is empty: put the app's signing secret there")
    return found


def is_signed(body: str, timestamp: str, signature: str, keys: Sequence[str]) -> bool:
    """Whether one of these keys made this signature of exactly this body and time."""
    base = f"v0:{timestamp}:{body}".encode()
    made = [f"v0={hmac.new(key.encode(), base, hashlib.sha256).hexdigest()}" for key in keys if key]
    return any(hmac.compare_digest(one.encode(), signature.encode()) for one in made)


def is_fresh(timestamp: str, now: datetime, *, within: timedelta = LONGEST) -> bool:
    """Whether the request is at most this long from `now`, which is real time."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):  # noqa: PLR2004 - the year 33658
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= within
