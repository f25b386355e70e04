"""Normalisation of external text, times and severities for keys, cards and comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from bot.domain.canonical import short_id
from bot.domain.finding import Severity

MAX_KEY: Final = 128
MAX_ID: Final = 1_024
MAX_NAME: Final = 100
MAX_TITLE: Final = 256
MAX_TEXT: Final = 1_024

_NOT_IN_KEYS: Final = re.compile(r"[^A-Za-z0-9 ._:/@+=,()!*-]+")
_CONTROL_CHARACTERS: Final = re.compile(r"[\x00-\x1f\x7f]+")
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]+")
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_LAST_INSTANT: Final = 253_402_300_799_000
"""The last millisecond count that a date can hold (year 9999)."""


def _text(value: Any) -> str:
    return _SURROGATES.sub("�", value) if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [_text(one) for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _name(value: Any) -> Any:
    return _text(value) if value is None or isinstance(value, str) else value


def _word(value: Any) -> Any:
    named = _name(value)
    return named.strip().upper() if isinstance(named, str) else named


Text = Annotated[str, BeforeValidator(_text)]
"""Descriptive text: another type counts as absent, so that the finding is not rejected for it."""

Name = Annotated[str, BeforeValidator(_name)]
"""Identifying text: absent is '', another type is an error."""

Texts = Annotated[list[str], BeforeValidator(_texts)]
"""The strings of a list; other members count as absent."""

Keyword = Annotated[str, BeforeValidator(_word)]
"""A status or verdict: upper case, absent is '', another type is an error."""


def is_account(text: str) -> bool:
    """Return whether the text is an AWS account id: twelve digits."""
    return _ACCOUNT.fullmatch(text) is not None


def line(text: str, limit: int = MAX_TEXT) -> str:
    """Return external text as one line, without control characters and no longer than `limit`."""
    flat = _CONTROL_CHARACTERS.sub(" ", _text(text)).strip()
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def key(text: str, limit: int = MAX_KEY) -> str:
    """Return external text as a key part: safe characters, bounded; a hash keeps long ones distinct."""
    safe = _NOT_IN_KEYS.sub("_", text).strip()
    if len(safe) <= limit:
        return safe
    return f"{safe[: limit - 27]}~{short_id(text)}"


def bounded_id(text: str) -> str:
    """Return an id unchanged if it is short and has no control characters, else its hash."""
    plain = _CONTROL_CHARACTERS.search(text) is None
    return text if plain and len(text) <= MAX_ID else short_id(text)


def severity(label: str, normalized: float | None = None) -> str:
    """Return the severity label, else the one for Normalized (0, 1-39, 40-69, 70-89, 90-100), else ''."""
    upper = label.strip().upper()
    if upper in set(Severity):
        return upper
    if normalized is None or not 0 <= normalized <= 100:  # noqa: PLR2004 - the scale of ASFF's Severity.Normalized
        return ""
    floors = ((90, Severity.CRITICAL), (70, Severity.HIGH), (40, Severity.MEDIUM), (1, Severity.LOW))
    return next((name for floor, name in floors if normalized >= floor), Severity.INFORMATIONAL)


def instant(value: object) -> str:
    """Return a time as UTC ISO text of one fixed form, which sorts by time; '' for an invalid time.

    Accepts ISO 8601 text (UTC without an offset) and, as in OCSF, integer milliseconds since 1970.
    """
    moment = _moment(value)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z") if moment else ""


def first_instant(values: Iterable[object]) -> str:
    """Return the first valid time, or ''."""
    return next(filter(None, map(instant, values)), "")


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LAST_INSTANT:
            return datetime.fromtimestamp(value / 1000, tz=UTC)
    except (ValueError, OverflowError):
        return None
    return None
