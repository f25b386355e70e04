"""What a button carries, and that nothing else is taken for it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.slack.ids import ButtonValue, Metadata

MANIFEST = "0123456789abcdef0123456789abcdef"


def test_button_values_round_trip() -> None:
    value = ButtonValue("01K5Z0000000000000000000AA", MANIFEST)
    assert value.text == f'{{"c":"01K5Z0000000000000000000AA","m":"{MANIFEST}"}}'
    assert ButtonValue.parse(value.text) == value


def test_metadata_round_trips() -> None:
    meta = Metadata("01CASE", MANIFEST, "C0SECPROD", "1758445200.000100", 3)
    assert Metadata.parse(meta.text) == meta


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"c":"01CASE"}',
        '{"c":"01CASE","m":"XYZ"}',
        '{"c":"","m":""}',
        '{"c":"01#CASE","m":""}',
        '{"c":["01CASE"],"m":""}',
        '{"c":"01CASE","m":"","x":1}',
        '{"c":"01CASE\\n","m":""}',
        "[" * 100_000,
        None,
        7,
    ],
)
def test_anything_else_is_bad_input(text: object) -> None:
    with pytest.raises(BadInput):
        ButtonValue.parse(text)


@pytest.mark.parametrize("page", ["true", "-1", "1.5", '"1"', "99999"])
def test_a_page_is_a_small_whole_number(page: str) -> None:
    with pytest.raises(BadInput):
        Metadata.parse(f'{{"c":"01CASE","ch":"","m":"","p":{page},"ts":""}}')


@given(st.text())
def test_text_never_raises_anything_but_bad_input(text: str) -> None:
    with contextlib.suppress(BadInput):
        ButtonValue.parse(text)
