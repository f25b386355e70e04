"""Check access to an account for `cspm doctor`, in the function that has the permission."""

from __future__ import annotations

from bot.domain.resource import Resource
from bot.messages import CheckAccountAccess
from bot.world import World


def check(message: CheckAccountAccess, world: World) -> None:
    """Assume the account's reader role, without further calls. Raises Unknown with the message of STS, Busy."""
    account = message.account_id
    resource = Resource(message.partition, account, "us-east-1", "AWS::::Account", account)
    world.accounts.reader(resource, lambda _call: None)
