"""Due times of digests: once per local day at a local time, across clock changes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.policy import DigestTime, Policy

LATEST: Final = timedelta(hours=6)
"""A digest that could not be sent for this long is skipped; the next one covers it."""


def due(when: DigestTime, now: datetime) -> str:
    """Return the local date whose digest is due now, or ''.

    A time that a clock change skips is read in the offset before the change, so it comes an hour later by the new
    clock; of a time that occurs twice, the first is used.
    """
    if not when.at:
        return ""
    zone = ZoneInfo(when.zone)
    today = now.astimezone(zone).date()
    for date in (today, today - timedelta(days=1)):
        moment = datetime.combine(date, time.fromisoformat(when.at), tzinfo=zone)
        if timedelta(0) <= now - moment.astimezone(now.tzinfo) < LATEST:
            return date.isoformat()
    return ""


def channels(policy: Policy) -> dict[str, DigestTime]:
    """Return each channel that gets a digest, with the time of the first route that names it."""
    found: dict[str, DigestTime] = {}
    for route in policy.routes:
        found.setdefault(route.channel, route.digest or policy.digest)
    return found or {policy.fallback_channel: policy.digest}
