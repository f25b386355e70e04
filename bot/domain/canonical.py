"""Canonical JSON: equal values give the same text, so that it can be digested and compared."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import NotCanonical


class _Absent:
    """The value of a setting that does not exist; its one instance is `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __copy__(self) -> _Absent:
        return self

    def __deepcopy__(self, _memo: object) -> _Absent:
        return self


ABSENT: Final = _Absent()


@dataclass(frozen=True)
class Secret:
    """A secret value of a setting: its keyed hash only, so that values can be compared but not read."""

    keyed_hash: str

    @classmethod
    def of(cls, value: str, key: bytes) -> Secret:
        """Hash `value` with `key` (HMAC-SHA-256); the value itself is not stored."""
        return cls(hmac.new(key, value.encode(), hashlib.sha256).hexdigest())

    def __str__(self) -> str:
        return "••••••"


Value = Any
"""A setting's value: None, bool, int, str, lists, sets and string-keyed mappings of them, `ABSENT`, or `Secret`."""

_MARK = "$cspm"


def encode(value: Value) -> Any:
    """Return `value` as JSON types: sets as sorted lists, markers for ABSENT and Secret. Raises NotCanonical."""
    if value is ABSENT:
        return {_MARK: "absent"}
    if isinstance(value, Secret):
        return {_MARK: "secret", "hash": value.keyed_hash}
    if isinstance(value, str):
        return _writable(value)
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, Mapping):
        return _encode_mapping(value)
    if isinstance(value, AbstractSet):
        return sorted((encode(member) for member in value), key=dumps)
    if isinstance(value, list | tuple):
        return [encode(member) for member in value]
    raise NotCanonical(f"a plan cannot hold a {type(value).__name__}: use text, whole numbers, lists, sets or mappings")


def _encode_mapping(value: Mapping[Any, Value]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise NotCanonical("the keys of a mapping in a plan must be text")
    if _MARK in value:
        raise NotCanonical(f"a mapping in a plan must not have the key {_MARK}")
    return {_writable(key): encode(member) for key, member in value.items()}


def _writable(text: str) -> str:
    """Return the text if it is valid UTF-8: JSON's escapes allow half a surrogate pair, which cannot be digested."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a plan cannot hold text with half a surrogate pair in it") from error
    return text


def decode(value: Any) -> Value:
    """Decode what `encode` returns; sets come back as sorted lists."""
    if isinstance(value, dict):
        if value.get(_MARK) == "absent":
            return ABSENT
        if value.get(_MARK) == "secret":
            return Secret(value["hash"])
        return {key: decode(member) for key, member in value.items()}
    if isinstance(value, list):
        return [decode(member) for member in value]
    return value


def dumps(encoded: Any) -> str:
    """Return the canonical text of an encoded value: sorted keys, no spaces, no escapes but those of JSON."""
    return json.dumps(encoded, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Value) -> str:
    """Return the canonical text of any plan value. Raises NotCanonical."""
    return dumps(encode(value))


def same(one: Value, other: Value) -> bool:
    """Return whether two values are equal in canonical form (a set equals the sorted list of its members)."""
    return canonical(one) == canonical(other)


def sha256(text: str) -> str:
    """Return the hexadecimal SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def short_id(*parts: str) -> str:
    """Return a key of fixed length (26 lower-case base-32 characters, 130 bits) for parts of any length and content."""
    digest = hashlib.sha256(dumps(list(parts)).encode()).digest()
    return base64.b32encode(digest).decode().lower().rstrip("=")[:26]
