"""The daily digest: gathered for what comes to a channel, posted once a local day, or shown to one person now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.domain.activity import Facts
from bot.domain.errors import Busy, Conflict, CspmError, SlackRefused, Unknown
from bot.domain.exemption import Exemption
from bot.domain.finding import Severity
from bot.domain.policy import Policy
from bot.domain.ports import Test, Update
from bot.domain.posture import ALL, Unit, channel_scope, scope_of
from bot.domain.score import Counts, added, points, score
from bot.domain.states import State
from bot.flows.cases.open_cases import DueCase, due_cases, waiting
from bot.flows.messaging.charts import Picture, post, trend_picture
from bot.flows.messaging.post_once import find_posted, metadata_of
from bot.flows.messaging.private import send_privately
from bot.flows.policy.load import for_presentation
from bot.flows.posture.audience import Audience, Place, audience_of
from bot.flows.posture.digest_schedule import channels, due
from bot.flows.posture.query import day
from bot.flows.posture.score import fixes
from bot.flows.posture.snapshot import MOMENT, Record
from bot.slack.pages.digest import DigestView, WorstAccount, digest_message
from bot.store import exemptions, keys, posture, reconciliation
from bot.world import World

MONTH: Final = 30
RETRY_AFTER: Final = timedelta(minutes=10)
"""A digest that was begun and not told to be posted for so long is looked for, and begun again."""

_FLAPPING: Final = 3
_TOLD_BEFORE: Final = (7, 1, 0)
"""Days before the end of an exemption at which the digest tells of it."""

_EVENT: Final = "cspm_digest"


def tick(world: World) -> None:
    """Post the digests that are due now. One channel's failure costs only itself; the first is raised in the end."""
    policy, now = for_presentation(world), world.clock.now()
    failures: list[CspmError] = []
    for channel, when in channels(policy).items():
        date = "" if policy.quiet(channel).until(now) else due(when, now)
        if date and _claimed(channel, date, world):
            try:
                _post(channel, date, policy, world)
            except (Busy, Unknown, SlackRefused) as problem:
                failures.append(problem)
    if failures:
        raise failures[0]


def _claimed(channel: str, date: str, world: World) -> bool:
    """Whether this call is the one that posts: nobody has, and nobody has begun a moment ago."""
    item = world.table.get(keys.digest(channel)) or {}
    now = world.clock.now()
    if item.get("posted", "") >= date:
        return False
    begun = item.get("begun", "")
    if item.get("date") == date and begun > keys.stamp(now - RETRY_AFTER):
        return False
    unchanged = Test("begun", "=", begun) if begun else Test("begun", "absent")
    begin = Update(keys.digest(channel), sets={"date": date, "begun": keys.stamp(now)}, when=(unchanged,))
    try:
        world.table.write([begin])
    except Conflict:
        return False
    return True


def _post(channel: str, date: str, policy: Policy, world: World) -> None:
    """Post once: the message carries its date, by which an earlier try that was lost is found."""
    if not find_posted(channel, _EVENT, {"date": date}, world):
        view = compose(audience_of(channel, policy), policy, world)
        arguments = digest_message(view).arguments | {
            "metadata": metadata_of(_EVENT, {"date": date}),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        post(channel, arguments, chart(view), world)
    world.table.write([Update(keys.digest(channel), sets={"posted": date})])


def chart(view: DigestView) -> Picture | None:
    """The score of the last thirty days; none of a quiet day, nor before there are two days to compare."""
    known = [value for value in view.trend if value is not None]
    if view.quiet or len(known) < 2:  # noqa: PLR2004 - two points make a line
        return None
    dates = [day(view.now, back) for back in range(len(view.trend) - 1, -1, -1)]
    return trend_picture(f"Score of {view.about}", list(zip(dates, view.trend, strict=True)))


def show(user: str, channel: str, world: World) -> None:
    """Send one person the digest of this channel as it would be now."""
    policy = for_presentation(world)
    message = digest_message(compose(audience_of(channel, policy), policy, world))
    send_privately(user, channel, message.arguments, world)


def compose(audience: Audience, policy: Policy, world: World) -> DigestView:
    """Everything that the digest says."""
    now = world.clock.now()
    units = posture.units(world.table)
    places = audience.places(units)
    by_place = {place: _rows(place, audience, world) for place in places}
    rows = added(by_place.values())
    past = _past(places, audience, now, world)
    standing = score(rows)
    known = {back: _score_of(past.get(back)) for back in range(MONTH, 0, -1)}
    cases = [one for one in due_cases(world) if _concerns(one, audience)]
    facts = _facts(audience, now, world)
    asking = waiting(cases)
    return DigestView(
        about=audience.about,
        limits=audience.limits,
        now=now,
        score=standing,
        changes={back: _change(standing.score, known[back]) for back in (1, 7, MONTH)},
        trend=[*known.values(), standing.score],
        open_before=sum(row.failed for row in past[1]) if 1 in past else None,
        day=facts[0],
        month=facts[1],
        accounts=[_named(one, units) for one in _worst(by_place, units, audience)],
        fixes=fixes(rows, standing, asking),
        waiting=asking,
        threats=_threats(places, units, audience, world),
        below=sum(row.held_below for row in rows),
        min_severity=policy.cards.min_severity,
        older=sum(row.held_older for row in rows),
        cards_from=policy.cards.since,
        observed=sum(row.held_observe for row in rows),
        endings=_endings(audience, now, world),
        put_off=sum(one.put_off > day(now) and not one.case.ts for one in cases),
        flapping=sum(one.case.reopened > _FLAPPING for one in cases),
        unplanned=sum(one.case.count(State.NEW) for one in cases),
        notes=_notes(policy, world),
    )


def _notes(policy: Policy, world: World) -> tuple[str, ...]:
    unreadable = "The policy cannot be read now, so nobody can decide." if policy.version == "none" else ""
    return tuple(filter(None, (unreadable, reconciliation.progress(world.table))))


def _rows(place: Place, audience: Audience, world: World) -> list[Counts]:
    rows = posture.counts(world.table, place.account, place.region)
    return [row for row in rows if audience.takes(place, row.control, row.severity)]


def _past(places: Sequence[Place], audience: Audience, now: datetime, world: World) -> dict[int, list[Counts]]:
    """The counts of each of the last thirty days of which there is a snapshot, by days back: a read for each place."""
    dates = {day(now, back): back for back in range(1, MONTH + 1)}
    scopes = [(scope_of(one.account, one.region), partial(audience.takes, one)) for one in places]
    return {dates[date]: rows for date, rows in posture.summed(world.table, scopes, list(dates)).items()}


def _score_of(rows: list[Counts] | None) -> float | None:
    return None if rows is None else points(rows)


def _change(now: float | None, then: float | None) -> float | None:
    return None if then is None or now is None else round(now - then, 1)


def _concerns(one: DueCase, audience: Audience) -> bool:
    return not audience.channel or one.case.channel == audience.channel


def _facts(audience: Audience, now: datetime, world: World) -> tuple[Facts, Facts]:
    """What happened in the last 24 hours, and in thirty days: recorded days and today so far."""
    yesterday, until = now - timedelta(days=1), now + MOMENT
    scope = channel_scope(audience.channel) if audience.channel else ALL
    record = Record(yesterday, until, world)
    today = record.between(keys.parse(f"{day(now)}T00:00:00Z"), until).get(scope, Facts())
    dates = [day(now, back) for back in range(1, MONTH + 1)]
    recorded = map(Facts.of, posture.facts(world.table, scope, dates))
    return record.between(yesterday, until).get(scope, Facts()), sum(recorded, today)


def _endings(audience: Audience, now: datetime, world: World) -> list[Exemption]:
    """Exemptions of this channel's that end in a week, in a day or today, and those that ended since yesterday."""
    yesterday = keys.stamp(now - timedelta(days=1))
    known = exemptions.with_ended(world.table, yesterday)
    told = (one for one in known if one.ended or (keys.parse(one.until).date() - now.date()).days in _TOLD_BEFORE)
    return [one for one in told if not audience.channel or one.channel == audience.channel]


def _worst(by_place: Mapping[Place, Sequence[Counts]], units: Iterable[Unit], audience: Audience) -> list[WorstAccount]:
    """By the same rows as the score; where those do not tell accounts apart, by the list of units, if it can tell."""
    if all(place.account for place in by_place):
        return worst((place.account, _failed(rows)) for place, rows in by_place.items())
    if any(route.match.controls for route in audience.routes):
        return []
    return worst((unit.account, _meant(unit, audience)) for unit in units)


def _named(one: WorstAccount, units: Iterable[Unit]) -> WorstAccount:
    name = next((unit.account_name for unit in units if unit.account == one.account and unit.account_name), "")
    return replace(one, name=name)


def _failed(rows: Iterable[Counts]) -> Counter[Severity]:
    found: Counter[Severity] = Counter()
    for row in rows:
        found[row.severity] += row.failed
    return found


def _meant(unit: Unit, audience: Audience) -> Counter[Severity]:
    here = Place(unit.account, unit.region)
    return Counter({one: number for one, number in unit.failed.items() if audience.takes(here, "", one)})


def worst(failed_in: Iterable[tuple[str, Mapping[Severity, int]]]) -> list[WorstAccount]:
    """Accounts with open findings, the one with the worst first."""
    found: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
    for account, failed in failed_in:
        found[account].update(failed)
    wrong = [WorstAccount(account, failed) for account, failed in found.items() if any(failed.values())]
    return sorted(wrong, key=lambda one: ([-one.failed.get(severity, 0) for severity in Severity], one.account))


def _threats(places: Iterable[Place], units: Sequence[Unit], audience: Audience, world: World) -> dict[Severity, int]:
    """Only places that have any are read: with accounts told apart, there are as many places as accounts."""
    threatened = [unit for unit in units if unit.threats]
    found: Counter[Severity] = Counter()
    for place in places:
        if not any(place.holds(unit.account, unit.region) for unit in threatened):
            continue
        here = posture.threats(world.table, place.account, place.region)
        found.update({one: number for one, number in here.items() if audience.takes(place, "", one)})
    return {severity: found[severity] for severity in Severity if found[severity]}
