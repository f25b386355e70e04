"""SVG to PNG, with bundled fonts: the same picture on every machine."""

from __future__ import annotations

from importlib import resources
from typing import Final

ZOOM: Final = 2.0
"""Twice the size, for high-density screens."""


def png(svg: str) -> bytes:
    """Rasterise the SVG. resvg is imported on use: most calls draw nothing."""
    from resvg_py import svg_to_bytes  # noqa: PLC0415 - see above

    with resources.as_file(resources.files("bot").joinpath("data", "fonts")) as folder:
        fonts = sorted(str(path) for path in folder.glob("*.ttf"))
        return bytes(
            svg_to_bytes(
                svg_string=svg,
                skip_system_fonts=True,
                font_files=fonts,
                font_family="DejaVu Sans",
                sans_serif_family="DejaVu Sans",
                zoom=ZOOM,
            )
        )
