"""Models of the policy file. `cspm policy schema` generates its JSON Schema, descriptions included, from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from bot.domain.finding import Severity
from bot.domain.policy import Stage, WriteBack
from bot.policy_file.scalars import (
    DAYS,
    DEPLOYMENT,
    Account,
    AccountGlob,
    CardsFrom,
    Channel,
    ClockTime,
    Control,
    Count,
    DayName,
    Days,
    Duration,
    EffectName,
    Group,
    Hours,
    LocalDate,
    LocalTime,
    Mention,
    Pattern,
    RegionGlob,
    SeverityName,
    StageName,
    Team,
    Text,
    TimeOfDay,
    User,
    WriteBackName,
    Zone,
)


class Part(BaseModel):
    """A mapping of the file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MatchPart(Part):
    """Conditions that must all hold; without any, everything matches."""

    accounts: list[AccountGlob] = []
    regions: list[RegionGlob] = []
    severity: list[SeverityName] = []
    controls: list[Text] = []
    tags: dict[Text, str] = {}


class ApproversPart(Part):
    """Users and user groups who may decide, and the number of distinct people required."""

    users: list[User] = []
    groups: list[Group] = []
    required: Count = 1


class RulePart(Part):
    """A higher number of approvers for some effects, or for some targets of the route."""

    required: Count
    effects: list[EffectName] = []
    match: MatchPart = MatchPart()


class DigestPart(Part):
    """The time of the daily digest: `at: "09:00"` (quoted) or `never`, in the readers' time zone."""

    at: TimeOfDay = "09:00"
    zone: Zone = "UTC"


class WindowPart(Part):
    """A weekly window on these days, `from` and `to` in local time; a `to` not after `from` is on the next day."""

    days: Annotated[list[DayName], Field(min_length=1)] = list(DAYS)
    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")
    zone: Zone = "UTC"


class FreezePart(Part):
    """No changes `from` … `to`: dates (the last one included) or local times such as 2026-12-18T18:00."""

    start: LocalTime = Field(alias="from")
    end: LocalTime = Field(alias="to")
    reason: Text
    zone: Zone = "UTC"

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        """Raise ValueError for an end before the start."""
        whole_day = "" if "T" in self.end else "T24:00"
        if self.end + whole_day <= self.start:
            raise ValueError("`to` is not after `from`")
        return self


class ExecutionPart(Part):
    """Times of changes to matching targets: in one of the windows and outside every freeze; Undo at any time."""

    match: MatchPart = MatchPart()
    windows: list[WindowPart] = []
    freezes: list[FreezePart] = []


class QuietPart(Part):
    """Quiet hours `from` … `to`, and days that are not `business_days`: new cards wait, and come with one summary.

    Cards of `urgent` severities do not wait. `holidays` are dates.
    """

    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")
    zone: Zone = "UTC"
    business_days: Annotated[list[DayName], Field(min_length=1)] = list(DAYS)
    holidays: list[LocalDate] = []
    urgent: list[SeverityName] = []

    @model_validator(mode="after")
    def _ends(self) -> Self:
        """Raise ValueError for equal times."""
        if self.start == self.end:
            raise ValueError("`from` and `to` are the same time: it would never be quiet, or always")
        return self


class EscalatePart(Part):
    """A channel to notify of a decision that is pending for so long. The approvers stay the same."""

    after: Duration
    to: Channel
    mention: Mention = ""


class ReferencePart(Part):
    """A reference to your change process, required by Approve and matched by all of `pattern`; Undo requires none."""

    pattern: Pattern
    label: Annotated[str, Field(min_length=1, max_length=40)] = "Change reference"


class RoutePart(Part):
    """The channel of a card and its approvers. `public: true` allows a channel that every member can read.

    `exemptions`: who may exempt, and how many people it takes (with the requester); without it, the approvers.
    `remind`: times after the card at which the channel is reminded, once each; one message for all pending decisions.
    `windows` and `freezes`: a change approved outside the windows, or in a freeze, waits, and is compared again then.
    """

    channel: Channel
    match: MatchPart = MatchPart()
    mention: Mention = ""
    public: StrictBool = False
    approvers: ApproversPart = ApproversPart()
    rules: list[RulePart] = []
    digest: DigestPart | None = None
    exemptions: ApproversPart | None = None
    write_back: WriteBackName = WriteBack.NOTE
    windows: list[WindowPart] = []
    freezes: list[FreezePart] = []
    quiet_hours: QuietPart | None = None
    remind: Annotated[list[Duration], Field(max_length=5)] = []
    escalate: EscalatePart | None = None
    change_reference: ReferencePart | None = None


class StagePart(Part):
    """The stage of the bot: observe, propose (cards without Approve), approve, auto. Accounts are full ids."""

    default: StageName = Stage.PROPOSE
    accounts: dict[Account, StageName] = {}


class CardsPart(Part):
    """Findings that get a card. `from`: `deployment`, or a date; findings first seen earlier get none."""

    since: CardsFrom = Field(default=DEPLOYMENT, alias="from")
    min_severity: SeverityName = Severity.HIGH
    per_channel_per_day: Annotated[int, Field(strict=True, ge=1, le=1000)] = 20
    repost_after: Duration = timedelta(hours=24)


class OwnerPart(Part):
    """The owner of an account."""

    group: Group


class OwnersPart(Part):
    """Owners of resources: by the account, and by a tag of the resource."""

    accounts: dict[Account, OwnerPart] = {}
    tag: Text = "owner"


class LimitsPart(Part):
    """Lifetimes of a plan, an approval, a denial, Undo and an exemption, and hourly limits of approvals.

    Above the hourly limits two people must approve.
    """

    plan_hours: Hours = 24
    approval_hours: Hours = 24
    deny_days: Days = 30
    undo_days: Annotated[int, Field(strict=True, ge=1, le=90)] = 7
    exempt_days: Days = 90
    hand_over_days: Days = 30
    per_person_per_hour: Annotated[int, Field(strict=True, ge=1, le=1000)] = 20
    per_account_per_hour: Annotated[int, Field(strict=True, ge=1, le=1000)] = 50


class AutoPart(Part):
    """Automatic approval in accounts at stage `auto`: of fixes that have no effects but these."""

    effects: list[EffectName] = []
    per_account_per_hour: Annotated[int, Field(strict=True, ge=1, le=1000)] = 10


class PolicyFile(Part):
    """The policy file."""

    model_config = ConfigDict(title="cspm-bot policy")

    version: Literal[1]
    teams: Annotated[list[Team], Field(min_length=1)]
    fallback_channel: Channel
    stage: StagePart = StagePart()
    cards: CardsPart = CardsPart.model_validate({})
    owners: OwnersPart = OwnersPart()
    limits: LimitsPart = LimitsPart()
    auto: AutoPart = AutoPart()
    iac_tags: list[Text] = []
    dry_run: StrictBool = False
    digest: DigestPart = DigestPart()
    execution: list[ExecutionPart] = []
    routes: list[RoutePart] = []
    remediations: dict[Text, dict[Text, Any]] = {}
    config_rules: dict[Text, Control] = {}
