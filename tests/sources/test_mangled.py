"""Reading a mangled event never raises, and no part of it is dropped without a reason."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data.controls import control_severity
from bot.domain.finding import fold
from tests.sources.builders import an_event, reading

NAMES = (
    "securityhub_failed",
    "securityhub_custom_action",
    "securityhub_cis_1_22",
    "findings_v2",
    "config_compliance_change",
    "config_imported",
    "guardduty",
)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.sampled_from(["\ud800", "\0", "AWS::::Account:", "arn:aws:::x", "arn:", "9" * 5_000, "2026-13-45", "#" * 300]),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.none(), max_size=2),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, inner in steps for place in _places(inner, (*path, step)))]


def _mangled(document: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    holder = document = copy.deepcopy(document)
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = junk
    return document


@pytest.mark.parametrize("name", NAMES)
def test_half_a_character_anywhere_costs_at_most_its_part(name: str) -> None:
    event = an_event(name)
    for path in _places(event):
        for one in reading(_mangled(event, path, "a\ud800")).observations:
            state = one.source
            told = [one.fid, state.fingerprint, state.id, state.product, one.written_resource, one.control]
            assert json.dumps(told, ensure_ascii=False).encode()


@given(st.sampled_from(NAMES), st.data(), JUNK)
def test_a_mangled_event_never_raises_and_never_vanishes(name: str, data: st.DataObject, junk: Any) -> None:
    event = an_event(name)
    seen = reading(_mangled(event, data.draw(st.sampled_from(_places(event))), junk))
    assert seen.observations or seen.ignored or seen.rejected
    for one in seen.observations:
        json.dumps([one.fid, one.control, one.resource.id, one.source.id], ensure_ascii=False).encode()
        assert fold(one, None, control_severity(one, None)).status
