"""Exemptions: put by `remediate` alone, due before and at their end."""

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
"""Announcements of an exemption's end, before the end of its last day: in the morning, a week and a day before."""

_EXEMPTION: Final = TypeAdapter(Exemption)


def load(table: Table, account: str, exemption_id: str) -> Exemption | None:
    """An exemption, or None."""
    item = table.get(keys.exemption(account, exemption_id))
    return _EXEMPTION.validate_python(item) if item else None


def of(table: Table, account: str = "") -> list[Exemption]:
    """All exemptions that hold, or those of an account, soonest end first: one read."""
    found = map(_EXEMPTION.validate_python, table.query("EXEMPTION", prefix=f"{account}#" if account else ""))
    return sorted((one for one in found if not one.ended), key=lambda one: one.until)


def with_ended(table: Table, since: str) -> list[Exemption]:
    """All exemptions that hold, and those that ended since then, soonest end first: one read."""
    found = map(_EXEMPTION.validate_python, table.query("EXEMPTION"))
    return sorted((one for one in found if not one.ended or one.ended >= since), key=lambda one: one.until)


def create(exemption: Exemption) -> list[Put]:
    """A new exemption, due when it has to be announced first, and how it is found for what arrives from now on."""
    return [Put(_item(exemption), when=ABSENT_ITEM), *_covers(exemption)]


def _covers(exemption: Exemption) -> list[Put]:
    if exemption.scope is not Scope.CONTROL:
        return []
    found = [keys.cover(exemption.account, _cover(control, exemption.channel)) for control in exemption.controls]
    return [Put({"pk": key.pk, "sk": key.sk, "exemption": exemption.id, "until": exemption.until}) for key in found]


def _cover(control: str, channel: str) -> str:
    return short_id("cover", control, channel)


def covering(table: Table, account: str, control: str, channel: str, now: str) -> str:
    """The id of the exemption that covers this control of this account in this channel now, or ''."""
    item = table.get(keys.cover(account, _cover(control, channel)))
    return str(item["exemption"]) if item and item["until"] > now else ""


def change(before: Exemption, after: Exemption) -> Put:
    """The exemption as it is now, if nobody changed it since it was read."""
    return Put(_item(after), when=(Test("told", "=", before.told), Test("ended", "=", before.ended)))


def announced(exemption: Exemption, now: str) -> Exemption:
    """With everything that is due by now as announced."""
    end = keys.parse(exemption.until)
    told = sum(keys.stamp(end - before) <= now for before in ANNOUNCED)
    return replace(exemption, told=max(exemption.told, told))


def next_due(exemption: Exemption) -> str:
    """Return the time of the next announcement, or of the end."""
    end = keys.parse(exemption.until)
    left = ANNOUNCED[exemption.told :]
    return keys.stamp(end - left[0]) if left else exemption.until


def _item(exemption: Exemption) -> Item:
    key = keys.exemption(exemption.account, exemption.id)
    item: Item = {**_EXEMPTION.dump_python(exemption, mode="json"), "pk": key.pk, "sk": key.sk}
    if exemption.ended:
        return item
    return item | {"due_pk": keys.due(exemption.id), "due_sk": next_due(exemption), "due_kind": "exemption"}
