"""A case with its targets as its card and modals show it, under the policy in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.case import Case
from bot.domain.policy import Approvers, Policy, Route
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.flows.cases.deadlines import lapses
from bot.flows.policy.pause import held
from bot.flows.policy.subject import subject_of
from bot.remediations.catalogue import catalogue
from bot.slack.cards.view import CardView, Recipe
from bot.world import World


def view_of(case: Case, targets: Sequence[CaseTarget], policy: Policy, world: World) -> CardView:
    """Everything that the card of this case is drawn from."""
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
    """The fix's facts, else those of the guidance for one of the controls, else no more than the case's title."""
    known = catalogue()
    if fix := known.by_id.get(case.remediation):
        return Recipe.of_fix(fix)
    controls = sorted({control for target in targets for control in target.controls})
    guidance = next((found for control in controls if (found := known.guidance_for(control))), None)
    if guidance:
        return Recipe.of_guidance(guidance)
    return Recipe(case.title, why_no_fix="the catalogue has no safe fix for this")


def approvers_of(targets: Sequence[CaseTarget], policy: Policy) -> Approvers:
    """Who may decide on these targets, and how many of them the strictest of them takes."""
    required = max((policy.route(one).required(one) for one in map(subject_of, targets)), default=1)
    return replace(route_of(targets, policy).approvers, required=required)


def exempters_of(targets: Sequence[CaseTarget], policy: Policy) -> Approvers:
    """Who may exempt these targets, and how many of them it takes, whoever asks among them."""
    required = max((policy.route(one).required_to_exempt(one) for one in map(subject_of, targets)), default=1)
    return replace(route_of(targets, policy).exempters, required=required)


def route_of(targets: Sequence[CaseTarget], policy: Policy) -> Route:
    """The route of a case's first target as it is now; `remediate` asks it for each. Without targets nobody decides."""
    return policy.route(subject_of(targets[0])) if targets else Route("", "")


def owner_of(case: Case, targets: Sequence[CaseTarget], policy: Policy) -> str:
    """The account's group of owners, else what the resources' owner tags say where they agree."""
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
