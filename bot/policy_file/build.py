"""Conversion of a validated policy file to the domain's policy."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.domain.plan import Effect
from bot.domain.policy import (
    Approvers,
    Auto,
    Cards,
    ChangeReference,
    DigestTime,
    Escalation,
    Execution,
    Match,
    Policy,
    Route,
    Rule,
)
from bot.domain.windows import Freeze, Hours, Quiet, Window, moment
from bot.policy_file.model import (
    ApproversPart,
    CardsPart,
    DigestPart,
    ExecutionPart,
    FreezePart,
    MatchPart,
    PolicyFile,
    QuietPart,
    ReferencePart,
    RoutePart,
    RulePart,
    WindowPart,
)
from bot.policy_file.scalars import DAYS, DEPLOYMENT, NEVER


def build(file: PolicyFile, version: str, deployed_at: str) -> Policy:
    """Build the policy with this version label; `deployed_at` is the time of `cards.from: deployment`."""
    return Policy(
        version=version,
        fallback_channel=file.fallback_channel,
        teams=tuple(file.teams),
        default_stage=file.stage.default,
        stages=dict(file.stage.accounts),
        cards=_cards(file.cards, deployed_at),
        owner_groups={account: owner.group for account, owner in file.owners.accounts.items()},
        owner_tag=file.owners.tag,
        dry_run=file.dry_run,
        routes=tuple(_route(index, route, file.digest) for index, route in enumerate(file.routes)),
        remediations=file.remediations,
        config_rules=file.config_rules,
        plan_hours=file.limits.plan_hours,
        approval_hours=file.limits.approval_hours,
        deny_days=file.limits.deny_days,
        undo_days=file.limits.undo_days,
        exempt_days=file.limits.exempt_days,
        hand_over_days=file.limits.hand_over_days,
        per_person_per_hour=file.limits.per_person_per_hour,
        per_account_per_hour=file.limits.per_account_per_hour,
        auto=Auto(tuple(Effect[name] for name in file.auto.effects), file.auto.per_account_per_hour),
        iac_tags=tuple(file.iac_tags),
        digest=_digest(file.digest),
        execution=tuple(Execution(_hours(part), _match(part.match)) for part in file.execution),
    )


def _cards(part: CardsPart, deployed_at: str) -> Cards:
    return Cards(
        since=deployed_at if part.since == DEPLOYMENT else part.since,
        min_severity=part.min_severity,
        per_channel_per_day=part.per_channel_per_day,
        repost_after=part.repost_after,
    )


def _route(index: int, part: RoutePart, digest: DigestPart) -> Route:
    return Route(
        name=f"routes[{index}]",
        channel=part.channel,
        approvers=_approvers(part.approvers),
        match=_match(part.match),
        mention=part.mention,
        rules=tuple(map(_rule, part.rules)),
        public=part.public,
        digest=_digest(part.digest or digest),
        exemptions=_approvers(part.exemptions) if part.exemptions else None,
        write_back=part.write_back,
        hours=_hours(part),
        quiet=_quiet(part.quiet_hours) if part.quiet_hours else Quiet(),
        change_reference=_reference(part.change_reference) if part.change_reference else None,
        remind=tuple(sorted(set(part.remind))),
        escalate=Escalation(part.escalate.after, part.escalate.to, part.escalate.mention) if part.escalate else None,
    )


def _hours(part: RoutePart | ExecutionPart) -> Hours:
    return Hours(tuple(map(_window, part.windows)), tuple(map(_freeze, part.freezes)))


def _quiet(part: QuietPart) -> Quiet:
    """Build the windows outside quiet hours: one between them, or, if they do not span midnight, before and after."""
    before = [("00:00", part.start)] if part.start != "00:00" else []
    open_hours = [(part.end, part.start)] if part.start > part.end else [*before, (part.end, "00:00")]
    days = _days(part.business_days)
    windows = (Window(days, time.fromisoformat(start), time.fromisoformat(end), part.zone) for start, end in open_hours)
    holidays = ((_local(day, part.zone), _local(day, part.zone, last=True)) for day in part.holidays)
    return Quiet(Hours(tuple(windows), tuple(Freeze(*day, "holiday") for day in holidays)), tuple(part.urgent))


def _reference(part: ReferencePart) -> ChangeReference:
    return ChangeReference(part.pattern, part.label)


def _days(names: list[str]) -> tuple[int, ...]:
    return tuple(sorted({DAYS.index(name) for name in names}))


def _window(part: WindowPart) -> Window:
    return Window(_days(part.days), time.fromisoformat(part.start), time.fromisoformat(part.end), part.zone)


def _freeze(part: FreezePart) -> Freeze:
    start, end = _local(part.start, part.zone), _local(part.end, part.zone, last=True)
    return Freeze(start, end, part.reason)


def _local(text: str, zone: str, *, last: bool = False) -> datetime:
    """Return a local time; for a date its start, or its end if it is the last day."""
    day, _, at = text.partition("T")
    if at:
        return moment(date.fromisoformat(day), time.fromisoformat(at), zone)
    return moment(date.fromisoformat(day) + timedelta(days=last), time(), zone)


def _digest(part: DigestPart) -> DigestTime:
    return DigestTime("" if part.at == NEVER else part.at, part.zone)


def _approvers(part: ApproversPart) -> Approvers:
    return Approvers(tuple(part.users), tuple(part.groups), part.required)


def _rule(part: RulePart) -> Rule:
    return Rule(part.required, tuple(Effect[name] for name in part.effects), _match(part.match))


def _match(part: MatchPart) -> Match:
    return Match(
        accounts=tuple(part.accounts),
        regions=tuple(part.regions),
        severity=tuple(part.severity),
        controls=tuple(part.controls),
        tags=dict(part.tags),
    )
