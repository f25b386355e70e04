"""The command `cspm`. A module per subcommand; `main.COMMANDS` lists them."""

from bot.cli.main import main

__all__ = ["main"]
