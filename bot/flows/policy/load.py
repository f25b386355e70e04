"""The policy in force, to decide by or to show."""

from __future__ import annotations

from functools import cache

from bot.domain.errors import PolicyInvalid, PolicyUnreadable
from bot.domain.policy import Policy, without_policy
from bot.policy_file import Recipes, parse
from bot.remediations.catalogue import catalogue
from bot.world import World


def current(world: World) -> Policy:
    """Return the policy in force. Raises PolicyUnreadable: then nothing may be decided."""
    text, version = world.policies.text()
    try:
        return parse(text, version, deployed_at=world.deployed_at, recipes=_recipes())
    except PolicyInvalid as problems:
        first = problems.problems[0]
        raise PolicyUnreadable(f"the policy {version} is not valid: {first}; run `cspm policy check`") from problems


@cache
def _recipes() -> Recipes:
    return Recipes.of(catalogue().by_id.values())


def for_presentation(world: World) -> Policy:
    """Return the policy in force, or if it cannot be read one under which all is shown and nobody may decide."""
    try:
        return current(world)
    except PolicyUnreadable:
        return without_policy(world.fallback_channel)
