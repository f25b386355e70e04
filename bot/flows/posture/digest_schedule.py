"""When a channel's digest is due: at a local time of its readers, once a local day, also when clocks change."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.policy import DigestTime, Policy

LATEST: Final = timedelta(hours=6)
"""A digest that could not be sent for so long is left out: the next one tells what happened."""


def due(when: DigestTime, now: datetime) -> str:
    """The local date whose digest is due now, or ''.

    A time that a clock change skips is taken as if the clock had not been changed yet, so it comes an hour later by
    the new clock; of one that comes twice, the first is meant.
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
    """Each channel that gets a digest, with its time: that of the first route which names it."""
    found: dict[str, DigestTime] = {}
    for route in policy.routes:
        found.setdefault(route.channel, route.digest or policy.digest)
    return found or {policy.fallback_channel: policy.digest}
