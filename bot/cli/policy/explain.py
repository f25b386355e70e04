"""Explanation of a policy for one finding: route, approvers, stage and card, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Final

from bot.cli.terminal import columns
from bot.data.controls import control_severity
from bot.domain.finding import Finding, Observation, fold
from bot.domain.policy import Approvers, Match, Policy, Route, Stage, Subject
from bot.domain.remediation import Remediation
from bot.domain.windows import next_open
from bot.flows.ingestion.assign import no_card_reason, policy_subject, recipe_for
from bot.remediations.catalogue import catalogue
from bot.slack.text.windows import window_text

_STAGES: Final = {
    Stage.OBSERVE: "the bot looks and changes nothing",
    Stage.PROPOSE: "cards show the change, without Approve",
    Stage.APPROVE: "cards have Approve",
    Stage.AUTO: "what this policy allows is approved by the policy itself",
}


def explain(observation: Observation, policy: Policy, now: datetime) -> Iterator[str]:
    """Yield lines about one finding, as if it were new and were approved now."""
    finding = fold(observation, None, control_severity(observation, None))
    recipe = recipe_for(finding)
    subject = policy_subject(finding, recipe)
    route = policy.route(subject)
    resource = finding.resource
    state = f"{finding.severity} · {finding.status}"
    yield f"{finding.control} · {resource.id} · {resource.account} · {resource.region} · {state}"
    yield from columns(
        (
            ("remediation", _recipe(finding, recipe)),
            *_routes(policy, route, subject),
            *_approvers(route, subject),
            ("stage", f"{policy.stage(resource.account)}: {_stage(policy, resource.account)}"),
            *_execution(policy, subject, now),
            *_quiet(route, subject, now),
            *_reminders(route),
            *_reference(route),
            ("card", _card(finding, policy)),
        )
    )


def _recipe(finding: Finding, recipe: Remediation | None) -> str:
    if recipe:
        return f"{recipe.id} ({', '.join(effect.name for effect in recipe.effects) or 'no side effects'})"
    if not finding.trusted:
        return "none: the control's id is believed from Security Hub and AWS Config only"
    fix, guidance = catalogue().fix_for(finding.control), catalogue().guidance_for(finding.control)
    if fix:
        return f"none: {fix.id} works on {fix.resource_type}, this is {finding.resource.type}"
    return f"guidance: {guidance.why_no_fix}" if guidance else "none for this control"


def _routes(policy: Policy, taken: Route, subject: Subject) -> Iterator[tuple[str, str]]:
    for route in policy.routes:
        if route == taken:
            break
        yield route.name, f"no: {unmet_text(route.match, subject)}"
    if taken.name == "fallback":
        yield "route", f"fallback → {taken.channel}: no route matches, so nobody may approve"
        return
    yield "route", f"{taken.name} → {taken.channel}: {match_text(taken.match)}"


def _approvers(route: Route, subject: Subject) -> Iterator[tuple[str, str]]:
    required = route.required(subject)
    yield "approvers", approvers_text(route.approvers, required)
    if not route.approvers.anybody:
        return
    yield "", f"the route asks for {route.approvers.required}"
    for place, rule in enumerate(route.rules):
        because = ", ".join(effect.name for effect in rule.effects if effect in subject.effects) or match_text(
            rule.match
        )
        if rule.holds(subject):
            yield "", f"rules[{place}] asks for {rule.required}: {because}"


def _stage(policy: Policy, account: str) -> str:
    source = "set for this account" if account in policy.stages else "the default"
    return f"{_STAGES[policy.stage(account)]} ({source})"


def _execution(policy: Policy, subject: Subject, now: datetime) -> Iterator[tuple[str, str]]:
    hours = policy.hours(subject)
    opens = next_open(hours, now)
    at = f"{opens:%Y-%m-%d %H:%M} UTC" if opens else "never: no window opens within a year"
    yield "execution", f"approved now, it runs {'at once' if opens == now else at}"
    if hours:
        yield "", "Undo runs at once"
    yield from (("", f"window {window_text(window)}") for one in hours for window in one.windows)
    for freeze in (freeze for one in hours for freeze in one.freezes):
        yield "", f"freeze {freeze.start:%Y-%m-%d %H:%M} to {freeze.end:%Y-%m-%d %H:%M} UTC: {freeze.reason}"


def _quiet(route: Route, subject: Subject, now: datetime) -> Iterator[tuple[str, str]]:
    quiet = route.quiet
    if not quiet.hours.windows:
        return
    until = quiet.until(now, subject.severity)
    yield (
        "quiet",
        f"a new card now would wait until {until:%Y-%m-%d %H:%M} UTC" if until else "a new card now would come",
    )
    yield "", f"cards come {', '.join(map(window_text, quiet.hours.windows))}"
    if quiet.hours.freezes:
        yield "", f"but on {len(quiet.hours.freezes)} holidays"
    if quiet.urgent:
        yield "", f"{' and '.join(quiet.urgent)} at any time"


def _reminders(route: Route) -> Iterator[tuple[str, str]]:
    if route.remind:
        yield "reminders", f"in the channel after {', '.join(map(_hours, route.remind))}"
    if route.escalate:
        yield (
            "escalation",
            f"after {_hours(route.escalate.after)} to {route.escalate.channel}; the same people may decide",
        )


def _reference(route: Route) -> Iterator[tuple[str, str]]:
    wanted = route.change_reference
    if wanted:
        yield "reference", f"Approve asks for a {wanted.label}, like {wanted.pattern}; Undo asks for none"


def _hours(length: timedelta) -> str:
    return f"{length / timedelta(hours=1):g} h"


def _card(finding: Finding, policy: Policy) -> str:
    reason = no_card_reason(finding, policy)
    return f"no: {reason}" if reason else "yes"


def unmet_text(match: Match, subject: Subject) -> str:
    """Return the conditions of the match that the subject does not meet."""
    missed = []
    for part in fields(Match):
        alone = replace(Match(), **{part.name: getattr(match, part.name)})
        if not alone.holds(subject):
            missed.append(f"it asks for {match_text(alone)}")
    return ", ".join(missed)


def match_text(match: Match) -> str:
    """Return the conditions of a match as text."""
    parts = [
        f"{name} {' or '.join(map(str, getattr(match, field)))}"
        for name, field in (
            ("account", "accounts"),
            ("Region", "regions"),
            ("severity", "severity"),
            ("control", "controls"),
        )
        if getattr(match, field)
    ]
    parts += [f"tag {key}={value}" for key, value in match.tags.items()]
    return ", ".join(parts) or "everything"


def approvers_text(approvers: Approvers, required: int) -> str:
    """Return a text such as `2 of S0SECENG, U0DANA`."""
    named = ", ".join((*approvers.groups, *approvers.users))
    return f"{required} of {named}" if named else "nobody may approve"
