"""Values in words: what differs never reads the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.canonical import ABSENT, Secret, same
from bot.domain.plan import Change, SettingConflict
from bot.slack.text.blocks import code
from bot.slack.text.values import change_line, conflict_line, drift_line, format_value, full_change_lines

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "on",
        "off",
        "absent",
        "nothing",
        "none",
        "empty",
        "1",
        "-1",
        "",
        " a",
        "a ",
        "a, b",
        "[a]",
        "{a: b}",
        "on: a",
        '"',
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | texts | st.just(ABSENT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (ABSENT, "absent"),
        (True, "on"),
        (False, "off"),
        (None, "nothing"),
        (14, "14"),
        ("14", '"14"'),
        ("on", '"on"'),
        ("all four on", "all four on"),
        ("tcp 22 from 0.0.0.0/0", "tcp 22 from 0.0.0.0/0"),
        ("", '""'),
        (["a", "b"], "[a, b]"),
        ({"b", "a"}, "[a, b]"),
        ([], "empty"),
        ({}, "none"),
        ({"IgnorePublicAcls": True, "BlockPublicAcls": True}, "on: BlockPublicAcls, IgnorePublicAcls"),
        ({"a": True, "b": False}, "on: a; off: b"),
        ({"Effect": "Deny", "n": 1}, "{Effect: Deny; n: 1}"),
    ],
)
def test_a_value_is_formatted(value: Any, said: str) -> None:
    assert format_value(value) == said


@given(values, values)
def test_different_values_never_read_the_same(one: Any, other: Any) -> None:
    if not same(one, other):
        assert format_value(one) != format_value(other)
        assert code(format_value(one), 10_000) != code(format_value(other), 10_000)


def test_a_secret_is_masked_and_two_secrets_are_distinguishable() -> None:
    one, other = Secret.of("hunter2", b"key"), Secret.of("hunter3", b"key")
    assert format_value(one).startswith("••••••")
    assert "hunter" not in format_value(one)
    assert format_value(one) != format_value(other)


def test_a_truncated_value_is_marked() -> None:
    line = change_line(Change("policy", "x" * 500, ABSENT), 300)
    assert not line.whole
    assert "cut: open Review" in line.text


def test_a_modal_shows_a_long_value_in_full_on_its_own_line() -> None:
    lines = full_change_lines(Change("policy", "x" * 2000, ABSENT), 2_400)
    assert all(line.whole for line in lines)
    assert f"before `{'x' * 2000}`" in [line.text for line in lines]


def test_drift_shows_the_value_then_and_now() -> None:
    assert drift_line(SettingConflict("flag", 1, 2, "x")) == "flag   then `1` → now `x`"
    assert "would be set to something else" in drift_line(SettingConflict("flag", 1, 2, 1))


def test_a_conflict_has_three_values() -> None:
    assert conflict_line(SettingConflict("flag", ABSENT, 1, 2)) == "flag   was `absent` · fix set `1` · now `2`"
