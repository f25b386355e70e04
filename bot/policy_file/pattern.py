"""Regular expressions that a policy may match against users' text, without exponential backtracking.

Alternatives inside repetitions double the number of attempts with every character (owasp.org, "Regular expression
Denial of Service"). Allowed patterns repeat single characters or classes only, with a few variable repetitions.
"""

from __future__ import annotations

import re
from typing import Final

MAX_LENGTH: Final = 100
_CLASS: Final = r"\[(?:\\.|[^\[\]\\])+\]"
_ONE: Final = rf"(?:{_CLASS}|\\[dws.+*?()/#-]|[A-Za-z0-9 _#:/.-])"
_WORDS: Final = r"\((?:\?:)?[A-Za-z0-9 _#:/-]+(?:\|[A-Za-z0-9 _#:/-]+)*\)"
_COUNT: Final = r"(?:\{[0-9]{1,2}\}|\{[0-9]{1,2},[0-9]{0,2}\}|[?+*])"
_SAFE: Final = re.compile(rf"(?:{_WORDS}|{_ONE}{_COUNT}?)+")
_VARIABLE_PART: Final = re.compile(rf"{_CLASS}|\\.|(\{{[0-9]+,[0-9]*\}}|[?+*]|\()")
_MAX_VARIABLE_PARTS: Final = 4


def safe_pattern(text: str) -> str:
    """Return the pattern. Raises ValueError for an invalid one, or one that could backtrack too much."""
    if len(text) > MAX_LENGTH or not _SAFE.fullmatch(text) or _variable_parts(text) > _MAX_VARIABLE_PARTS:
        raise ValueError(
            f"{text!r} may take very long to match, or is no pattern: use characters, classes such as [0-9], counts "
            f"such as {{7}}, words such as (CHG|INC), and at most {_MAX_VARIABLE_PARTS} of +, *, ?, {{1,7}} and groups"
        )
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no pattern: {error}") from None
    return text


def _variable_parts(text: str) -> int:
    return sum(bool(found[1]) for found in _VARIABLE_PART.finditer(text))
