"""Parsing and subtraction of port ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.remediations.toolkit.port_ranges import LAST_PORT, all_ports_except, parse_port_ranges, subtract_ranges

ports = st.integers(0, LAST_PORT)
some_spans = st.tuples(ports, ports).map(lambda pair: (min(pair), max(pair)))


@given(span=some_spans, wrong=st.lists(some_spans, max_size=6), port=ports)
def test_what_is_left_is_what_was_there_and_is_not_wrong(
    span: tuple[int, int], wrong: list[tuple[int, int]], port: int
) -> None:
    left = subtract_ranges(span, wrong)
    is_left = any(low <= port <= high for low, high in left)
    was_there = span[0] <= port <= span[1]
    is_wrong = any(low <= port <= high for low, high in wrong)
    assert is_left == (was_there and not is_wrong)
    assert left == sorted(left)


def test_everything_but_what_is_allowed() -> None:
    assert all_ports_except(parse_port_ranges([443, "80-81"])) == ((0, 79), (82, 442), (444, 65535))


@pytest.mark.parametrize("wrong", ["http", "80-", "-1", 70000, "80-https"])
def test_what_is_no_port_is_refused(wrong: int | str) -> None:
    with pytest.raises(BadInput):
        parse_port_ranges([wrong])
