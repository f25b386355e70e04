"""Findings: what sources say of one control on one resource, and the one status that follows."""

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
        """0 for CRITICAL … 4 for INFORMATIONAL."""
        return _RANKS[self]

    @classmethod
    def worst(cls, several: tuple[Severity, ...]) -> Severity:
        """The worst of several; of none, INFORMATIONAL."""
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
    """The current state of one source, in Security Hub's values (upper case, '' for none).

    `product` is what Security Hub needs besides the finding's id for an update: the product's ARN, for OCSF the
    record's uid. `author` wrote the last note. `trusted`: the source may name the control. `own_id` is the internal
    AWS id by which it identifies the resource, '' if it uses the name.
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
        """The id that the source itself uses: `id` is `<feed>|<finding id>`, for each feed orders its own updates."""
        return self.id.partition("|")[2] or self.id

    @property
    def fingerprint(self) -> str:
        """Changes when, and only when, what the source says changes (BatchUpdateFindings moves no timestamp)."""
        said = [self.id, self.verdict, self.workflow, self.record_state, self.severity]
        return sha256(dumps(said))[:16]

    @property
    def status(self) -> Status:
        """The first that matches, by DESIGN §12."""
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
        """Active and not suppressed, and the verdict is a failure (RESOLVED by hand does not make it pass)."""
        if self.status is Status.OPEN:
            return True
        return self.status is Status.RESOLVED and self.verdict == "FAILED"


@dataclass(frozen=True)
class Observation:
    """One report of one source about one control on one resource. Sources translate events into these.

    `also` is the resource's internal AWS id besides its name, where a trusted source has both.
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
        """Return whether the source may name the control."""
        return self.source.trusted

    @property
    def fid(self) -> str:
        """The identity of its finding."""
        return fid_of(self.resource, self.control)


def fid_of(resource: Resource, control: str) -> str:
    """The identity of a finding: account, Region, control and resource, nothing else."""
    return short_id(resource.account, resource.region, control, resource.id)


@dataclass(frozen=True)
class Finding:
    """All that is known of one control on one resource."""

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
        """A pure function of the sources: open if any active, unsuppressed one fails, and so on down."""
        said = [source.status for source in self.sources.values()]
        if any(source.fails for source in self.sources.values()):
            return Status.OPEN
        for status in (Status.UNKNOWN, Status.SUPPRESSED, Status.PASSED):
            if status in said:
                return status
        return Status.PASSED if Status.RESOLVED in said else Status.ARCHIVED

    @property
    def trusted(self) -> bool:
        """Return whether a trusted source names the control: among the failing sources, else among all."""
        failing = [source.trusted for source in self.sources.values() if source.fails]
        return any(failing or [source.trusted for source in self.sources.values()])


class Order(StrEnum):
    """The order of a report relative to the stored state of its source."""

    NEWER = "newer"
    SAME = "same"
    OLDER = "older"
    TIE = "tie"


def order(new: SourceState, old: SourceState | None) -> Order:
    """Decided within one source only: later `updated`, then later arrival; a tie that says something else is a TIE."""
    if old is None:
        return Order.NEWER
    if new.fingerprint == old.fingerprint:
        return Order.SAME
    if (new.updated, new.arrived) == (old.updated, old.arrived):
        return Order.TIE
    return Order.NEWER if (new.updated, new.arrived) > (old.updated, old.arrived) else Order.OLDER


def fold(observation: Observation, known: Finding | None, severity: Severity) -> Finding:
    """The finding after this arrival. Its `rev` goes up by one; `severity` is the control's own."""
    base = known or _first(observation, severity)
    sources = {**base.sources, observation.source.id: observation.source}
    said = observation.source.verdict
    return replace(
        _named(observation, _told(observation, base)),
        severity=severity,
        sources=kept(sources),
        last_verdict=said if said in {"PASSED", "FAILED"} else base.last_verdict,
        rev=base.rev + 1,
    )


def _told(observation: Observation, base: Finding) -> Finding:
    """Return the newest title and description, if any; the name of a Config rule replaces no title."""
    return replace(
        base,
        title=base.title if base.title and observation.detail.get("rule") else observation.title or base.title,
        description=observation.description or base.description,
        docs_url=observation.docs_url or base.docs_url,
        tags=observation.tags or base.tags,
        first_seen=min(filter(None, (base.first_seen, observation.first_seen)), default=""),
    )


def _named(observation: Observation, base: Finding) -> Finding:
    """Return the names from trusted sources; the resource's own name also from the first source that has one."""
    believed = observation.trusted
    return replace(
        base,
        account_name=(observation.account_name if believed else "") or base.account_name,
        resource_name=(observation.resource_name if believed or not base.sources else "") or base.resource_name,
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
    """At most MAX_SOURCES: those that fail first, so that dropping some never hides a problem, then the newest."""
    if len(sources) <= MAX_SOURCES:
        return sources
    ranked = sorted(sources.values(), key=lambda one: (one.fails, one.updated, one.arrived), reverse=True)
    return {source.id: source for source in ranked[:MAX_SOURCES]}


MARK: Final = "cspm-bot"
"""Prefix of the author of every note that the bot writes."""


def is_ours(author: str) -> bool:
    """Return whether the bot wrote a note."""
    return author.startswith(MARK)
