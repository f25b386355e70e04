"""Exemptions: written by `remediate` alone, due before and at their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from pydantic import TypeAdapter

from bot.domain.canonical import short_id
from bot.domain.exemption import Exemption, Scope
from bot.domain.ports import ABSENT_ITEM, Item, Put, Table, Test
from bot.store import keys

ANNOUNCED: Final = (timedelta(days=7, hours=15), timedelta(days=1, hours=15))
"""Times before the end of the last day at which an exemption is announced: a week and a day ahead, in the morning."""

_EXEMPTION: Final = TypeAdapter(Exemption)


def load(table: Table, account: str, exemption_id: str) -> Exemption | None:
    item = table.get(keys.exemption(account, exemption_id))
    return _EXEMPTION.validate_python(item) if item else None


def of(table: Table, account: str = "") -> list[Exemption]:
    """Return all exemptions in force, or those of an account, soonest end first: one read."""
    found = map(_EXEMPTION.validate_python, table.query("EXEMPTION", prefix=f"{account}#" if account else ""))
    return sorted((one for one in found if not one.ended), key=lambda one: one.until)


def with_ended(table: Table, since: str) -> list[Exemption]:
    """Return all exemptions in force and those that ended since then, soonest end first: one read."""
    found = map(_EXEMPTION.validate_python, table.query("EXEMPTION"))
    return sorted((one for one in found if not one.ended or one.ended >= since), key=lambda one: one.until)


def create(exemption: Exemption) -> list[Put]:
    """Return the writes of a new exemption, due at its first announcement, and of its index by control."""
    return [Put(_item(exemption), when=ABSENT_ITEM), *_covers(exemption)]


def _covers(exemption: Exemption) -> list[Put]:
    if exemption.scope is not Scope.CONTROL:
        return []
    found = [keys.cover(exemption.account, _cover(control, exemption.channel)) for control in exemption.controls]
    return [Put({"pk": key.pk, "sk": key.sk, "exemption": exemption.id, "until": exemption.until}) for key in found]


def _cover(control: str, channel: str) -> str:
    return short_id("cover", control, channel)


def covering(table: Table, account: str, control: str, channel: str, now: str) -> str:
    """Return the id of the exemption in force for this control of this account in this channel, or ''."""
    item = table.get(keys.cover(account, _cover(control, channel)))
    return str(item["exemption"]) if item and item["until"] > now else ""


def change(before: Exemption, after: Exemption) -> Put:
    """Return the write of a changed exemption, on condition that nobody has changed it since it was read."""
    return Put(_item(after), when=(Test("announced", "=", before.announced), Test("ended", "=", before.ended)))


def announced(exemption: Exemption, now: str) -> Exemption:
    """Return the exemption with every announcement that is due by now counted as made."""
    end = keys.parse(exemption.until)
    due = sum(keys.stamp(end - before) <= now for before in ANNOUNCED)
    return replace(exemption, announced=max(exemption.announced, due))


def next_due(exemption: Exemption) -> str:
    """Return the time of the next announcement, or of the end."""
    end = keys.parse(exemption.until)
    left = ANNOUNCED[exemption.announced :]
    return keys.stamp(end - left[0]) if left else exemption.until


def _item(exemption: Exemption) -> Item:
    key = keys.exemption(exemption.account, exemption.id)
    item: Item = {**_EXEMPTION.dump_python(exemption, mode="json"), "pk": key.pk, "sk": key.sk}
    if exemption.ended:
        return item
    return item | {"due_pk": keys.due(exemption.id), "due_sk": next_due(exemption), "due_kind": "exemption"}
