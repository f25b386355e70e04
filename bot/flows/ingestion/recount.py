"""The counters of an account's Region against a recount of its findings; a finding that cannot be read is told of."""

from __future__ import annotations

import logging
from typing import Final

from bot.domain.finding import Finding
from bot.domain.ports import Key
from bot.domain.posture import PREFIX, recount
from bot.domain.resource import GLOBAL
from bot.store import findings, keys, posture
from bot.world import World

_LOG: Final = logging.getLogger(__name__)


def counts_hold(account: str, region: str, world: World) -> bool:
    """Whether the counters are what all findings come to, also those of global resources, which this unit lists, too.

    On the way the resources that fail are counted. What differs is told: a counter that is wrong by itself is not
    mended by reading findings again (infra/docs/operations.md).
    """
    wrong = [name for one in (region, GLOBAL) for name in _wrong_counters(account, one, world)]
    if wrong:
        _LOG.warning("counters are not what a recount says: %s", ", ".join(wrong))
    return not wrong


def _wrong_counters(account: str, region: str, world: World) -> list[str]:
    known = stored(account, region, world)
    world.table.write([posture.note_resources(account, region, known)])
    scope = f"{PREFIX}{account}#{region}"
    recounted = {row.control: counts for row, counts in recount(known).items() if row.key == scope}
    rows = {
        str(item["sk"]): {name: n for name, n in item.items() if name not in {"pk", "sk"} and n}
        for item in world.table.query(scope)
    }
    controls = sorted({*rows, *recounted})
    return [f"{scope} {one}" for one in controls if rows.get(one, {}) != recounted.get(one, {})]


def stored(account: str, region: str, world: World) -> list[Finding]:
    """Those that can be read; the others are told of, and keep no walk from going on."""
    found, broken = findings.readable(world.table.query(keys.findings(account, region)))
    for key in broken:
        _LOG.error("%s %s cannot be read", key.pk, key.sk)
    return found


def is_readable(key: Key, world: World) -> bool:
    """Whether there is no finding under this key, or one that can be read."""
    item = world.table.get(key)
    _, broken = findings.readable([item] if item else [])
    if broken:
        _LOG.error("%s %s cannot be read", key.pk, key.sk)
    return not broken
