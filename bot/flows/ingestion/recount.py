"""Compare the counters of an account's Region with a recount of its findings, and log findings that cannot be read."""

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


def counters_match(account: str, region: str, world: World) -> bool:
    """Return whether the counters match all findings, including those of global resources, which this unit lists too.

    The failing resources are counted as well. Differences are logged, because reading findings again does not fix a
    counter that is wrong although its findings are right (infra/docs/operations.md).
    """
    wrong = [name for one in (region, GLOBAL) for name in _wrong_counters(account, one, world)]
    if wrong:
        _LOG.warning("counters are not what a recount says: %s", ", ".join(wrong))
    return not wrong


def _wrong_counters(account: str, region: str, world: World) -> list[str]:
    known = readable_findings(account, region, world)
    world.table.write([posture.note_resources(account, region, known)])
    scope = f"{PREFIX}{account}#{region}"
    recounted = {row.control: counts for row, counts in recount(known).items() if row.key == scope}
    rows = {
        str(item["sk"]): {name: n for name, n in item.items() if name not in {"pk", "sk"} and n}
        for item in world.table.query(scope)
    }
    controls = sorted({*rows, *recounted})
    return [f"{scope} {one}" for one in controls if rows.get(one, {}) != recounted.get(one, {})]


def readable_findings(account: str, region: str, world: World) -> list[Finding]:
    """Return the findings that can be read; the others are logged, and do not stop a walk."""
    found, broken = findings.readable(world.table.query(keys.findings(account, region)))
    for key in broken:
        _LOG.error("%s %s cannot be read", key.pk, key.sk)
    return found


def is_readable(key: Key, world: World) -> bool:
    """Return True if there is no finding under this key, or one that can be read; log it otherwise."""
    item = world.table.get(key)
    _, broken = findings.readable([item] if item else [])
    if broken:
        _LOG.error("%s %s cannot be read", key.pk, key.sk)
    return not broken
