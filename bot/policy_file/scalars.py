"""Scalar types of the policy file: ids, names, durations, times. Their errors say what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from bot.domain.finding import Severity
from bot.domain.plan import Effect
from bot.domain.policy import Stage, WriteBack
from bot.policy_file.pattern import safe_pattern

DEPLOYMENT: Final = "deployment"
NEVER: Final = "never"

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Matching:
    """Metadata of a text that must match all of `pattern`; `correction` completes the error message."""

    pattern: str
    correction: str

    def check(self, value: str) -> str:
        """Return the value. Raises ValueError."""
        if not re.fullmatch(self.pattern, value):
            raise ValueError(f"{value!r} {self.correction}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}


def one_of(names: list[str]) -> Callable[[Any], Any]:
    """Return a validator for one of these names; its error suggests the nearest one."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or value not in names:
            near = get_close_matches(str(value).upper(), names, 1) or get_close_matches(str(value).lower(), names, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"{value!r} is none of {', '.join(names)}{hint}")
        return value

    return check


def duration(text: Any) -> timedelta:
    """Parse `30m`, `24h` or `7d`. Raises ValueError."""
    match = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"{text!r} is not a duration: write 30m, 24h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def cards_from(text: str) -> str:
    """Parse `deployment` or an ISO date or time (by default UTC); return it as stored times are. Raises ValueError."""
    if text == DEPLOYMENT:
        return text
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither `deployment` nor a date like 2025-09-21") from None
    utc = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def time_zone(name: str) -> str:
    """Return the name of an existing time zone. Raises ValueError."""
    if name not in available_timezones():
        near = get_close_matches(name, available_timezones(), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"{name!r} is no time zone, such as Europe/Berlin{hint}")
    return name


def local_date(text: str) -> str:
    """Return a valid date. Raises ValueError."""
    if "T" in local_time(text):
        raise ValueError(f"{text!r} is no date like 2026-12-25")
    return text


def local_time(text: str) -> str:
    """Return a valid date, or local time without an offset. Raises ValueError."""
    wrong = f"{text!r} is neither a date like 2026-12-18 nor a local time like 2026-12-18T18:00"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?", text):
        raise ValueError(wrong)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(wrong) from None
    return text


Text = Annotated[str, Field(min_length=1, max_length=256)]
Team = Annotated[
    str, Matching("[TE][A-Z0-9]{2,20}", "is no workspace id: it starts with T (or E for an enterprise), like T0ACME")
]
Channel = Annotated[
    str, Matching("[CG][A-Z0-9]{2,20}", "is no channel id: it starts with C or G and stands at the end of its details")
]
User = Annotated[str, Matching("[UW][A-Z0-9]{2,20}", "is no user id: it starts with U or W, like U0DANA")]
Group = Annotated[str, Matching("S[A-Z0-9]{2,20}", "is no user group id: it starts with S, like S0SECENG")]
Mention = Annotated[
    str,
    Matching("|@[A-Za-z0-9._-]{1,79}|[UWS][A-Z0-9]{2,20}", "is no mention: write @name, a user id or a user group id"),
]
Account = Annotated[str, Matching("[0-9]{12}", "is no account id: twelve digits, in quotes")]
AccountGlob = Annotated[
    str,
    Matching(r"[0-9]{12}|[0-9?]{0,11}\*[0-9?*]*|[0-9?]{12}", "is neither twelve digits nor a pattern such as 1111*"),
]
RegionGlob = Annotated[str, Matching("[a-z0-9*?-]+", "is no Region, `global`, or a pattern such as eu-*")]
Control = Annotated[str, Matching(r"[A-Za-z][A-Za-z0-9]*\.[0-9]+", "is no control id, such as S3.8")]

TimeOfDay = Annotated[
    str, Matching("never|([01][0-9]|2[0-3]):[0-5][0-9]", 'is no time of day: write "09:00", in quotes, or never')
]
ClockTime = Annotated[str, Matching("([01][0-9]|2[0-3]):[0-5][0-9]", 'is no time of day: write "22:00", in quotes')]
Zone = Annotated[str, AfterValidator(time_zone)]
LocalTime = Annotated[str, AfterValidator(local_time)]
Pattern = Annotated[str, AfterValidator(safe_pattern)]
LocalDate = Annotated[str, AfterValidator(local_date)]
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DayName = Annotated[str, BeforeValidator(one_of(list(DAYS))), WithJsonSchema({"type": "string", "enum": list(DAYS)})]

EffectName = Annotated[
    str,
    BeforeValidator(one_of(list(Effect.__members__))),
    WithJsonSchema({"type": "string", "enum": list(Effect.__members__)}),
]
SeverityName = Annotated[
    Severity,
    BeforeValidator(one_of(list(Severity))),
    WithJsonSchema({"type": "string", "enum": [str(one) for one in Severity]}),
]
StageName = Annotated[
    Stage, BeforeValidator(one_of(list(Stage))), WithJsonSchema({"type": "string", "enum": [str(one) for one in Stage]})
]
WriteBackName = Annotated[
    WriteBack,
    BeforeValidator(one_of(list(WriteBack))),
    WithJsonSchema({"type": "string", "enum": [str(one) for one in WriteBack]}),
]
Duration = Annotated[
    timedelta, BeforeValidator(duration), WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,4}[mhd]$"})
]
CardsFrom = Annotated[str, AfterValidator(cards_from)]
Count = Annotated[int, Field(strict=True, ge=1, le=20)]
Hours = Annotated[int, Field(strict=True, ge=1, le=24 * 7)]
Days = Annotated[int, Field(strict=True, ge=1, le=365)]
