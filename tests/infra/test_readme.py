"""README.md says what is so."""

from __future__ import annotations

import re
import subprocess

import pytest

from infra.local.readme import README, generated, ranges
from infra.local.translate import ROOT

TEXT = README.read_text(encoding="utf-8")


def test_what_follows_from_the_code_is_as_the_code_is() -> None:
    assert generated(TEXT) == TEXT, "make docs"


def test_writing_it_again_changes_nothing() -> None:
    assert generated(generated(TEXT)) == generated(TEXT)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", TEXT))))
def test_what_it_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", TEXT))))
def test_what_it_says_to_make_can_be_made(target: str) -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - make is on PATH
    assert f"make {target} " in said


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`cspm ([a-z]+)", TEXT))))
def test_each_command_that_it_names_is_one(command: str) -> None:
    from bot.cli.main import main  # noqa: PLC0415 - only this test needs it

    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0


def test_numbers_in_a_row_are_one() -> None:
    assert ranges(["A.1", "A.2", "A.3", "A.5", "B.6", "B.7"]) == "A.1–3, A.5, B.6, B.7"
