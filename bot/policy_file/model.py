"""The policy file's shape. The JSON Schema of `cspm policy schema` is generated from these models."""

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
    """All that is given must hold; what is not given matches everything."""

    accounts: list[AccountGlob] = []
    regions: list[RegionGlob] = []
    severity: list[SeverityName] = []
    controls: list[Text] = []
    tags: dict[Text, str] = {}


class ApproversPart(Part):
    """People and user groups who may decide, and how many distinct people it takes."""

    users: list[User] = []
    groups: list[Group] = []
    required: Count = 1


class RulePart(Part):
    """Raises the number of approvers for some effects, or for some targets of the route."""

    required: Count
    effects: list[EffectName] = []
    match: MatchPart = MatchPart()


class DigestPart(Part):
    """When the daily digest comes: `at: "09:00"` (quoted) or `never`, in the time zone of the people who read it."""

    at: TimeOfDay = "09:00"
    zone: Zone = "UTC"


class WindowPart(Part):
    """Each week on these days, `from` and `to` by the clocks of the zone; a `to` not after `from` is the next day's."""

    days: Annotated[list[DayName], Field(min_length=1)] = list(DAYS)
    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")
    zone: Zone = "UTC"


class FreezePart(Part):
    """No changes `from` … `to`: dates (the last one is frozen as well) or local times such as 2026-12-18T18:00."""

    start: LocalTime = Field(alias="from")
    end: LocalTime = Field(alias="to")
    reason: Text
    zone: Zone = "UTC"

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        """Raises ValueError when it ends before it begins."""
        whole_day = "" if "T" in self.end else "T24:00"
        if self.end + whole_day <= self.start:
            raise ValueError("`to` is not after `from`")
        return self


class ExecutionPart(Part):
    """When changes may be made to what matches: in one of the windows, outside of every freeze; Undo at any time."""

    match: MatchPart = MatchPart()
    windows: list[WindowPart] = []
    freezes: list[FreezePart] = []


class QuietPart(Part):
    """Quiet each day `from` … `to`, and on all that are no `business_days`: new cards wait, and come with one summary.

    `urgent` severities break through. `holidays` are dates.
    """

    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")
    zone: Zone = "UTC"
    business_days: Annotated[list[DayName], Field(min_length=1)] = list(DAYS)
    holidays: list[LocalDate] = []
    urgent: list[SeverityName] = []

    @model_validator(mode="after")
    def _ends(self) -> Self:
        """Raises ValueError when it would be quiet all day."""
        if self.start == self.end:
            raise ValueError("`from` and `to` are the same time: it would never be quiet, or always")
        return self


class EscalatePart(Part):
    """A channel that hears of a question which nobody has answered for so long. Who may decide stays as it is."""

    after: Duration
    to: Channel
    mention: Mention = ""


class ReferencePart(Part):
    """What Approve asks for: a change of your own process, which the whole `pattern` must match; Undo asks for none."""

    pattern: Pattern
    label: Annotated[str, Field(min_length=1, max_length=40)] = "Change reference"


class RoutePart(Part):
    """Where a card goes and who decides there. `public: true` allows a channel that every member can read.

    `exemptions` says who may exempt, and how many it takes (whoever asks among them); without it: the approvers.
    `remind`: how long after the question the channel is reminded of it, each time once; one message for all that waits.
    `windows` and `freezes`: what is approved outside of the windows, or in a freeze, waits and is compared again then.
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
    """How far the bot goes: observe, propose (cards without Approve), approve, auto. Accounts are spelt out."""

    default: StageName = Stage.PROPOSE
    accounts: dict[Account, StageName] = {}


class CardsPart(Part):
    """Which findings get a card. `from`: `deployment`, or a date; findings first seen earlier get none."""

    since: CardsFrom = Field(default=DEPLOYMENT, alias="from")
    min_severity: SeverityName = Severity.HIGH
    per_channel_per_day: Annotated[int, Field(strict=True, ge=1, le=1000)] = 20
    repost_after: Duration = timedelta(hours=24)


class OwnerPart(Part):
    """Who owns an account."""

    group: Group


class OwnersPart(Part):
    """Whose resources these are: by the account, and by a tag of the resource."""

    accounts: dict[Account, OwnerPart] = {}
    tag: Text = "owner"


class LimitsPart(Part):
    """How long things hold (a plan, an approval, a denial, the way back, an exemption), and approvals an hour.

    Above the hourly numbers two people must approve.
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
    """What accounts at stage `auto` may do without asking: fixes that have no effects but these."""

    effects: list[EffectName] = []
    per_account_per_hour: Annotated[int, Field(strict=True, ge=1, le=1000)] = 10


class PolicyFile(Part):
    """The whole file."""

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
