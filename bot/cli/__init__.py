"""The command `cspm`.

Each subcommand is a `COMMAND`: in `<name>/command.py`, or for score, gate and replay in `findings/<name>.py`.
`main.COMMANDS` lists them all.
"""

from bot.cli.main import main

__all__ = ["main"]
