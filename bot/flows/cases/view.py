"""The view of a case from which its card and modals are rendered, under the policy in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.case import Case
from bot.domain.policy import Policy
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.flows.cases.deadlines import lapses
from bot.flows.policy.deciders import approvers_of, exempters_of, route_of
from bot.flows.policy.pause import held
from bot.flows.policy.subject import subject_of
from bot.remediations.catalogue import catalogue
from bot.slack.cards.view import CardView, Recipe
from bot.world import World


def view_of(case: Case, targets: Sequence[CaseTarget], policy: Policy, world: World) -> CardView:
    """Return everything that the card of this case shows."""
    recipe = recipe_of(case, targets)
    return CardView(
        case=case,
        targets=targets,
        recipe=recipe,
        now=world.clock.now(),
        approvers=approvers_of(targets, policy),
        stage=policy.stage(case.account),
        account_name=case.account_name,
        owner=owner_of(case, targets, policy),
        expires_at=_expires_at(targets, policy),
        policy_readable=policy.version != "none",
        why_no_approve=_why_no_approve(case, policy, world),
        deny_days=policy.deny_days,
        undo_days=policy.undo_days,
        iac_tags=policy.iac_tags,
        exempters=exempters_of(targets, policy),
        hours=policy.hours(subject_of(targets[0])) if targets else (),
        reference=route_of(targets, policy).change_reference,
    )


def recipe_of(case: Case, targets: Sequence[CaseTarget]) -> Recipe:
    """Return the fix's facts, else those of the guidance for one of the controls, else the case's title alone."""
    known = catalogue()
    if fix := known.by_id.get(case.remediation):
        return Recipe.of_fix(fix)
    controls = sorted({control for target in targets for control in target.controls})
    guidance = next((found for control in controls if (found := known.guidance_for(control))), None)
    if guidance:
        return Recipe.of_guidance(guidance)
    return Recipe(case.title, why_no_fix="the catalogue has no safe fix for this")


def owner_of(case: Case, targets: Sequence[CaseTarget], policy: Policy) -> str:
    """Return the account's group of owners, else the resources' owner tag if they all have the same."""
    tagged = {target.tags.get(policy.owner_tag, "") for target in targets} - {""}
    return policy.owner_groups.get(case.account) or (tagged.pop() if len(tagged) == 1 else "")


def _expires_at(targets: Sequence[CaseTarget], policy: Policy) -> datetime | None:
    ends = [
        lapses(target, policy) for target in targets if target.state is State.PROPOSED and target.proposal.planned_at
    ]
    return min(ends, default=None)


def _why_no_approve(case: Case, policy: Policy, world: World) -> str:
    if stop := held(case.account, world):
        return f"Paused ({stop['reason']}): nothing is changed in this account until two people say /cspm resume."
    return "The policy says dry_run: nothing is changed." if policy.dry_run else ""
