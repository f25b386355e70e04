"""Charts as SVG text; `bot.slack.pages.png` converts them. Pure.

They have a light background of their own, so that they look the same in light and dark mode. Colours are Okabe and
Ito's palette, which is safe for colour blindness; colour alone carries no information.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 640
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 60, 74, 36

_BACKGROUND, _FOREGROUND, _MUTED, _GRID = "#FFFFFF", "#1D1C1D", "#616061", "#DDDDDD"
_BLUE, _ORANGE, _SKY, _YELLOW, _GREY = "#0072B2", "#D55E00", "#56B4E9", "#E69F00", "#999999"
_SEVERITY: Final = {"CRITICAL": _ORANGE, "HIGH": _YELLOW, "MEDIUM": _BLUE, "LOW": _SKY, "INFORMATIONAL": _GREY}

_LEAST_SPAN: Final = 5
_STEPS: Final = (1, 2, 5, 10, 20, 25)
_MOST_LINES: Final = 5
_MOST_BARS: Final = 8
_ROW: Final = 26

Values = Sequence[tuple[str, float | None]]


@dataclass(frozen=True)
class Scale:
    """Coordinates of the trend chart."""

    least: float
    most: float
    number: int

    def x(self, index: int) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * index / max(1, self.number - 1)

    def y(self, value: float) -> float:
        return _TOP + (HEIGHT - _TOP - _BOTTOM) * (self.most - value) / (self.most - self.least)


def trend(title: str, subtitle: str, values: Values) -> str:
    """Draw the score by day, oldest first, with a gap where nothing was recorded."""
    known = [value for _, value in values if value is not None]
    scale = _scale(known, len(values))
    parts = [
        *_titles(title, subtitle),
        *_grid(scale),
        *_days(scale, values),
        *(part for run in _segments(values) for part in _line(scale, run)),
        *_markers(scale, values),
    ]
    return _svg(HEIGHT, parts)


def _scale(known: Sequence[float], number: int) -> Scale:
    """Cover the known values with at least five points, on whole steps, between 0 and 100."""
    least, most = (min(known), max(known)) if known else (0.0, 100.0)
    step = _step(max(most - least, _LEAST_SPAN))
    low = max(0.0, step * (least // step))
    high = min(100.0, max(step * -(-most // step), low + max(_LEAST_SPAN, step)))
    return Scale(min(low, high - _LEAST_SPAN), high, number)


def _step(span: float) -> int:
    return next((step for step in _STEPS if span / step <= _MOST_LINES), _STEPS[-1])


def _grid(scale: Scale) -> Iterator[str]:
    step = _step(scale.most - scale.least)
    value = scale.least
    while value <= scale.most:
        y = scale.y(value)
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 8, y + 4, f"{value:g}", size=12, colour=_MUTED, anchor="end")
        value += step


def _days(scale: Scale, values: Values) -> Iterator[str]:
    last = len(values) - 1
    for index in dict.fromkeys((0, last // 2, last)):
        anchor = "start" if index == 0 else "end" if index == last else "middle"
        yield _text(scale.x(index), HEIGHT - 12, values[index][0], size=12, colour=_MUTED, anchor=anchor)


def _segments(values: Values) -> Iterator[list[tuple[int, float]]]:
    """Split the values into runs of days without a gap."""
    run: list[tuple[int, float]] = []
    for index, (_, value) in enumerate(values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((index, value))
    if run:
        yield run


def _line(scale: Scale, run: Sequence[tuple[int, float]]) -> Iterator[str]:
    points = [(scale.x(index), scale.y(value)) for index, value in run]
    if len(points) == 1:
        ((x, y),) = points
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_BLUE}"/>'
        return
    coordinates = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    first, last, floor = points[0][0], points[-1][0], HEIGHT - _BOTTOM
    yield f'<polygon points="{first:.1f},{floor} {coordinates} {last:.1f},{floor}" fill="{_BLUE}" opacity="0.10"/>'
    yield f'<polyline points="{coordinates}" fill="none" stroke="{_BLUE}" stroke-width="2.5" stroke-linejoin="round"/>'


def _markers(scale: Scale, values: Values) -> Iterator[str]:
    """Label the last value, and mark the largest drop from one day to the next with a triangle."""
    known = [(index, value) for index, (_, value) in enumerate(values) if value is not None]
    if not known:
        yield _text(WIDTH / 2, HEIGHT / 2, "Nothing recorded yet", size=16, colour=_MUTED, anchor="middle")
        return
    drops = [(after - before, index) for (_, before), (index, after) in pairwise(known) if after < before]
    if drops:
        drop, index = min(drops)
        yield from _drop_marker(scale.x(index), scale.y(dict(known)[index]), drop)
    index, value = known[-1]
    x, y = scale.x(index), scale.y(value)
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{_BLUE}"/>'
    yield _text(x + 10, y + 5, f"{value:g}", size=15, bold=True)


def _drop_marker(x: float, y: float, drop: float) -> Iterator[str]:
    yield f'<path d="M{x - 6:.1f},{y - 4:.1f} h12 l-6,10 z" fill="{_ORANGE}" stroke="{_BACKGROUND}"/>'
    side, anchor = (12, "start") if x < WIDTH / 2 else (-12, "end")
    yield _text(x + side, y + 4, f"−{-drop:.1f}", size=12, colour=_ORANGE, anchor=anchor, bold=True)


def bars(title: str, subtitle: str, rows: Sequence[tuple[str, str, int]]) -> str:
    """Draw a bar chart of (label, severity, number) rows, with each number at the end of its bar."""
    shown = rows[:_MOST_BARS]
    most = max((number for _, _, number in shown), default=0) or 1
    height = _TOP + _ROW * max(1, len(shown)) + 16
    parts = list(_titles(title, subtitle))
    for index, (label, severity, number) in enumerate(shown):
        parts += _bar(_TOP + _ROW * index, label, _SEVERITY.get(severity, _GREY), number, number / most)
    return _svg(height, parts)


def _bar(top: float, label: str, colour: str, number: int, share: float) -> Iterator[str]:
    left, room = 170, WIDTH - 170 - 80
    yield _text(left - 10, top + 13, _short(label), size=13, anchor="end")
    yield f'<rect x="{left}" y="{top}" width="{max(2, room * share):.1f}" height="17" rx="2" fill="{colour}"/>'
    yield _text(left + max(2, room * share) + 8, top + 13, f"{number:,}", size=13, bold=True)


def _short(label: str, most: int = 17) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _titles(title: str, subtitle: str) -> Iterator[str]:
    yield _text(20, 32, title, size=19, bold=True)
    yield _text(20, 53, subtitle, size=13, colour=_MUTED)


def _text(
    x: float, y: float, text: str, *, size: int, colour: str = _FOREGROUND, anchor: str = "start", bold: bool = False
) -> str:
    """Text with an outline in the background colour, so that it stays readable over lines."""
    weight = ' font-weight="bold"' if bold else ""
    style = f'font-size="{size}" fill="{colour}" stroke="{_BACKGROUND}" stroke-width="3" paint-order="stroke"{weight}'
    clean = escape("".join(char if char.isprintable() else "?" for char in text))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {style}>{clean}</text>'


def _svg(height: float, parts: Sequence[str]) -> str:
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    scale = f'x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8"'
    card = f'<rect {scale} fill="{_BACKGROUND}" stroke="{_GRID}"/>'
    inner = "".join((card, *parts))
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="DejaVu Sans">{inner}</svg>'
