"""Setting values as text. Different values never read the same, unless the line is marked as cut."""

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
"""Longest value that a card shows in full; longer ones are left to Review."""

_BARE: Final = re.compile(r"[^\s,:;{}\[\]()\"•](?:[^,;{}\[\]()\"•]*[^\s,;{}\[\]()\"•])?")
_CONSTANTS: Final = ((ABSENT, "absent"), (None, "nothing"), (True, "on"), (False, "off"))
_RESERVED: Final = frozenset({"none", "empty", *(text for _, text in _CONSTANTS)})
_HASH_PREFIX: Final = 6


@dataclass(frozen=True)
class SettingLine:
    """One setting as text; `whole` is False if a value was cut."""

    text: str
    whole: bool


def format_value(value: Value) -> str:
    """Format a value; text that could be taken for another value is quoted."""
    constant = next((text for one, text in _CONSTANTS if value is one), "")
    if constant:
        return constant
    if isinstance(value, Secret):
        return f"{value} ({value.keyed_hash[:_HASH_PREFIX]})"
    if isinstance(value, Mapping):
        return _format_mapping(value)
    if isinstance(value, AbstractSet):
        return _format_list(sorted(value, key=canonical))
    if isinstance(value, list | tuple):
        return _format_list(value)
    return _format_text(value) if isinstance(value, str) else str(value)


def _format_text(value: str) -> str:
    numeric = re.fullmatch(r"-?\d+", value)
    if value.lower() in _RESERVED or numeric or not _BARE.fullmatch(value):
        return json.dumps(value, ensure_ascii=False)
    return value


def _format_list(members: Sequence[Value]) -> str:
    if not members:
        return "empty"
    return f"[{', '.join(format_value(member) for member in members)}]"


def _format_mapping(value: Mapping[str, Value]) -> str:
    if not value:
        return "none"
    names = sorted(value)
    if _all_booleans(value.values()):
        return _format_booleans(value)
    return "{" + "; ".join(f"{_format_name(name)}: {format_value(value[name])}" for name in names) + "}"


def _all_booleans(members: Iterable[Value]) -> bool:
    return all(isinstance(member, bool) for member in members)


def _format_booleans(value: Mapping[str, Value]) -> str:
    """Format booleans as `on: a, b; off: c`."""
    parts = []
    for label, wanted in (("on", True), ("off", False)):
        names = [_format_name(name) for name in sorted(value) if value[name] is wanted]
        parts += [f"{label}: {', '.join(names)}"] if names else []
    return "; ".join(parts)


def _format_name(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) if ":" in name else _format_text(name)


def change_line(change: Change, limit: int = CARD_VALUE) -> SettingLine:
    """Format as `setting   before → after`."""
    before, after = format_value(change.before), format_value(change.after)
    whole = fits(change.setting, limit) and fits(before, limit) and fits(after, limit)
    text = f"{escape(change.setting, limit)}   {code(before, limit)} → {code(after, limit)}"
    return SettingLine(text if whole else f"{text}  _(cut: open Review to see all of it)_", whole)


def full_change_lines(change: Change, limit: int) -> list[SettingLine]:
    """As `change_line`; long values get a line each, so that a modal can show them in full."""
    short = change_line(change)
    if short.whole:
        return [short]
    parts = (("before", format_value(change.before)), ("after", format_value(change.after)))
    rows = [SettingLine(f"{label} {code(text, limit)}", fits(text, limit)) for label, text in parts]
    return [SettingLine(f"{escape(change.setting, limit)}", fits(change.setting, limit)), *rows]


def drift_line(conflict: SettingConflict, limit: int = CARD_VALUE) -> str:
    """Show a setting's value at the time of the request and its value now."""
    setting = escape(conflict.setting, limit)
    if same(conflict.before, conflict.now):
        now = code(format_value(conflict.now), limit)
        return f"{setting}   is {now} as before, but would be set to something else now"
    return (
        f"{setting}   then {code(format_value(conflict.before), limit)} → now {code(format_value(conflict.now), limit)}"
    )


def conflict_line(conflict: SettingConflict, limit: int = CARD_VALUE) -> str:
    """Show three values: before the fix, set by the fix, and now."""
    return (
        f"{escape(conflict.setting, limit)}   was {code(format_value(conflict.before), limit)} · "
        f"fix set {code(format_value(conflict.after), limit)} · now {code(format_value(conflict.now), limit)}"
    )
