"""Checks of what the policy allows on a target: changes at all, automatic mode, change references, windows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Reversible
from bot.domain.policy import Policy, Stage
from bot.domain.target import CaseTarget
from bot.domain.windows import next_open, why_closed
from bot.flows.policy.subject import subject_of
from bot.remediations.catalogue import catalogue

LONGEST: Final = timedelta(days=30)
"""A change whose window opens later than this is not approved, nor kept approved."""


_CHANGING: Final = frozenset({Stage.APPROVE, Stage.AUTO})


def may_change(policy: Policy, account: str) -> None:
    """Raise Refusal if nothing may be changed in this account."""
    if policy.dry_run:
        raise Refusal("the policy says dry run: nothing is changed anywhere")
    stage = policy.stage(account)
    if stage not in _CHANGING:
        raise Refusal(f"the policy only lets the bot {stage} in account {account}")


def not_automatic(target: CaseTarget, policy: Policy) -> str:
    """Return why the policy does not allow automatic mode for this target, or ''."""
    recipe = catalogue().by_id.get(target.remediation)
    if recipe is None:
        return "there is nothing to approve"
    if policy.dry_run or policy.stage(target.resource.account) is not Stage.AUTO:
        return "the policy does not allow automatic mode here"
    if not target.trusted:
        return "the control's id is not believed"
    if policy.route(subject_of(target)).change_reference:
        return "the policy wants a change reference from people here"
    effects = {*recipe.effects, *((Effect.IRREVERSIBLE,) if recipe.reversible is Reversible.NO else ())}
    if refused := effects - set(policy.auto.effects):
        return f"the policy does not allow it to {', '.join(sorted(effect.name for effect in refused))} by itself"
    return ""


def require_reference(policy: Policy, target: CaseTarget, reference: str) -> None:
    """Raise Refusal, with what is expected, unless the approval gives the reference that the policy requires."""
    wanted = policy.route(subject_of(target)).change_reference
    if wanted and (reason := wanted.wrong(reference)):
        raise Refusal(reason)


def no_opening(target: CaseTarget, policy: Policy, now: datetime, since: datetime) -> str:
    """Return why this may not be changed within LONGEST of `since`, or ''."""
    hours = policy.hours(subject_of(target))
    opens = next_open(hours, now)
    if opens and opens - since <= LONGEST:
        return ""
    return f"nothing may be changed here within {LONGEST.days} days ({why_closed(hours, now)})"
