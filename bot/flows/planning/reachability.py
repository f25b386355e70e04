"""Check that the bot can enter an account: `cspm doctor` asks the function whose right it is."""

from __future__ import annotations

from bot.domain.resource import Resource
from bot.messages import CheckAccountAccess
from bot.world import World


def check(message: CheckAccountAccess, world: World) -> None:
    """Assume the account's reader role, and do nothing there. Raises Unknown with STS's own message, Busy."""
    account = message.account_id
    whole = Resource(message.partition, account, "us-east-1", "AWS::::Account", account)
    world.accounts.reader(whole, lambda _call: None)
