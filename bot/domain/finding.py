"""Findings: the states that sources report for one control on one resource, and the status that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from bot.domain.canonical import dumps, sha256, short_id
from bot.domain.resource import Resource

MAX_SOURCES: Final = 20


class Severity(StrEnum):
    """Security Hub's severity labels; `rank` orders them, worst first."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    INFORMATIONAL = "INFORMATIONAL"

    @property
    def rank(self) -> int:
        """The rank: 0 for CRITICAL … 4 for INFORMATIONAL."""
        return _RANKS[self]

    @classmethod
    def worst(cls, several: tuple[Severity, ...]) -> Severity:
        """Return the worst of several; of none, INFORMATIONAL."""
        return min(several, key=lambda one: one.rank, default=cls.INFORMATIONAL)


_RANKS: Final = {one: rank for rank, one in enumerate(Severity)}


class SourceKind(StrEnum):
    """The event formats that findings arrive in."""

    ASFF = "asff"
    OCSF = "ocsf"
    CONFIG = "config"
    OTHER = "other"


class Status(StrEnum):
    """The status of one source, or of a finding as a whole."""

    OPEN = "open"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    RESOLVED = "resolved"
    PASSED = "passed"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class SourceState:
    """The present state of one source, in Security Hub's values (upper case, '' where it gives none).

    `product` is what Security Hub needs beside the finding's id to update it: the product's ARN, for OCSF the record's
    uid. `author` is who wrote the last note. `trusted`: the source's control id is trusted. `own_id` is the internal
    AWS id by which it names the resource, '' where it uses its name.
    """

    id: str
    kind: SourceKind
    verdict: str
    workflow: str = ""
    record_state: str = "ACTIVE"
    severity: str = ""
    updated: str = ""
    arrived: str = ""
    product: str = ""
    author: str = ""
    trusted: bool = True
    own_id: str = ""

    @property
    def finding_id(self) -> str:
        """The id that the source itself uses. `id` is `<feed>|<finding id>`, since each feed orders its own updates."""
        return self.id.partition("|")[2] or self.id

    @property
    def fingerprint(self) -> str:
        """A hash that changes if and only if the state changes (BatchUpdateFindings moves no timestamp)."""
        content = [self.id, self.verdict, self.workflow, self.record_state, self.severity]
        return sha256(dumps(content))[:16]

    @property
    def status(self) -> Status:
        """The first status that matches, by DESIGN §12."""
        if self.record_state == "ARCHIVED":
            return Status.ARCHIVED
        if self.workflow == "SUPPRESSED":
            return Status.SUPPRESSED
        if self.verdict == "PASSED":
            return Status.PASSED
        if self.workflow == "RESOLVED":
            return Status.RESOLVED
        if self.verdict in {"WARNING", "NOT_AVAILABLE", "INSUFFICIENT_DATA"}:
            return Status.UNKNOWN
        if self.verdict == "NOT_APPLICABLE":
            return Status.ARCHIVED
        return Status.OPEN

    @property
    def fails(self) -> bool:
        """True if active, not suppressed, and the verdict is a failure (RESOLVED by hand does not make it pass)."""
        if self.status is Status.OPEN:
            return True
        return self.status is Status.RESOLVED and self.verdict == "FAILED"


@dataclass(frozen=True)
class Observation:
    """One report by one source of one control on one resource. `bot.sources` translates events into these.

    `also` is the internal AWS id of a resource that is named otherwise, where a trusted source gives both.
    """

    resource: Resource
    control: str
    source: SourceState
    title: str = ""
    description: str = ""
    docs_url: str = ""
    first_seen: str = ""
    written_account: str = ""
    written_region: str = ""
    written_resource: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    note_author: str = ""
    account_name: str = ""
    resource_name: str = ""
    also: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def trusted(self) -> bool:
        return self.source.trusted

    @property
    def fid(self) -> str:
        return fid_of(self.resource, self.control)


def fid_of(resource: Resource, control: str) -> str:
    """Return the identity of a finding: account, Region, control and resource, nothing else."""
    return short_id(resource.account, resource.region, control, resource.id)


@dataclass(frozen=True)
class Finding:
    """Everything known of one control on one resource. `placed` is the `rev` that was last assigned to a target."""

    fid: str
    resource: Resource
    control: str
    severity: Severity
    sources: Mapping[str, SourceState]
    title: str = ""
    description: str = ""
    docs_url: str = ""
    first_seen: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    account_name: str = ""
    resource_name: str = ""
    last_verdict: str = ""
    case_id: str = ""
    target_id: str = ""
    no_card: str = ""
    rev: int = 0
    placed: int = 0

    @property
    def status(self) -> Status:
        """The status that follows from the sources: open if any active, unsuppressed one fails, and so on down."""
        statuses = [source.status for source in self.sources.values()]
        if any(source.fails for source in self.sources.values()):
            return Status.OPEN
        for status in (Status.UNKNOWN, Status.SUPPRESSED, Status.PASSED):
            if status in statuses:
                return status
        return Status.PASSED if Status.RESOLVED in statuses else Status.ARCHIVED

    @property
    def trusted(self) -> bool:
        """True if a failing source is trusted, or without failing sources any source."""
        failing = [source.trusted for source in self.sources.values() if source.fails]
        return any(failing or [source.trusted for source in self.sources.values()])


class Order(StrEnum):
    """The order of a report and the earlier one of the same source."""

    NEWER = "newer"
    SAME = "same"
    OLDER = "older"
    TIE = "tie"


def order(new: SourceState, old: SourceState | None) -> Order:
    """Compare two reports of one source: by `updated`, then by arrival; equal times with other content are a TIE."""
    if old is None:
        return Order.NEWER
    if new.fingerprint == old.fingerprint:
        return Order.SAME
    if (new.updated, new.arrived) == (old.updated, old.arrived):
        return Order.TIE
    return Order.NEWER if (new.updated, new.arrived) > (old.updated, old.arrived) else Order.OLDER


def fold(observation: Observation, known: Finding | None, severity: Severity) -> Finding:
    """Return the finding after this report, with `rev` one higher; `severity` is the control's own."""
    base = known or _first(observation, severity)
    sources = {**base.sources, observation.source.id: observation.source}
    verdict = observation.source.verdict
    return replace(
        _with_names(observation, _with_texts(observation, base)),
        severity=severity,
        sources=kept(sources),
        last_verdict=verdict if verdict in {"PASSED", "FAILED"} else base.last_verdict,
        rev=base.rev + 1,
    )


def _with_texts(observation: Observation, base: Finding) -> Finding:
    """Take the newest texts, if there are any; a Config rule's name replaces no title."""
    return replace(
        base,
        title=base.title if base.title and observation.detail.get("rule") else observation.title or base.title,
        description=observation.description or base.description,
        docs_url=observation.docs_url or base.docs_url,
        tags=observation.tags or base.tags,
        first_seen=min(filter(None, (base.first_seen, observation.first_seen)), default=""),
    )


def _with_names(observation: Observation, base: Finding) -> Finding:
    """Take names from trusted sources; the resource's name also from the first source."""
    trusted = observation.trusted
    return replace(
        base,
        account_name=(observation.account_name if trusted else "") or base.account_name,
        resource_name=(observation.resource_name if trusted or not base.sources else "") or base.resource_name,
    )


def _first(observation: Observation, severity: Severity) -> Finding:
    return Finding(
        fid=observation.fid,
        resource=observation.resource,
        control=observation.control,
        severity=severity,
        sources={},
        first_seen=observation.first_seen or observation.source.updated,
    )


def kept(sources: Mapping[str, SourceState]) -> Mapping[str, SourceState]:
    """Return at most MAX_SOURCES: failing ones first, so that dropping some never hides a problem, then the newest."""
    if len(sources) <= MAX_SOURCES:
        return sources
    ranked = sorted(sources.values(), key=lambda one: (one.fails, one.updated, one.arrived), reverse=True)
    return {source.id: source for source in ranked[:MAX_SOURCES]}


MARK: Final = "cspm-bot"
"""The beginning of the author of every note by the bot."""


def is_by_bot(author: str) -> bool:
    """Return whether a note is the bot's own."""
    return author.startswith(MARK)
