"""Target state changes as events on the bot's EventBridge bus, in one documented shape (infra/docs/events.md).

The table's stream delivers each record after it was written, in order and at least once, so no event is lost after a
write. A repeated event has the same `id`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.domain.ports import Item, Key
from bot.world import World

VERSION: Final = "1"
"""Raised when a field is removed or changes its meaning; new fields do not raise it."""


def announce(written: Sequence[Key], world: World) -> None:
    """Put an event for each record that is a state change. Raises Busy, Unknown: then all are delivered again."""
    known = world.table.get_many(written)
    moves = [case_event(known[key]) for key in written if key in known and is_move(known[key])]
    if moves:
        world.bus.put(moves)


def is_move(record: Item) -> bool:
    """Return whether an audit record moved a target to another state."""
    return bool(record.get("target")) and record.get("before", "") != record.get("after", "")


def case_event(record: Item) -> dict[str, Any]:
    """Return the event's detail: names, states and ids alone, no free text and no settings, so it holds no secret."""
    fields = {name: str(record.get(field, "")) for name, field in _FIELDS.items()}
    controls = [str(control) for control in record.get("controls", ())]
    return {"version": VERSION, **fields, "controls": controls, "links": _links(record)}


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
    """Link to the card, once there is one: Slack redirects to the workspace in which the reader is signed in."""
    channel, ts = record.get("channel"), str(record.get("ts", ""))
    return {"card": f"https://slack.com/archives/{channel}/p{ts.replace('.', '')}"} if channel and ts else {}
