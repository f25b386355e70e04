"""Aliases: names of resources that AWS Config identifies by internal ids, and the keys of their findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.ports import Item, Key, Table, Test, Update
from bot.domain.resource import Resource
from bot.store import keys

_AT: Final = "at:"
_UNPLACED: Final = "unplaced:"
"""Attributes by control: where its finding is, and that it has yet to be placed there."""


@dataclass(frozen=True)
class Alias:
    """A resource by its own id. `name` is its ARN, '' while nobody has told it, and `named_at` when that was said.

    `homes` is, by control, the resource id under which the words about it are stored: its own one or a name.
    """

    resource: Resource
    name: str = ""
    named_at: str = ""
    homes: Mapping[str, str] = field(default_factory=dict)
    unplaced: frozenset[str] = frozenset()

    @property
    def key(self) -> Key:
        return key_of(self.resource)

    @property
    def current(self) -> str:
        """The name, or the internal id if there is none."""
        return self.name or self.resource.id

    @property
    def strays(self) -> tuple[str, ...]:
        """The controls whose findings are not yet where the name is."""
        return tuple(sorted(control for control, home in self.homes.items() if home != self.current))


def key_of(resource: Resource) -> Key:
    """Return the key of a resource's alias, by its internal id."""
    return keys.alias(resource.account, resource.region, resource.type, resource.id)


def load_aliases(table: Table, wanted: Iterable[Resource]) -> dict[Key, Alias]:
    """The aliases of these resources, by key; empty ones where nothing is known. One batched read."""
    by_key = {key_of(one): one for one in wanted}
    found = table.get_many(by_key) if by_key else {}
    return {key: _from(one, found.get(key, {})) for key, one in by_key.items()}


def _from(resource: Resource, item: Item) -> Alias:
    homes = {name.removeprefix(_AT): str(home) for name, home in item.items() if name.startswith(_AT)}
    unplaced = frozenset(name.removeprefix(_UNPLACED) for name in item if name.startswith(_UNPLACED))
    return Alias(resource, str(item.get("name", "")), str(item.get("named_at", "")), homes, unplaced)


def called(alias: Alias, name: str, at: str) -> tuple[Alias, Update]:
    """Return the alias with this name, and its write, conditional on nobody having named it since."""
    unchanged = Test("named_at", "=", alias.named_at) if alias.name else Test("name", "absent")
    write = Update(alias.key, sets={"name": name, "named_at": at}, when=(unchanged,))
    return replace(alias, name=name, named_at=at), write


def stored_at(alias: Alias, control: str, home: str) -> Update:
    """The write that belongs to a finding that is stored under `home`: it holds only if that is where it belongs."""
    return Update(alias.key, sets={f"{_AT}{control}": home}, when=(_belongs(alias, control, home),))


def _belongs(alias: Alias, control: str, home: str) -> Test:
    if home != alias.current:
        return Test(f"{_AT}{control}", "=", home)
    return Test("name", "=", alias.name) if alias.name else Test("name", "absent")


def moved(alias: Alias, control: str) -> Update:
    """The write that belongs to a finding's move to where the name is; it has yet to be placed there."""
    sets = {f"{_AT}{control}": alias.name, f"{_UNPLACED}{control}": True}
    unchanged = (Test("name", "=", alias.name), Test(f"{_AT}{control}", "=", alias.homes[control]))
    return Update(alias.key, sets=sets, when=unchanged)


def placed(alias: Alias, control: str) -> Update:
    """The write that says that a finding that was moved has been placed."""
    return Update(alias.key, removes=(f"{_UNPLACED}{control}",), when=(Test("pk", "exists"),))
