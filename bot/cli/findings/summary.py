"""`cspm replay --summary`: cards, open findings, fixes and score of all files together, under a policy."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.cli.findings.load import Population
from bot.cli.findings.score import as_object, headline
from bot.cli.terminal import columns
from bot.domain.finding import Finding, Severity, Status
from bot.domain.policy import Policy
from bot.domain.score import Model, Score
from bot.flows.ingestion.assign import no_card_reason, policy_subject, recipe_for

_SHOWN_CONTROLS = 20


@dataclass(frozen=True)
class Summary:
    """Cards by day and channel (None without a policy), reasons for no card, open findings, fixes, the score."""

    cards: Mapping[str, Mapping[str, int]] | None
    deferred: Mapping[str, Mapping[str, int]]
    no_card: Mapping[str, int]
    controls: Mapping[str, int]
    severities: Mapping[str, int]
    open_findings: int
    with_fix: int
    score: Score
    threats: Mapping[str, int]


def summarise(population: Population, policy: Policy | None) -> Summary:
    """Summarise the findings. The first finding of a case posts its card; later ones of the case join it."""
    open_findings = [finding for finding in population.findings if finding.status is Status.OPEN]
    cards = _cards(open_findings, policy) if policy else None
    controls = Counter(finding.control for finding in open_findings)
    return Summary(
        cards=cards,
        deferred=_deferred(cards, policy) if policy and cards else {},
        no_card=Counter(reason for finding in open_findings if (reason := no_card_reason(finding, policy)))
        if policy
        else {},
        controls=dict(sorted(controls.items(), key=lambda one: (-one[1], one[0]))),
        severities={
            one.value: n for one in Severity if (n := sum(finding.severity is one for finding in open_findings))
        },
        open_findings=len(open_findings),
        with_fix=sum(recipe_for(finding) is not None for finding in open_findings),
        score=population.score(Model.WEIGHTED),
        threats=population.threats,
    )


def _cards(findings: Iterable[Finding], policy: Policy) -> dict[str, dict[str, int]]:
    """Count new cards by day and channel: one for each account, remediation (else control) and route."""
    first: dict[tuple[str, str, str, str], str] = {}
    for finding in findings:
        if no_card_reason(finding, policy):
            continue
        recipe = recipe_for(finding)
        route = policy.route(policy_subject(finding, recipe))
        case = (finding.resource.account, recipe.id if recipe else finding.control, route.name, route.channel)
        first[case] = min(filter(None, (first.get(case, ""), _day(finding))), default="")
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_, _, _, channel), day in first.items():
        found[day or "unknown"][channel] += 1
    return {day: dict(found[day]) for day in sorted(found)}


def _day(finding: Finding) -> str:
    """Return the day of the finding's first report."""
    first = min((source.updated for source in finding.sources.values() if source.updated), default=finding.first_seen)
    return first[:10]


def _deferred(cards: Mapping[str, Mapping[str, int]], policy: Policy) -> dict[str, dict[str, int]]:
    """Count the cards of each day and channel above the channel's daily limit."""
    limit = policy.cards.per_channel_per_day
    over = {day: {name: n - limit for name, n in by.items() if n > limit} for day, by in cards.items()}
    return {day: by for day, by in over.items() if by}


def as_json(summary: Summary) -> str:
    """Return one JSON object."""
    fields: dict[str, Any] = {
        "cards": summary.cards,
        "put_off": summary.deferred,
        "no_card": dict(summary.no_card),
        "open_findings": summary.open_findings,
        "controls": dict(summary.controls),
        "severities": dict(summary.severities),
        "with_fix": summary.with_fix,
        "share_with_fix": _share(summary),
        "score": as_object(summary.score, summary.threats),
    }
    return json.dumps(fields)


def _share(summary: Summary) -> float | None:
    """Return the share of open findings with a fix, from 0 to 1 with two decimals; None without open findings."""
    return round(summary.with_fix / summary.open_findings, 2) if summary.open_findings else None


def as_text(summary: Summary) -> Iterator[str]:
    """Yield the summary as text."""
    yield f"score  {headline(summary.score)}"
    share = _share(summary)
    fixes = "" if share is None else f", a fix exists for {summary.with_fix} ({share:.0%})"
    yield f"{summary.open_findings} open findings{fixes}"
    if summary.severities:
        yield "  " + " · ".join(f"{number} {name}" for name, number in summary.severities.items())
    yield from columns((control, str(n)) for control, n in list(summary.controls.items())[:_SHOWN_CONTROLS])
    if len(summary.controls) > _SHOWN_CONTROLS:
        yield f"  and {len(summary.controls) - _SHOWN_CONTROLS} more controls"
    yield from _cards_text(summary)


def _cards_text(summary: Summary) -> Iterator[str]:
    if summary.cards is None:
        yield "cards  give --policy to see where they would go"
        return
    yield "new cards a day by channel" if summary.cards else "no cards"
    yield from columns(
        (day, channel, str(number), _later(summary, day, channel))
        for day, by in summary.cards.items()
        for channel, number in sorted(by.items())
    )
    if summary.no_card:
        yield "no card: " + " · ".join(f"{number} {reason}" for reason, number in sorted(summary.no_card.items()))


def _later(summary: Summary, day: str, channel: str) -> str:
    over = summary.deferred.get(day, {}).get(channel, 0)
    return f"{over} of them wait for the next days" if over else ""
