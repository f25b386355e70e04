"""README.md is short, and the targets and commands that it and the pages name exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS
from infra.local.translate import ROOT

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "infra" / "docs").glob("*.md"))]
TWO_SCREENS = 90


def test_the_readme_is_two_screens() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= TWO_SCREENS


def test_the_readme_links_to_every_page() -> None:
    linked = set(re.findall(r"\]\(infra/docs/([\w-]+\.md)", README.read_text(encoding="utf-8")))
    assert {path.name for path in PAGES[1:]} - linked == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_make_targets_exist(path: Path) -> None:
    named = set(re.findall(r"(?:`|^ {4})make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - make is on PATH
    assert {target for target in named if f"make {target} " not in listed} == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_cspm_commands_exist(path: Path) -> None:
    named = set(re.findall(r"(?:^ +|`)cspm ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert named - {command.name for command in COMMANDS} == set()
