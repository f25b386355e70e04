"""DynamoDB's limits on types, keys and sizes, checked before a call, so that both tables reject the same writes.

AWS, DynamoDB Developer Guide, "Quotas in Amazon DynamoDB" and "Amazon DynamoDB transactions".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.domain.errors import NotStorable, TooLarge
from bot.domain.ports import Check, Delete, IndexName, Item, Key, Put, Test, Update, Write

INDEXES: Final[tuple[IndexName, ...]] = ("due", "behind")
INDEX_KEYS: Final = frozenset(f"{index}_{part}" for index in INDEXES for part in ("pk", "sk"))
MAX_ITEM: Final = 400 * 1024
MAX_TRANSACTION: Final = 4 * 1024 * 1024
MAX_WRITES: Final = 100
_MAX_PARTITION_KEY: Final = 2048
_MAX_SORT_KEY: Final = 1024
_MAX_NUMBER: Final = 10**38
_MAX_DEPTH: Final = 32
_ORDERED: Final = ("<", "<=", ">", ">=")


def key_of(write: Write) -> Key:
    return Key(write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key


def check_writes(writes: Sequence[Write]) -> None:
    """Raise NotStorable or TooLarge for writes that DynamoDB rejects whatever the table holds."""
    if len(writes) > MAX_WRITES:
        raise TooLarge(f"{len(writes)} writes in one transaction: at most {MAX_WRITES}")
    for write in writes:
        _check_write(write)
    keys = [key_of(write) for write in writes]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotStorable(f"two writes of {twice.pk} / {twice.sk} in one transaction: merge them")
    if (size := sum(_size_of_write(write) for write in writes)) > MAX_TRANSACTION:
        raise TooLarge(f"{size} bytes in one transaction: at most {MAX_TRANSACTION}")


def check_item(item: Item) -> None:
    """Raise NotStorable or TooLarge for an item that DynamoDB cannot store."""
    if not {"pk", "sk"} <= item.keys():
        raise NotStorable("an item needs its keys pk and sk")
    _check_key(Key(item["pk"], item["sk"]))
    _check_attributes(item)
    if (size := size_of(item)) > MAX_ITEM:
        raise TooLarge(f"item {item['pk']} / {item['sk']} has {size} bytes: at most {MAX_ITEM}")


def size_of(value: Any) -> int:
    """Return the bytes as DynamoDB counts them ("DynamoDB item sizes and formats"); for an item, names included."""
    if isinstance(value, str):
        return _length(value)
    if isinstance(value, bool):
        return 1
    if isinstance(value, int):
        return len(str(abs(value))) // 2 + 2
    if isinstance(value, Mapping):
        return 3 + sum([1 + _length(name) + size_of(member) for name, member in value.items()])
    return 3 + sum([1 + size_of(member) for member in value])


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _check_write(write: Write) -> None:
    match write:
        case Put(item=item):
            check_item(item)
        case Update():
            _check_key(write.key)
            _check_update(write)
        case Delete(key=key) | Check(key=key):
            _check_key(key)
    if isinstance(write, Check) and not write.when:
        raise NotStorable("a check needs a condition")
    for test in write.when:
        _check_test(test)


def _check_update(update: Update) -> None:
    names = [*update.sets, *update.adds, *update.removes]
    if not names:
        raise NotStorable(f"an update of {update.key.pk} / {update.key.sk} changes nothing: use a check")
    if len(set(names)) < len(names):
        raise NotStorable(f"an update names an attribute twice: {sorted(names)}")
    if {"pk", "sk"} & set(names):
        raise NotStorable("an update cannot change pk or sk")
    if INDEX_KEYS & update.adds.keys():
        raise NotStorable("an index key is text: nothing can be added to it")
    _check_attributes(update.sets)
    _check_attributes(update.adds)


def _check_test(test: Test) -> None:
    if test.op in ("absent", "exists"):
        return
    _check_value(test.attribute, test.value)
    if test.op in _ORDERED and (isinstance(test.value, bool) or not isinstance(test.value, int | str)):
        raise NotStorable(f"{test.attribute} {test.op} …: only strings and integers have an order")


def _check_key(key: Key) -> None:
    for name, value, most in (("pk", key.pk, _MAX_PARTITION_KEY), ("sk", key.sk, _MAX_SORT_KEY)):
        _check_key_part(name, value, most)


def _check_key_part(name: str, value: Any, most: int) -> None:
    if not isinstance(value, str) or not value:
        raise NotStorable(f"the key attribute {name} must be text and not empty, it is {value!r}")
    if _length(value) > most:
        raise NotStorable(f"the key attribute {name} is longer than {most} bytes: {value[:80]!r}…")


def _check_attributes(attributes: Mapping[str, Any]) -> None:
    for name, value in attributes.items():
        if name in INDEX_KEYS:
            _check_key_part(name, value, _MAX_PARTITION_KEY if name.endswith("_pk") else _MAX_SORT_KEY)
        _check_value(name, value)


def _check_value(path: str, value: Any, depth: int = 0) -> None:
    if depth > _MAX_DEPTH:
        raise NotStorable(f"{path[:80]}… is nested deeper than {_MAX_DEPTH}")
    if isinstance(value, (str, bool)):
        return
    if isinstance(value, int):
        if abs(value) >= _MAX_NUMBER:
            raise NotStorable(f"{path} has more than 38 digits")
        return
    for name, member in _members(path, value):
        _check_value(name, member, depth + 1)


def _members(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list | tuple):
        return ((f"{path}[{index}]", member) for index, member in enumerate(value))
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise NotStorable(f"{path} has a key that is not a string")
        return ((f"{path}.{name}", member) for name, member in value.items())
    raise NotStorable(f"{path} is a {type(value).__name__}: store strings, integers, booleans, lists and mappings")


def _size_of_write(write: Write) -> int:
    match write:
        case Put(item=item):
            return size_of(item)
        case Update(sets=sets, adds=adds):
            return size_of(sets) + size_of(adds)
        case _:
            return 0
