"""Reproducible deployment zip: the same files give the same bytes."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from infra.local.translate import ROOT

PACKAGES: Final = ("bot", "handlers")

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Earliest time that a zip can hold. Python ignores it here, since the bytecode is not checked against its source."""

_MODE: Final = 0o100644 << 16
"""World-readable, as Lambda requires, whatever the umask."""


def packed(files: Iterable[Path], root: Path) -> bytes:
    """Zip the files under their paths relative to `root`, sorted by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _ZIP_EPOCH)
            entry.external_attr, entry.compress_type = _MODE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def sources(root: Path = ROOT) -> bytes:
    """Zip the functions' code without its dependencies, for a runtime that provides them."""
    found = (path for package in PACKAGES for path in (root / package).rglob("*"))
    return packed([path for path in found if path.is_file() and "__pycache__" not in path.parts], root)


def main(folder: Path, target: Path) -> None:
    """Zip everything in a built folder."""
    target.write_bytes(packed([path for path in folder.rglob("*") if path.is_file()], folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
