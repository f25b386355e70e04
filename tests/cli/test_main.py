"""The dispatcher of `cspm`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bot.cli import main
from bot.cli.main import COMMANDS
from tests.sources.builders import EVENTS

FILE = str(EVENTS / "securityhub_failed.json")


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert all(command.name in told and command.help in told for command in COMMANDS)


@pytest.mark.parametrize("words", [[], ["dance"], ["replay"]])
def test_invalid_arguments_are_argparses_failure(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def _run(*words: str, stdout: int, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bot.cli", *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_a_reader_that_goes_away_is_no_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = _run("replay", "--json", *[FILE] * 300, stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_terminal_without_our_letters_shows_what_it_can() -> None:
    ended = _run("replay", FILE, stdout=subprocess.PIPE, PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "? BlockPublicAccess" in ended.stdout
