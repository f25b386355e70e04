"""Text for a terminal, without control characters from external text, which could move the cursor or hide lines."""

from __future__ import annotations

from collections.abc import Iterable


def plain(text: str) -> str:
    """Return the text with unprintable characters as Python's escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def columns(rows: Iterable[tuple[str, ...]], indent: str = "  ") -> list[str]:
    """Return aligned lines, with two spaces between columns."""
    cells = [tuple(plain(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [_line(row, widths, indent) for row in cells]


def _line(row: tuple[str, ...], widths: list[int], indent: str) -> str:
    return (indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()
