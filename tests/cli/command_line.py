"""`cspm` as called in a shell: arguments in, exit code and both streams out."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.cli import main


@dataclass(frozen=True)
class Answer:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Cspm:
    """The command; pytest's `capsys` catches what it writes."""

    streams: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Answer:
        """Call it with these words."""
        code = main(words)
        out, err = self.streams.readouterr()
        return Answer(code, out, err)
