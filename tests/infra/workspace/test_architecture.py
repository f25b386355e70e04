"""The workspace is Slack's side of the wire: it may know nothing of the bot's code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from infra.local import workspace

SOURCES = sorted(Path(workspace.__file__).parent.glob("*.py"))


def _imported(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_workspace_imports_nothing_of_the_bot_nor_of_the_rest_of_the_stack() -> None:
    assert len(SOURCES) > 15
    own = [
        name for source in SOURCES for name in _imported(source) if name.split(".")[0] in ("bot", "handlers", "infra")
    ]
    assert own
    assert all(name.startswith("infra.local.workspace") for name in own)


def test_the_workspace_speaks_slack_without_slacks_own_library() -> None:
    assert not [name for source in SOURCES for name in _imported(source) if name.startswith("slack_")]
