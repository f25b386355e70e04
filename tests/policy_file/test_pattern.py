"""Regular expressions that a policy may and may not have."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy_file.pattern import safe_pattern

USUAL = (
    "CHG[0-9]{7}",
    r"CHG\d{7}",
    "(CHG|INC)[0-9]+",
    "[A-Z]{2,10}-[0-9]+",
    r"JIRA-\d+(?:a|b)",
    "RFC [0-9]{4}/[0-9]{2}",
)
ENDLESS = ("(a+)+", "(a|a)*", "([a-z]+)*b", r"(\w+-)+\d", "a*a*a*a*a*b", "(a|ab|abc)+", "(.*)*", r"(\d+|x)+")


@pytest.mark.parametrize("pattern", USUAL)
def test_usual_ones_are_taken(pattern: str) -> None:
    assert safe_pattern(pattern) == pattern


@pytest.mark.parametrize("pattern", ENDLESS)
def test_one_that_could_try_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="may take very long"):
        safe_pattern(pattern)


@pytest.mark.parametrize("pattern", ["", "[z-a]", "a{5,2}", "(", "[", r"(?=a)", r"(a)\1", "^CHG$", "a" * 101, r"\x"])
def test_what_is_no_pattern_or_needs_more_than_this_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        safe_pattern(pattern)


@given(st.text("ab[]()|+*?{}19,-\\d", max_size=30), st.text("ab-1", max_size=64))
def test_whatever_is_taken_answers_at_once(pattern: str, text: str) -> None:
    try:
        taken = safe_pattern(pattern)
    except ValueError:
        return
    begun = time.perf_counter()
    re.fullmatch(taken, text)
    assert time.perf_counter() - begun < 1
