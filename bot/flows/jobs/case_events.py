"""Moves of targets as events on the bot's bus, for whatever others run: one documented shape (infra/docs/events.md).

The table's stream tells of each record after it was written, in order, at least once, so nothing is lost between the
write and the event. A move told twice has the same `id`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.domain.ports import Item, Key
from bot.world import World

VERSION: Final = "1"
"""Raised when a field goes or changes its meaning; new fields may come without."""


def announce(written: Sequence[Key], world: World) -> None:
    """Put an event for each of these records that is a move. Raises Busy, Unknown: then all of them come again."""
    known = world.table.get_many(written)
    moves = [case_event(known[key]) for key in written if key in known and is_move(known[key])]
    if moves:
        world.bus.put(moves)


def is_move(record: Item) -> bool:
    """Whether a line of the record tells that a target is in another state now."""
    return bool(record.get("target")) and record.get("before", "") != record.get("after", "")


def case_event(record: Item) -> dict[str, Any]:
    """The event's detail. Only names, states and ids: no words of people, no settings, so no secret can be in it."""
    said = {name: str(record.get(field, "")) for name, field in _FIELDS.items()}
    controls = [str(control) for control in record.get("controls", ())]
    return {"version": VERSION, **said, "controls": controls, "links": _links(record)}


_FIELDS: Final[Mapping[str, str]] = {
    "id": "sk",
    "case": "case",
    "target": "target",
    "resource": "resource",
    "account": "account",
    "region": "region",
    "severity": "severity",
    "from": "before",
    "step": "what",
    "to": "after",
    "who": "who",
    "when": "at",
}


def _links(record: Item) -> dict[str, str]:
    """The card, once there is one: Slack leads from this address to the workspace where the reader is signed in."""
    channel, ts = record.get("channel"), str(record.get("ts", ""))
    return {"card": f"https://slack.com/archives/{channel}/p{ts.replace('.', '')}"} if channel and ts else {}
