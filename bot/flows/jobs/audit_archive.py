"""The audit record, hour by hour, into a bucket where nobody can change it: one object an hour, JSON lines.

An object follows from its records alone: a repeat would write the same bytes, so it writes nothing. A record gets its
time a moment before it is written, and a function lives for two minutes at most, so an hour is exported once it is five
minutes old; and each run compares the last hours again, should one have come later still. Then the object has a new
version with all of them; the older one stays, locked as it is.
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
AT_ONCE: Final = timedelta(days=31)
"""What one run takes up at most; what is left is the next one's."""


def export(world: World) -> None:
    """Bring the bucket up to date. Raises Busy, Unknown: the next run goes on where this one was."""
    done, last = exported(world), _hour(world.clock.now() - SETTLED)
    hour = min(done, last) - LOOK_BACK
    end = min(last, done + AT_ONCE)
    while hour < end:
        _archive(keys.stamp(hour)[: len("2026-11-24T07")], world)
        hour += HOUR
        if hour > done:
            _keep(hour, world)


def behind(world: World) -> Metric:
    """The age of the oldest record that may not be in the bucket yet: two hours at most in normal operation."""
    return Metric("AuditExportBehind", "Seconds", (world.clock.now() - exported(world)).total_seconds())


def exported(world: World) -> datetime:
    """Up to when every hour was exported; before the first run, since the deployment."""
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


def _keep(done: datetime, world: World) -> None:
    key = keys.export()
    world.table.write([Put({"pk": key.pk, "sk": key.sk, "upto": keys.stamp(done)})])


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
