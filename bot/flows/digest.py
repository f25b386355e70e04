"""The daily digest: gathered for a channel's accounts, posted once a local day, or shown to one person now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from bot.domain.errors import Busy, Conflict, CspmError, SlackRefused, Unknown
from bot.domain.facts import Facts
from bot.domain.finding import Severity
from bot.domain.policy import Policy
from bot.domain.ports import Test, Update
from bot.domain.posture import ALL, Unit
from bot.domain.score import Counts, points, score
from bot.domain.states import State
from bot.flows import reconcile
from bot.flows.digest_times import channels, due
from bot.flows.pictures import Picture, post, trend_picture
from bot.flows.policy import for_presentation
from bot.flows.score import fixes
from bot.flows.snapshot import MOMENT, facts_by_account
from bot.flows.standing import DueCase, day, due_cases, waiting
from bot.slack.digest import DigestView, WorstAccount, digest_message
from bot.store import keys, posture
from bot.world import World

MONTH: Final = 30
RETRY_AFTER: Final = timedelta(minutes=10)
"""A digest that was begun and not told to be posted for so long is looked for, and begun again."""

_FLAPPING: Final = 3
_EVENT: Final = "cspm_digest"
_NOT_THERE: Final = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})


@dataclass(frozen=True)
class Audience:
    """Whose digest it is: a channel ('' for everybody's) and the accounts that its routes match (none: all)."""

    channel: str = ""
    accounts: tuple[str, ...] = ()

    def has(self, account: str) -> bool:
        """Whether this account is the audience's business."""
        return not self.accounts or any(fnmatchcase(account, pattern) for pattern in self.accounts)


def audience_of(channel: str, policy: Policy) -> Audience:
    """The accounts whose findings come to this channel; a channel that no route names hears of all."""
    routes = [route for route in policy.routes if route.channel == channel]
    if not routes:
        return Audience()
    everything = any(not route.match.accounts for route in routes)
    patterns = {pattern for route in routes for pattern in route.match.accounts}
    return Audience(channel, () if everything else tuple(sorted(patterns)))


def tick(world: World) -> None:
    """Post the digests that are due now. One channel's failure costs only itself; the first is raised in the end."""
    policy, now = for_presentation(world), world.clock.now()
    failures: list[CspmError] = []
    for channel, when in channels(policy).items():
        date = due(when, now)
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
    if not _is_there(channel, date, world):
        view = compose(audience_of(channel, policy), policy, world)
        arguments = digest_message(view).arguments | {
            "metadata": {"event_type": _EVENT, "event_payload": {"date": date}},
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


def _is_there(channel: str, date: str, world: World) -> bool:
    history = world.slack.call("conversations.history", channel=channel, include_all_metadata=True, limit=100)
    told = (message.get("metadata", {}) for message in history.get("messages", ()))
    return any(one.get("event_type") == _EVENT and one["event_payload"].get("date") == date for one in told)


def show(user: str, channel: str, world: World) -> None:
    """The digest of this channel as it would be now, for one person alone."""
    policy = for_presentation(world)
    message = digest_message(compose(audience_of(channel, policy), policy, world))
    if channel:
        try:
            world.slack.call("chat.postEphemeral", channel=channel, user=user, **message.arguments)
        except SlackRefused as refused:
            if refused.error not in _NOT_THERE:
                raise
        else:
            return
    world.slack.call("chat.postMessage", channel=user, **message.arguments)


def compose(audience: Audience, policy: Policy, world: World) -> DigestView:
    """Everything that the digest says."""
    now = world.clock.now()
    units = [unit for unit in posture.units(world.table) if audience.has(unit.account)]
    scopes = sorted({unit.account for unit in units}) if audience.accounts else [ALL]
    past = _past(scopes, now, world)
    rows = _sum(posture.counts(world.table, "" if scope == ALL else scope) for scope in scopes)
    standing = score(rows)
    known = {back: _score_of(past.get(back)) for back in range(MONTH, 0, -1)}
    cases = [one for one in due_cases(world) if _concerns(one, audience)]
    facts = _facts(scopes, now, world)
    asking = waiting(cases)
    return DigestView(
        about=_about(audience),
        now=now,
        score=standing,
        changes={back: _change(standing.score, known[back]) for back in (1, 7, MONTH)},
        trend=[*known.values(), standing.score],
        open_before=sum(row.failed for row in past[1]) if 1 in past else None,
        day=facts[0],
        month=facts[1],
        accounts=worst(units),
        fixes=fixes(rows, standing, asking),
        waiting=asking,
        threats=_threats(scopes, world),
        below=sum(row.failed for row in rows if row.severity.rank > policy.cards.min_severity.rank),
        min_severity=policy.cards.min_severity,
        put_off=sum(one.put_off > day(now) and not one.case.ts for one in cases),
        flapping=sum(one.case.reopened > _FLAPPING for one in cases),
        unplanned=sum(one.case.count(State.NEW) for one in cases),
        notes=_notes(policy, world),
    )


def _about(audience: Audience) -> str:
    if not audience.accounts:
        return "all accounts"
    return f"{'account' if len(audience.accounts) == 1 else 'accounts'} {', '.join(audience.accounts)}"


def _notes(policy: Policy, world: World) -> tuple[str, ...]:
    unreadable = "The policy cannot be read now, so nobody can decide." if policy.version == "none" else ""
    return tuple(filter(None, (unreadable, reconcile.progress(world))))


def _past(scopes: Sequence[str], now: datetime, world: World) -> dict[int, list[Counts]]:
    """The counts of each of the last thirty days of which every scope has a snapshot, by days back."""
    dates = {day(now, back): back for back in range(1, MONTH + 1)}
    found: defaultdict[int, list[list[Counts]]] = defaultdict(list)
    for scope in scopes:
        for date, rows in posture.snapshots(world.table, scope, list(dates)).items():
            found[dates[date]].append(rows)
    return {back: _sum(several) for back, several in found.items()}


def _sum(several: Iterable[Sequence[Counts]]) -> list[Counts]:
    """Rows of one control added up."""
    found: dict[str, Counts] = {}
    for rows in several:
        for row in rows:
            found[row.control] = _added(found[row.control], row) if row.control in found else row
    return [found[control] for control in sorted(found)]


def _added(one: Counts, other: Counts) -> Counts:
    return replace(
        one,
        severity=Severity.worst((one.severity, other.severity)),
        passed=one.passed + other.passed,
        failed=one.failed + other.failed,
        exempted=one.exempted + other.exempted,
        unknown_was_passed=one.unknown_was_passed + other.unknown_was_passed,
        unknown_was_failed=one.unknown_was_failed + other.unknown_was_failed,
    )


def _score_of(rows: list[Counts] | None) -> float | None:
    return None if rows is None else points(rows)


def _change(now: float | None, then: float | None) -> float | None:
    return None if then is None or now is None else round(now - then, 1)


def _concerns(one: DueCase, audience: Audience) -> bool:
    return one.case.channel == audience.channel if audience.channel else audience.has(one.case.account)


def _facts(scopes: Sequence[str], now: datetime, world: World) -> tuple[Facts, Facts]:
    """What happened in the last 24 hours, and in thirty days: recorded days and today so far."""
    until = now + MOMENT
    since = facts_by_account(now - timedelta(days=1), until, world)
    today = facts_by_account(keys.parse(f"{day(now)}T00:00:00Z"), until, world)
    dates = [day(now, back) for back in range(1, MONTH + 1)]
    recorded = (Facts.of(one) for scope in scopes for one in posture.facts(world.table, scope, dates))
    return _of(since, scopes), sum(recorded, _of(today, scopes))


def _of(facts: Mapping[str, Facts], scopes: Sequence[str]) -> Facts:
    return sum((facts.get(scope, Facts()) for scope in scopes), Facts())


def worst(units: Iterable[Unit]) -> list[WorstAccount]:
    """Accounts with open findings, the one with the worst first."""
    found: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
    for unit in units:
        found[unit.account].update(unit.failed)
    wrong = [WorstAccount(account, failed) for account, failed in found.items() if any(failed.values())]
    return sorted(wrong, key=lambda one: ([-one.failed.get(severity, 0) for severity in Severity], one.account))


def _threats(scopes: Sequence[str], world: World) -> dict[Severity, int]:
    found: Counter[Severity] = Counter()
    for scope in scopes:
        found.update(posture.threats(world.table, "" if scope == ALL else scope))
    return {severity: found[severity] for severity in Severity if found[severity]}
