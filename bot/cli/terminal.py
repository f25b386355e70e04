"""Text for a terminal: nothing that an account holds can move the cursor or hide a line."""

from __future__ import annotations

from collections.abc import Iterable


def plain(text: str) -> str:
    """The text with everything that is not printable written out, as Python does."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def columns(rows: Iterable[tuple[str, ...]], indent: str = "  ") -> list[str]:
    """Lines with the cells below each other, two spaces between columns."""
    cells = [tuple(plain(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [_line(row, widths, indent) for row in cells]


def _line(row: tuple[str, ...], widths: list[int], indent: str) -> str:
    return (indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()
