"""Export of the audit record to a locked bucket: one object of JSON lines per hour.

An object depends on its records alone, so a repeat would write the same bytes and writes nothing. A record is stamped
just before it is written, and a function runs for two minutes at most, so an hour is exported once it is five minutes
old. Each run also compares the last hours again, in case a record came later still: the object then gets a new
version with all of them, and the older version stays, locked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.metric import Metric
from bot.domain.ports import Put
from bot.store import audit_text, keys
from bot.world import World

HOUR: Final = timedelta(hours=1)
SETTLED: Final = timedelta(minutes=5)
LOOK_BACK: Final = timedelta(hours=6)
MAX_PERIOD: Final = timedelta(days=31)
"""Longest period that one run exports; the next run continues."""


def export(world: World) -> None:
    """Bring the bucket up to date. Raises Busy, Unknown; the next run continues from there."""
    done, last = exported_until(world), _hour(world.clock.now() - SETTLED)
    hour = min(done, last) - LOOK_BACK
    end = min(last, done + MAX_PERIOD)
    while hour < end:
        _archive(keys.stamp(hour)[: len("2026-11-24T07")], world)
        hour += HOUR
        if hour > done:
            _store_progress(hour, world)


def export_lag(world: World) -> Metric:
    """Return the age of the oldest record that may not be in the bucket yet: two hours at most in normal operation."""
    return Metric("AuditExportBehind", "Seconds", (world.clock.now() - exported_until(world)).total_seconds())


def exported_until(world: World) -> datetime:
    """Return the time up to which every hour was exported; before the first run, the time of the deployment."""
    item = world.table.get(keys.export())
    if item:
        return keys.parse(str(item["upto"]))
    return _hour(keys.parse(world.deployed_at) if world.deployed_at else world.clock.now() - LOOK_BACK)


def _archive(hour: str, world: World) -> None:
    entries = world.table.query(f"AUDIT#{hour[:10]}", prefix=hour)
    if not entries:
        return
    content, name = audit_text.lines(entries).encode(), audit_text.object_name(hour)
    if world.archive.digest(name) != sha256(content).hexdigest():
        world.archive.put(name, content)


def _store_progress(done: datetime, world: World) -> None:
    key = keys.export()
    world.table.write([Put({"pk": key.pk, "sk": key.sk, "upto": keys.stamp(done)})])


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
