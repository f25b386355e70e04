"""The policy as values: routes, approvers and stages. `bot.policy_file` reads them from YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Final

from bot.domain.finding import Severity
from bot.domain.plan import Effect
from bot.domain.windows import Hours, Quiet


class Stage(StrEnum):
    """The stage of an account: how much the bot may do there."""

    OBSERVE = "observe"
    PROPOSE = "propose"
    APPROVE = "approve"
    AUTO = "auto"


@dataclass(frozen=True)
class Subject:
    """The properties of a target that the policy matches."""

    account: str
    region: str
    severity: Severity
    controls: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Match:
    """A match of subjects: every given condition must hold. Accounts, Regions and controls may have wildcards."""

    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    severity: tuple[Severity, ...] = ()
    controls: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def holds(self, subject: Subject) -> bool:
        """Return whether the subject matches."""
        return (
            _any_glob(self.accounts, (subject.account,))
            and _any_glob(self.regions, (subject.region,))
            and (not self.severity or subject.severity in self.severity)
            and _any_glob(self.controls, subject.controls)
            and all(subject.tags.get(key) == value for key, value in self.tags.items())
        )

    def concerns(self, account: str) -> bool:
        """Return whether anything in this account may match."""
        return _any_glob(self.accounts, (account,))


def _any_glob(patterns: Iterable[str], values: Iterable[str]) -> bool:
    wanted = tuple(patterns)
    return not wanted or any(fnmatchcase(value, pattern) for value in values for pattern in wanted)


@dataclass(frozen=True)
class Approvers:
    """People and Slack user groups who may decide, and how many of them are required."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    required: int = 1

    @property
    def anybody(self) -> bool:
        """True if it names anybody; else nobody may decide."""
        return bool(self.users or self.groups)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({*self.users, *self.groups}))


@dataclass(frozen=True)
class Rule:
    """A rule that raises the number of approvers for matching targets with one of these effects."""

    required: int
    effects: tuple[Effect, ...] = ()
    match: Match = field(default_factory=Match)

    def holds(self, subject: Subject) -> bool:
        """Return whether this rule applies to the subject."""
        concerned = not self.effects or any(effect in subject.effects for effect in self.effects)
        return concerned and self.match.holds(subject)


@dataclass(frozen=True)
class DigestTime:
    """The time of a channel's daily digest: local time `HH:MM` ('' for never) in a zone of the IANA database."""

    at: str = "09:00"
    zone: str = "UTC"


class WriteBack(StrEnum):
    """The update of findings in Security Hub: none, a note, or also the workflow status NOTIFIED."""

    NONE = "none"
    NOTE = "note"
    STATUS = "status"


@dataclass(frozen=True)
class Auto:
    """The limits of automatic mode: fixes with no effects but these, and so many an hour in an account."""

    effects: tuple[Effect, ...] = ()
    per_account_per_hour: int = 10


@dataclass(frozen=True)
class Escalation:
    """The channel that is notified when nobody has decided for so long. It does not change who may decide."""

    after: timedelta
    channel: str
    mention: str = ""


MAX_REFERENCE: Final = 64


@dataclass(frozen=True)
class ChangeReference:
    """The change reference that an approval must give: a change of the organisation, fully matched by a pattern."""

    pattern: str
    label: str

    def wrong(self, text: str) -> str:
        """Return what is expected instead, or '' if the text is a reference."""
        if len(text) <= MAX_REFERENCE and re.fullmatch(self.pattern, text):
            return ""
        return f"please give a change reference ({self.label}) that looks like {self.pattern}"


@dataclass(frozen=True)
class Execution:
    """The hours in which matching targets may be changed, on every route."""

    hours: Hours
    match: Match = field(default_factory=Match)


@dataclass(frozen=True)
class Route:
    """A route: the channel of a target's card, and who decides there. `name` is its place in the file: `routes[0]`.

    `public`: the channel may be public in the workspace.
    """

    name: str
    channel: str
    approvers: Approvers = field(default_factory=Approvers)
    match: Match = field(default_factory=Match)
    mention: str = ""
    rules: tuple[Rule, ...] = ()
    public: bool = False
    digest: DigestTime | None = None
    exemptions: Approvers | None = None
    write_back: WriteBack = WriteBack.NOTE
    hours: Hours = field(default_factory=Hours)
    quiet: Quiet = field(default_factory=Quiet)
    remind: tuple[timedelta, ...] = ()
    escalate: Escalation | None = None
    change_reference: ChangeReference | None = None

    @property
    def exempters(self) -> Approvers:
        """The people who may exempt: those whom the route names for it, else its approvers."""
        return self.exemptions or self.approvers

    def required(self, subject: Subject) -> int:
        """Return how many distinct people must approve this subject."""
        return max([self.approvers.required, *(rule.required for rule in self.rules if rule.holds(subject))])

    def required_to_exempt(self, subject: Subject) -> int:
        """Return how many distinct people are required to exempt it, the requester among them."""
        return self.exemptions.required if self.exemptions else self.required(subject)


@dataclass(frozen=True)
class Cards:
    """The findings that get a card. `since` is an ISO time; findings first seen before it get none ('': all do)."""

    since: str = ""
    min_severity: Severity = Severity.HIGH
    per_channel_per_day: int = 20
    repost_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Policy:
    """A version of the policy: everything that an organisation decides about the bot."""

    version: str
    fallback_channel: str
    teams: tuple[str, ...] = ()
    default_stage: Stage = Stage.PROPOSE
    stages: Mapping[str, Stage] = field(default_factory=dict)
    cards: Cards = field(default_factory=Cards)
    owner_groups: Mapping[str, str] = field(default_factory=dict)
    owner_tag: str = "owner"
    dry_run: bool = False
    routes: tuple[Route, ...] = ()
    remediations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    config_rules: Mapping[str, str] = field(default_factory=dict)
    plan_hours: int = 24
    approval_hours: int = 24
    deny_days: int = 30
    undo_days: int = 7
    exempt_days: int = 90
    hand_over_days: int = 30
    per_person_per_hour: int = 20
    per_account_per_hour: int = 50
    auto: Auto = field(default_factory=Auto)
    iac_tags: tuple[str, ...] = ()
    digest: DigestTime = field(default_factory=DigestTime)
    execution: tuple[Execution, ...] = ()

    def stage(self, account: str) -> Stage:
        return self.stages.get(account, self.default_stage)

    def route(self, subject: Subject) -> Route:
        """Return the first route that matches, else the fallback channel, where nobody may approve."""
        for route in self.routes:
            if route.match.holds(subject):
                return route
        return Route(name="fallback", channel=self.fallback_channel)

    def quiet(self, channel: str) -> Quiet:
        """Return the quiet hours of a channel for what is about no single case: those of its first route."""
        return next((route.quiet for route in self.routes if route.channel == channel), Quiet())

    def hours(self, subject: Subject) -> tuple[Hours, ...]:
        """Return the hours that must all allow a change of this subject. They do not apply to an undo."""
        found = (self.route(subject).hours, *(one.hours for one in self.execution if one.match.holds(subject)))
        return tuple(hours for hours in found if hours != Hours())

    def params(self, remediation: str, controls: Iterable[str]) -> dict[str, Any]:
        """Return the parameters that this policy sets for a remediation, by its id or by one of its controls."""
        merged: dict[str, Any] = {}
        for key in (remediation, *sorted(controls)):
            merged |= self.remediations.get(key, {})
        return merged


def without_policy(fallback_channel: str) -> Policy:
    """Return the policy in force while none can be read: all goes to the fallback channel, and nobody may decide."""
    return Policy(version="none", fallback_channel=fallback_channel)
