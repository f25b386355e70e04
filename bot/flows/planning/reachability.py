"""Whether the bot can enter an account: `cspm doctor` asks the function whose right it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.resource import Resource
from bot.world import World


def reach(body: Mapping[str, Any], world: World) -> None:
    """Assume the account's reader role, and do nothing there. Raises Unknown with STS's own words, Busy."""
    account = str(body["account"])
    whole = Resource(str(body.get("partition", "aws")), account, "us-east-1", "AWS::::Account", account)
    world.accounts.reader(whole, lambda _call: None)
