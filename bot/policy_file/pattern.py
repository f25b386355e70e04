"""Patterns that a policy may hold texts of people against: none that could take for ever to say no.

Regular expressions with choices inside repetitions try a number of ways that doubles with every character
(owasp.org, "Regular expression Denial of Service"). What is allowed here has no repetition of anything but one
character or class, and few that may match more or less.
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
_CHOICE: Final = re.compile(rf"{_CLASS}|\\.|(\{{[0-9]+,[0-9]*\}}|[?+*]|\()")
_CHOICES: Final = 4


def safe_pattern(text: str) -> str:
    """The pattern itself. Raises ValueError for one that is none, or that could try too many ways."""
    if len(text) > MAX_LENGTH or not _SAFE.fullmatch(text) or _choices(text) > _CHOICES:
        raise ValueError(
            f"{text!r} may take very long to match, or is no pattern: use characters, classes such as [0-9], counts "
            f"such as {{7}}, words such as (CHG|INC), and at most {_CHOICES} of +, *, ?, {{1,7}} and groups"
        )
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no pattern: {error}") from None
    return text


def _choices(text: str) -> int:
    return sum(bool(found[1]) for found in _CHOICE.finditer(text))
