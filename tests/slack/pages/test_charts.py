"""Charts: what they show is right, readable, and the same picture everywhere."""

from __future__ import annotations

import struct
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.pages.charts import HEIGHT, WIDTH, bars, trend
from bot.slack.pages.png import ZOOM, png

SVG = "{http://www.w3.org/2000/svg}"
PAPER = "#FFFFFF"

scores = st.none() | st.floats(0, 100).map(lambda number: round(number, 1))
histories = st.lists(scores, min_size=2, max_size=90).map(
    lambda values: [(f"2026-09-{place:02}", value) for place, value in enumerate(values)]
)


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own text


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in drawn(svg).iter(f"{SVG}text")]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(histories)
def test_everything_is_within_the_picture(history: list[tuple[str, float | None]]) -> None:
    for node in drawn(trend("Score", "of all", history)).iter():
        for name, most in (("x", WIDTH), ("y", HEIGHT), ("cx", WIDTH), ("cy", HEIGHT)):
            assert 0 <= float(node.get(name, 0)) <= most
        for point in (node.get("points") or "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


def test_no_line_crosses_a_gap() -> None:
    history = [("1", 70.0), ("2", 71.0), ("3", None), ("4", 72.0), ("5", 73.0)]
    assert len(list(drawn(trend("Score", "", history)).iter(f"{SVG}polyline"))) == 2


def test_the_last_value_and_the_largest_drop_are_labelled() -> None:
    said = texts(trend("Score", "", [("1", 80.0), ("2", 71.5), ("3", 75.0)]))
    assert "75" in said
    assert "−8.5" in said


@pytest.mark.parametrize("history", [[("1", None), ("2", None)], [("1", None), ("2", 100.0)], [("1", 0.0), ("2", 0.0)]])
def test_sparse_data_is_drawn(history: list[tuple[str, float | None]]) -> None:
    assert png(trend("Score", "", history)).startswith(b"\x89PNG")


def test_external_text_cannot_become_markup() -> None:
    svg = bars("Worst <b>", "a & b", [('"/><script>', "HIGH", 3), ("\x1b[2J\x00", "LOW", 1)])
    assert list(drawn(svg).iter(f"{SVG}script")) == []
    assert "Worst <b>" in texts(svg)


def test_every_text_has_enough_contrast() -> None:
    svg = trend("Score", "of all", [("1", 80.0), ("2", 70.0)]) + bars("Worst", "", [("a", "CRITICAL", 3)])
    colours = {
        node.get("fill", "") for part in svg.split("<svg")[1:] for node in drawn(f"<svg{part}").iter(f"{SVG}text")
    }
    assert all(contrast(colour, PAPER) >= 3.8 for colour in colours)


def test_the_picture_has_a_background_of_its_own() -> None:
    card = next(drawn(trend("Score", "", [("1", 80.0), ("2", 70.0)])).iter(f"{SVG}rect"))
    assert (card.get("fill"), float(card.get("width", 0)) > WIDTH - 2) == (PAPER, True)


def test_the_png_uses_the_bundled_font_at_twice_the_size() -> None:
    history = [("1", 80.0), ("2", 70.0)]
    picture = png(trend("Score", "of all", history))
    assert struct.unpack(">II", picture[16:24]) == (WIDTH * ZOOM, HEIGHT * ZOOM)
    assert picture == png(trend("Score", "of all", history))
    assert len(picture) > len(png(trend("", "", history))) + 1_000
