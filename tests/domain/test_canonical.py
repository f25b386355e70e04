"""The same meaning gives the same text; what has no sure text raises."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.canonical import ABSENT, Secret, canonical, decode, encode, same, short_id
from bot.domain.errors import NotCanonical

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
KEYS = TEXT.filter(lambda key: key != "$cspm")
ATOMS = st.none() | st.booleans() | st.integers() | TEXT | st.just(ABSENT) | st.builds(Secret, TEXT)
VALUES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4) | st.frozensets(TEXT, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_comes_back_from_its_canonical_form_meaning_the_same(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(st.dictionaries(KEYS, st.integers(), min_size=2), st.randoms(use_true_random=False))
def test_the_order_of_a_mapping_does_not_matter(value: dict[str, int], chance: Any) -> None:
    members = list(value.items())
    chance.shuffle(members)
    assert canonical(dict(members)) == canonical(value)


@given(st.frozensets(TEXT | st.integers() | st.tuples(TEXT, TEXT)))
def test_a_set_means_the_same_as_the_sorted_list_that_comes_back(value: frozenset[Any]) -> None:
    assert same(value, decode(encode(value)))


def test_the_order_of_a_list_matters() -> None:
    assert not same(["a", "b"], ["b", "a"])


def test_canonical_text_is_compact_sorted_and_plain() -> None:
    assert canonical({"b": {"y", "x"}, "a": (1, None, True, "ü")}) == '{"a":[1,null,true,"ü"],"b":["x","y"]}'


@pytest.mark.parametrize(
    ("one", "other"), [(0, False), (1, True), ("1", 1), (None, ABSENT), ("", ABSENT), ([], ABSENT)]
)
def test_values_that_python_or_people_mix_up_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), b"x", bytearray(b"x"), Decimal(1), datetime(2025, 9, 21, tzinfo=UTC), object(), 1j, {1: "a"}],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_sure_text_raises_however_deep_it_is(value: Any) -> None:
    for nested in (value, [value], {"a": {"b": (value,)}}):
        with pytest.raises(NotCanonical):
            canonical(nested)


def test_text_that_cannot_be_written_as_utf_8_raises() -> None:
    for broken in ("\ud800", ["\ud800"], {"\ud800": 1}):
        with pytest.raises(NotCanonical):
            canonical(broken)


def test_nobody_can_forge_a_marker() -> None:
    with pytest.raises(NotCanonical):
        canonical({"$cspm": "absent"})


def test_absent_is_one_value_even_when_copied() -> None:
    assert copy.deepcopy(ABSENT) is ABSENT
    assert copy.copy(ABSENT) is ABSENT
    assert decode(encode(ABSENT)) is ABSENT


def test_a_secret_is_compared_by_its_keyed_hash_and_shown_as_dots() -> None:
    one = Secret.of("hunter2", b"key")
    assert one == Secret.of("hunter2", b"key")
    assert one != Secret.of("hunter3", b"key")
    assert one != Secret.of("hunter2", b"another key")
    assert str(one) == f"{one}" == "••••••"


def test_a_secret_is_nowhere_in_what_is_stored_or_printed() -> None:
    secret = Secret.of("hunter2", b"key")
    assert all("hunter2" not in text for text in (canonical({"password": secret}), repr(secret), str(secret)))


@given(st.lists(TEXT, min_size=1), st.lists(TEXT, min_size=1))
def test_short_ids_are_of_one_length_and_differ_where_the_parts_do(one: list[str], other: list[str]) -> None:
    assert len(short_id(*one)) == 26
    assert (short_id(*one) == short_id(*other)) == (one == other)
