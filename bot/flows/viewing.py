"""A case with its targets as its card and modals show it, under the policy in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case import Case, Work
from bot.domain.policy import Approvers, Policy, Route, Subject
from bot.domain.states import State
from bot.flows.pause import held
from bot.remediations.catalogue import catalogue
from bot.slack.card_view import CardView, Recipe
from bot.store import keys
from bot.world import World


def view_of(case: Case, works: Sequence[Work], policy: Policy, world: World) -> CardView:
    """Everything that the card of this case is drawn from."""
    recipe = recipe_of(case, works)
    return CardView(
        case=case,
        works=works,
        recipe=recipe,
        now=world.clock.now(),
        approvers=approvers_of(case, works, recipe, policy),
        stage=policy.stage(case.account),
        owner=owner_of(case, works, policy),
        expires_at=_expires_at(works, policy),
        policy_readable=policy.version != "none",
        why_no_approve=_why_no_approve(case, policy, world),
        deny_days=policy.deny_days,
        undo_days=policy.undo_days,
        iac_tags=policy.iac_tags,
        exempters=exempters_of(case, works, recipe, policy),
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


def approvers_of(case: Case, works: Sequence[Work], recipe: Recipe, policy: Policy) -> Approvers:
    """Who may decide on this case, and how many of them the strictest of its targets takes."""
    if not works:
        return (policy.route_named(case.route) or Route("", "")).approvers
    subjects = [subject_of(work, recipe) for work in works]
    route = policy.route(subjects[0])
    return replace(route.approvers, required=max(route.required(subject) for subject in subjects))


def exempters_of(case: Case, works: Sequence[Work], recipe: Recipe, policy: Policy) -> Approvers:
    """Who may exempt these targets, and how many of them it takes, whoever asks among them."""
    if not works:
        return (policy.route_named(case.route) or Route("", "")).exempters
    subjects = [subject_of(work, recipe) for work in works]
    route = policy.route(subjects[0])
    return replace(route.exempters, required=max(route.required_to_exempt(subject) for subject in subjects))


def subject_of(work: Work, recipe: Recipe) -> Subject:
    """A target as the policy is asked about it."""
    where = work.resource
    return Subject(where.account, where.region, work.severity, work.controls, work.tags, recipe.effects)


def owner_of(case: Case, works: Sequence[Work], policy: Policy) -> str:
    """The account's group of owners, else what the resources' owner tags say where they agree."""
    tagged = {work.tags.get(policy.owner_tag, "") for work in works} - {""}
    return policy.owner_groups.get(case.account) or (tagged.pop() if len(tagged) == 1 else "")


def _expires_at(works: Sequence[Work], policy: Policy) -> datetime | None:
    planned = [work.planned_at for work in works if work.state is State.PROPOSED and work.planned_at]
    return keys.parse(min(planned)) + timedelta(hours=policy.plan_hours) if planned else None


def _why_no_approve(case: Case, policy: Policy, world: World) -> str:
    if stop := held(case.account, world):
        return f"Paused ({stop['reason']}): nothing is changed in this account until two people say /cspm resume."
    return "The policy says dry_run: nothing is changed." if policy.dry_run else ""
