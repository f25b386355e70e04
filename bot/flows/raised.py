"""When a policy takes an account out of `observe`, what is open there gets its cards then, not with its next news."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import PolicyUnreadable
from bot.domain.policy import Policy, Stage
from bot.domain.ports import Put
from bot.flows.place import OBSERVED
from bot.flows.policy import current
from bot.store import keys, posture
from bot.world import World


def notice(world: World) -> None:
    """Compare the policy with the one that was noticed last, and have the findings of raised accounts placed again.

    One read while nothing has changed. The note is written last: after a crash it is all sent once more, which does no
    harm.
    """
    try:
        policy = current(world)
    except PolicyUnreadable:
        return
    key = keys.policy_noticed()
    known = world.table.get(key)
    if known and known["version"] == policy.version:
        return
    for unit in posture.units(world.table) if known else ():
        if _was_observed(unit.account, known or {}) and policy.stage(unit.account) is not Stage.OBSERVE:
            again = {"kind": "place_again", "account": unit.account, "region": unit.region, "reason": OBSERVED}
            world.queues.plan.send(again)
    world.table.write([Put({"pk": key.pk, "sk": key.sk, "version": policy.version, **_stages(policy)})])


def _was_observed(account: str, known: Mapping[str, Any]) -> bool:
    return bool(known["stages"].get(account, known["default_stage"]) == Stage.OBSERVE)


def _stages(policy: Policy) -> dict[str, Any]:
    named = {account: stage.value for account, stage in policy.stages.items()}
    return {"default_stage": policy.default_stage.value, "stages": named}
