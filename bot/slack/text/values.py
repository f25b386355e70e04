"""Setting values in words. Two values that differ never read the same, or the row says that it is not whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from bot.domain.canonical import ABSENT, Secret, Value, canonical, same
from bot.domain.plan import Change, SettingConflict
from bot.slack.text.blocks import code, escape, fits

CARD_VALUE: Final = 300
"""The longest value that a card shows whole; longer ones are for Review."""

_BARE: Final = re.compile(r"[^\s,:;{}\[\]()\"•](?:[^,;{}\[\]()\"•]*[^\s,;{}\[\]()\"•])?")
_CONSTANTS: Final = ((ABSENT, "absent"), (None, "nothing"), (True, "on"), (False, "off"))
_RESERVED: Final = frozenset({"none", "empty", *(word for _, word in _CONSTANTS)})
_SECRET_SIGNS: Final = 6


@dataclass(frozen=True)
class Line:
    """One change as people read it; `whole` is False when a value had to be cut."""

    text: str
    whole: bool


def words(value: Value) -> str:
    """The value as people say it; text that could be taken for something else stands in quotation marks."""
    constant = next((word for one, word in _CONSTANTS if value is one), "")
    if constant:
        return constant
    if isinstance(value, Secret):
        return f"{value} ({value.keyed_hash[:_SECRET_SIGNS]})"
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, AbstractSet):
        return _several(sorted(value, key=canonical))
    if isinstance(value, list | tuple):
        return _several(value)
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    numeric = re.fullmatch(r"-?\d+", value)
    if value.lower() in _RESERVED or numeric or not _BARE.fullmatch(value):
        return json.dumps(value, ensure_ascii=False)
    return value


def _several(members: Sequence[Value]) -> str:
    if not members:
        return "empty"
    return f"[{', '.join(words(member) for member in members)}]"


def _mapping(value: Mapping[str, Value]) -> str:
    if not value:
        return "none"
    names = sorted(value)
    if _all_switches(value.values()):
        return _switches(value)
    return "{" + "; ".join(f"{_name(name)}: {words(value[name])}" for name in names) + "}"


def _all_switches(members: Iterable[Value]) -> bool:
    return all(isinstance(member, bool) for member in members)


def _switches(value: Mapping[str, Value]) -> str:
    """Switches by where they stand: `on: a, b; off: c`."""
    parts = []
    for label, wanted in (("on", True), ("off", False)):
        names = [_name(name) for name in sorted(value) if value[name] is wanted]
        parts += [f"{label}: {', '.join(names)}"] if names else []
    return "; ".join(parts)


def _name(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) if ":" in name else _text(name)


def change_line(change: Change, limit: int = CARD_VALUE) -> Line:
    """`setting   before → after`."""
    before, after = words(change.before), words(change.after)
    whole = fits(change.setting, limit) and fits(before, limit) and fits(after, limit)
    text = f"{escape(change.setting, limit)}   {code(before, limit)} → {code(after, limit)}"
    return Line(text if whole else f"{text}  _(cut: open Review to see all of it)_", whole)


def long_lines(change: Change, limit: int) -> list[Line]:
    """A change as `change_line`; with long values one line for each, so that a modal can hold them whole."""
    short = change_line(change)
    if short.whole:
        return [short]
    parts = (("before", words(change.before)), ("after", words(change.after)))
    rows = [Line(f"{label} {code(text, limit)}", fits(text, limit)) for label, text in parts]
    return [Line(f"{escape(change.setting, limit)}", fits(change.setting, limit)), *rows]


def drift_line(conflict: SettingConflict, limit: int = CARD_VALUE) -> str:
    """What a setting was when people were asked, and what it is now."""
    setting = escape(conflict.setting, limit)
    if same(conflict.before, conflict.now):
        return f"{setting}   is {code(words(conflict.now), limit)} as before, but would be set to something else now"
    return f"{setting}   then {code(words(conflict.before), limit)} → now {code(words(conflict.now), limit)}"


def conflict_line(conflict: SettingConflict, limit: int = CARD_VALUE) -> str:
    """Three values: what it was, what the fix made it, what somebody has made it since."""
    return (
        f"{escape(conflict.setting, limit)}   was {code(words(conflict.before), limit)} · "
        f"fix set {code(words(conflict.after), limit)} · now {code(words(conflict.now), limit)}"
    )
