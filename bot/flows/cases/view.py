"""A case with its targets as its card and modals show it, under the policy in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.case import Case, Work
from bot.domain.policy import Approvers, Policy, Route
from bot.domain.states import State
from bot.flows.cases.deadlines import lapses
from bot.flows.policy.pause import held
from bot.flows.policy.subject import subject_of
from bot.remediations.catalogue import catalogue
from bot.slack.cards.view import CardView, Recipe
from bot.world import World


def view_of(case: Case, works: Sequence[Work], policy: Policy, world: World) -> CardView:
    """Everything that the card of this case is drawn from."""
    recipe = recipe_of(case, works)
    return CardView(
        case=case,
        works=works,
        recipe=recipe,
        now=world.clock.now(),
        approvers=approvers_of(works, policy),
        stage=policy.stage(case.account),
        account_name=case.account_name,
        owner=owner_of(case, works, policy),
        expires_at=_expires_at(works, policy),
        policy_readable=policy.version != "none",
        why_no_approve=_why_no_approve(case, policy, world),
        deny_days=policy.deny_days,
        undo_days=policy.undo_days,
        iac_tags=policy.iac_tags,
        exempters=exempters_of(works, policy),
        hours=policy.hours(subject_of(works[0])) if works else (),
        reference=route_of(works, policy).change_reference,
    )


def recipe_of(case: Case, works: Sequence[Work]) -> Recipe:
    """The fix's facts, else those of the guidance for one of the controls, else no more than the case's title."""
    known = catalogue()
    if fix := known.by_id.get(case.remediation):
        return Recipe.of_fix(fix)
    controls = sorted({control for work in works for control in work.controls})
    guidance = next((found for control in controls if (found := known.guidance_for(control))), None)
    if guidance:
        return Recipe.of_guidance(guidance)
    return Recipe(case.title, why_no_fix="the catalogue has no safe fix for this")


def approvers_of(works: Sequence[Work], policy: Policy) -> Approvers:
    """Who may decide on these targets, and how many of them the strictest of them takes."""
    required = max((policy.route(one).required(one) for one in map(subject_of, works)), default=1)
    return replace(route_of(works, policy).approvers, required=required)


def exempters_of(works: Sequence[Work], policy: Policy) -> Approvers:
    """Who may exempt these targets, and how many of them it takes, whoever asks among them."""
    required = max((policy.route(one).required_to_exempt(one) for one in map(subject_of, works)), default=1)
    return replace(route_of(works, policy).exempters, required=required)


def route_of(works: Sequence[Work], policy: Policy) -> Route:
    """The route of a case's first target as it is now; `remediate` asks it for each. Without targets nobody decides."""
    return policy.route(subject_of(works[0])) if works else Route("", "")


def owner_of(case: Case, works: Sequence[Work], policy: Policy) -> str:
    """The account's group of owners, else what the resources' owner tags say where they agree."""
    tagged = {work.tags.get(policy.owner_tag, "") for work in works} - {""}
    return policy.owner_groups.get(case.account) or (tagged.pop() if len(tagged) == 1 else "")


def _expires_at(works: Sequence[Work], policy: Policy) -> datetime | None:
    ends = [lapses(work, policy) for work in works if work.state is State.PROPOSED and work.planned_at]
    return min(ends, default=None)


def _why_no_approve(case: Case, policy: Policy, world: World) -> str:
    if stop := held(case.account, world):
        return f"Paused ({stop['reason']}): nothing is changed in this account until two people say /cspm resume."
    return "The policy says dry_run: nothing is changed." if policy.dry_run else ""
