"""Names of resources that AWS Config knows by internal ids, and where the findings of each are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.ports import Item, Key, Table, Test, Update
from bot.domain.resource import Resource
from bot.store import keys

_AT: Final = "at:"
_UNPLACED: Final = "unplaced:"
"""Prefixes of attributes by control: where its finding is stored, and that it is not yet assigned there."""


@dataclass(frozen=True)
class Alias:
    """A resource by its internal id. `name` is its ARN, '' until it is known, and `named_at` since when.

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
        """The name, if it is known, else the internal id."""
        return self.name or self.resource.id

    @property
    def strays(self) -> tuple[str, ...]:
        """The controls whose findings are not yet stored under the name."""
        return tuple(sorted(control for control, home in self.homes.items() if home != self.current))


def key_of(resource: Resource) -> Key:
    """Return the key of the alias of a resource with this internal id."""
    return keys.alias(resource.account, resource.region, resource.type, resource.id)


def load_aliases(table: Table, wanted: Iterable[Resource]) -> dict[Key, Alias]:
    """Return the aliases of these resources by key, empty ones where nothing is known: one batched read."""
    by_key = {key_of(one): one for one in wanted}
    found = table.get_many(by_key) if by_key else {}
    return {key: _from(one, found.get(key, {})) for key, one in by_key.items()}


def _from(resource: Resource, item: Item) -> Alias:
    homes = {name.removeprefix(_AT): str(home) for name, home in item.items() if name.startswith(_AT)}
    unplaced = frozenset(name.removeprefix(_UNPLACED) for name in item if name.startswith(_UNPLACED))
    return Alias(resource, str(item.get("name", "")), str(item.get("named_at", "")), homes, unplaced)


def called(alias: Alias, name: str, at: str) -> tuple[Alias, Update]:
    """Return the alias with this name, and its write on condition that it has not been named since."""
    unchanged = Test("named_at", "=", alias.named_at) if alias.name else Test("name", "absent")
    write = Update(alias.key, sets={"name": name, "named_at": at}, when=(unchanged,))
    return replace(alias, name=name, named_at=at), write


def stored_at(alias: Alias, control: str, home: str) -> Update:
    """Return the write for the transaction that stores a finding under `home`, on condition that it belongs there."""
    return Update(alias.key, sets={f"{_AT}{control}": home}, when=(_belongs(alias, control, home),))


def _belongs(alias: Alias, control: str, home: str) -> Test:
    if home != alias.current:
        return Test(f"{_AT}{control}", "=", home)
    return Test("name", "=", alias.name) if alias.name else Test("name", "absent")


def moved(alias: Alias, control: str) -> Update:
    """Return the write for the transaction that moves a finding to the name, where it is still to be assigned."""
    sets = {f"{_AT}{control}": alias.name, f"{_UNPLACED}{control}": True}
    unchanged = (Test("name", "=", alias.name), Test(f"{_AT}{control}", "=", alias.homes[control]))
    return Update(alias.key, sets=sets, when=unchanged)


def placed(alias: Alias, control: str) -> Update:
    """Return the write after a moved finding has been assigned."""
    return Update(alias.key, removes=(f"{_UNPLACED}{control}",), when=(Test("pk", "exists"),))
