from __future__ import annotations

import ast
from pathlib import Path

import pytest

LOCAL = Path("infra/local")
FOLDERS = ("detector", "inventory", "moto_extensions", "sandbox")
FILES = [LOCAL / name for name in ("call_log.py", "cloud.py", "cloud_server.py", "refusals.py")]
OURS = sorted([*FILES, *(path for folder in FOLDERS for path in (LOCAL / folder).glob("*.py"))])


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", OURS, ids=str)
def test_the_customers_side_does_not_import_the_bot(path: Path) -> None:
    assert not any(name.split(".")[0] in {"bot", "handlers"} for name in imported(path))


def test_the_list_of_modules_is_not_empty() -> None:
    assert len(OURS) > 20
