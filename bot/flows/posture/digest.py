"""The daily digest: compose it for a channel, post it once per local day, or show it to one person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.activity import Facts
from bot.domain.errors import Busy, Conflict, CspmError, SlackRefused, Unknown
from bot.domain.exemption import Exemption
from bot.domain.finding import Severity
from bot.domain.policy import DigestTime, Policy
from bot.domain.ports import Test, Update
from bot.domain.posture import ALL, Unit, channel_scope, scope_of
from bot.domain.score import Counts, added, points, score
from bot.domain.states import State
from bot.flows.cases.open_cases import DueCase, due_cases, waiting
from bot.flows.messaging.charts import Picture, post, trend_picture
from bot.flows.messaging.post_once import find_posted, metadata_of
from bot.flows.messaging.private import send_privately
from bot.flows.policy.load import for_presentation
from bot.flows.posture.audience import Audience, CounterScope, audience_of
from bot.flows.posture.query import day
from bot.flows.posture.score import fixes
from bot.flows.posture.snapshot import STAMP_RESOLUTION, ActivityRecord
from bot.slack.pages.digest import DigestView, WorstAccount, digest_message
from bot.store import exemptions, keys, posture, reconciliation
from bot.world import World

MONTH: Final = 30
RETRY_AFTER: Final = timedelta(minutes=10)
"""A digest that was started this long ago and is not marked as posted is looked for in the channel, and retried."""

GIVE_UP_AFTER: Final = timedelta(hours=6)
"""A digest that could not be sent for this long is skipped; the next one covers it."""

_FLAPPING: Final = 3
_DAYS_BEFORE_END: Final = (7, 1, 0)
"""Days before the end of an exemption on which the digest lists it."""

_EVENT: Final = "cspm_digest"


def tick(world: World) -> None:
    """Post the digests that are due now. A failing channel does not stop the others; then raises its error."""
    policy, now = for_presentation(world), world.clock.now()
    failures: list[CspmError] = []
    for channel, when in digest_times(policy).items():
        date = "" if policy.quiet(channel).until(now) else due_date(when, now)
        if date and _claim(channel, date, world):
            try:
                _post(channel, date, policy, world)
            except (Busy, Unknown, SlackRefused) as problem:
                failures.append(problem)
    if failures:
        raise failures[0]


def due_date(when: DigestTime, now: datetime) -> str:
    """Return the local date whose digest is due now, or ''.

    A time that a clock change skips is read in the offset before the change, so it comes an hour later by the new
    clock; of a time that occurs twice, the first is used.
    """
    if not when.at:
        return ""
    zone = ZoneInfo(when.zone)
    today = now.astimezone(zone).date()
    for date in (today, today - timedelta(days=1)):
        moment = datetime.combine(date, time.fromisoformat(when.at), tzinfo=zone)
        if timedelta(0) <= now - moment.astimezone(now.tzinfo) < GIVE_UP_AFTER:
            return date.isoformat()
    return ""


def digest_times(policy: Policy) -> dict[str, DigestTime]:
    """Return each channel that gets a digest, with the time of the first route that names it."""
    found: dict[str, DigestTime] = {}
    for route in policy.routes:
        found.setdefault(route.channel, route.digest or policy.digest)
    return found or {policy.fallback_channel: policy.digest}


def _claim(channel: str, date: str, world: World) -> bool:
    """Claim the digest for this call, unless it was posted or another call has started it a moment ago."""
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
    """Return the score chart of the last thirty days, None for a quiet day or before there are two days."""
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
    """Gather everything that the digest shows."""
    now = world.clock.now()
    units = posture.units(world.table)
    scopes = audience.scopes(units)
    by_scope = {scope: _rows(scope, audience, world) for scope in scopes}
    rows = added(by_scope.values())
    past = _past(scopes, audience, now, world)
    now_score = score(rows)
    known = {back: _score_of(past.get(back)) for back in range(MONTH, 0, -1)}
    cases = [one for one in due_cases(world) if _concerns(one, audience)]
    facts = _facts(audience, now, world)
    pending = waiting(cases)
    return DigestView(
        about=audience.about,
        limits=audience.limits,
        now=now,
        score=now_score,
        changes={back: _change(now_score.score, known[back]) for back in (1, 7, MONTH)},
        trend=[*known.values(), now_score.score],
        open_before=sum(row.failed for row in past[1]) if 1 in past else None,
        day=facts[0],
        month=facts[1],
        accounts=[_with_name(one, units) for one in _worst(by_scope, units, audience)],
        fixes=fixes(rows, now_score, pending),
        waiting=pending,
        threats=_threats(scopes, units, audience, world),
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


def _rows(scope: CounterScope, audience: Audience, world: World) -> list[Counts]:
    rows = posture.counts(world.table, scope.account, scope.region)
    return [row for row in rows if audience.takes(scope, row.control, row.severity)]


def _past(scopes: Sequence[CounterScope], audience: Audience, now: datetime, world: World) -> dict[int, list[Counts]]:
    """Return the counts of each of the last thirty days with a snapshot, by days back: one read per scope."""
    dates = {day(now, back): back for back in range(1, MONTH + 1)}
    wanted = [(scope_of(one.account, one.region), partial(audience.takes, one)) for one in scopes]
    return {dates[date]: rows for date, rows in posture.summed(world.table, wanted, list(dates)).items()}


def _score_of(rows: list[Counts] | None) -> float | None:
    return None if rows is None else points(rows)


def _change(now: float | None, then: float | None) -> float | None:
    return None if then is None or now is None else round(now - then, 1)


def _concerns(one: DueCase, audience: Audience) -> bool:
    return not audience.channel or one.case.channel == audience.channel


def _facts(audience: Audience, now: datetime, world: World) -> tuple[Facts, Facts]:
    """Return the activity of the last 24 hours, and of thirty days: recorded days and today so far."""
    yesterday, until = now - timedelta(days=1), now + STAMP_RESOLUTION
    scope = channel_scope(audience.channel) if audience.channel else ALL
    record = ActivityRecord(yesterday, until, world)
    today = record.between(keys.parse(f"{day(now)}T00:00:00Z"), until).get(scope, Facts())
    dates = [day(now, back) for back in range(1, MONTH + 1)]
    recorded = map(Facts.of, posture.facts(world.table, scope, dates))
    return record.between(yesterday, until).get(scope, Facts()), sum(recorded, today)


def _endings(audience: Audience, now: datetime, world: World) -> list[Exemption]:
    """Return this channel's exemptions that end in a week, in a day or today, and those ended since yesterday."""
    yesterday = keys.stamp(now - timedelta(days=1))
    known = exemptions.with_ended(world.table, yesterday)
    listed = (one for one in known if one.ended or (keys.parse(one.until).date() - now.date()).days in _DAYS_BEFORE_END)
    return [one for one in listed if not audience.channel or one.channel == audience.channel]


def _worst(
    by_scope: Mapping[CounterScope, Sequence[Counts]], units: Iterable[Unit], audience: Audience
) -> list[WorstAccount]:
    """Rank by the rows of the score; if those do not distinguish accounts, by the units, if they can tell."""
    if all(scope.account for scope in by_scope):
        return worst((scope.account, _failed(rows)) for scope, rows in by_scope.items())
    if any(route.match.controls for route in audience.routes):
        return []
    return worst((unit.account, _failed_in_audience(unit, audience)) for unit in units)


def _with_name(one: WorstAccount, units: Iterable[Unit]) -> WorstAccount:
    name = next((unit.account_name for unit in units if unit.account == one.account and unit.account_name), "")
    return replace(one, name=name)


def _failed(rows: Iterable[Counts]) -> Counter[Severity]:
    found: Counter[Severity] = Counter()
    for row in rows:
        found[row.severity] += row.failed
    return found


def _failed_in_audience(unit: Unit, audience: Audience) -> Counter[Severity]:
    here = CounterScope(unit.account, unit.region)
    return Counter({one: number for one, number in unit.failed.items() if audience.takes(here, "", one)})


def worst(failed_in: Iterable[tuple[str, Mapping[Severity, int]]]) -> list[WorstAccount]:
    """Return the accounts with open findings, worst first."""
    found: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
    for account, failed in failed_in:
        found[account].update(failed)
    wrong = [WorstAccount(account, failed) for account, failed in found.items() if any(failed.values())]
    return sorted(wrong, key=lambda one: ([-one.failed.get(severity, 0) for severity in Severity], one.account))


def _threats(
    scopes: Iterable[CounterScope], units: Sequence[Unit], audience: Audience, world: World
) -> dict[Severity, int]:
    """Count threats, reading only scopes that have some: there may be a scope for every account."""
    threatened = [unit for unit in units if unit.threats]
    found: Counter[Severity] = Counter()
    for scope in scopes:
        if not any(scope.contains(unit.account, unit.region) for unit in threatened):
            continue
        here = posture.threats(world.table, scope.account, scope.region)
        found.update({one: number for one, number in here.items() if audience.takes(scope, "", one)})
    return {severity: found[severity] for severity in Severity if found[severity]}
