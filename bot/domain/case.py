"""Cases and their targets: the work that people talk about, and where each piece of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.canonical import canonical, sha256, short_id
from bot.domain.errors import IllegalStep
from bot.domain.exemption import Wish
from bot.domain.finding import Severity, Status
from bot.domain.plan import Change, Clash, Evidence, Plan, Target
from bot.domain.resource import Resource
from bot.domain.states import BUSY, CLOSING, State, Step, allows, move


@dataclass(frozen=True)
class FindingNote:
    """A finding, as its target knows it."""

    control: str
    status: Status
    severity: Severity


@dataclass(frozen=True)
class Approval:
    """One person's yes to one digest."""

    user: str
    at: str
    digest: str


@dataclass(frozen=True)
class PastFix:
    """A fix of ours that held for a while: who approved it, when it was proved, by which run; `auto`: by a policy."""

    by: str
    at: str
    run: str
    auto: bool = False


@dataclass(frozen=True)
class CaseTarget:
    """One target of a case: a resource to work on, and where that stands. `ver` goes up with every write.

    `run_id` is its last run, and `undo_of`, where that is an undo, the fix that it takes back. `made` is the part of
    the plan of a run that failed which it had written, as the text of a plan. `half` is that run, once it is asked
    again.
    """

    case_id: str
    target_id: str
    subject: str
    remediation: str
    resource: Resource
    state: State = State.NEW
    findings: Mapping[str, FindingNote] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    name: str = ""
    docs_url: str = ""
    since: str = ""
    plan_text: str = ""
    digest: str = ""
    planned_at: str = ""
    asked_at: str = ""
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    clashes: tuple[Clash, ...] = ()
    approvals: tuple[Approval, ...] = ()
    decided_by: str = ""
    decided_at: str = ""
    not_before: str = ""
    reference: str = ""
    reason: str = ""
    run_id: str = ""
    undo_of: str = ""
    made: str = ""
    half: str = ""
    proved_at: str = ""
    hub_at: str = ""
    closing: str = ""
    trusted: bool = True
    until: str = ""
    handed_to: str = ""
    link: str = ""
    exemption: str = ""
    wish: Wish = field(default_factory=Wish)
    fixes: tuple[PastFix, ...] = ()
    no_auto: str = ""
    ver: int = 0

    @property
    def plan(self) -> Plan | None:
        """The plan that people see, if there is one."""
        return Plan.from_text(self.plan_text) if self.plan_text else None

    @property
    def fix_run(self) -> str:
        """The run of the fix, if there was one: the last run, or the one that this takes back."""
        return self.undo_of or self.run_id

    @property
    def unread(self) -> bool:
        """Whether its settings have yet to be read before anybody can be asked."""
        return self.state is State.NEW or (self.state is State.PROPOSED and not self.planned_at)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Who decided where it stands: of several who had to agree all, in the order of their yes."""
        agreed = tuple(dict.fromkeys(one.user for one in self.approvals))
        return agreed if self.decided_by in agreed else (self.decided_by,)

    @property
    def undoable(self) -> bool:
        """Whether a run of ours has changed something here that may be taken back; the settings now decide."""
        if not self.run_id or not allows(self.state, Step.UNDO):
            return False
        if self.state is State.FAILED:
            return bool(self.made or self.undo_of or self.half)
        return self.state is State.FIXED or bool((self.proved_at or self.made) and not self.undo_of)

    @property
    def made_changes(self) -> tuple[Change, ...]:
        """What the last run has written before it failed."""
        return Plan.from_text(self.made).changes if self.made else ()

    @property
    def open_controls(self) -> tuple[str, ...]:
        """The controls that fail, sorted."""
        return tuple(sorted({note.control for note in self.findings.values() if note.status is Status.OPEN}))

    @property
    def controls(self) -> tuple[str, ...]:
        """All controls that this target has findings of, sorted."""
        return tuple(sorted({note.control for note in self.findings.values()}))

    @property
    def severity(self) -> Severity:
        """The worst of the open findings', else the worst of all."""
        open_ones = tuple(note.severity for note in self.findings.values() if note.status is Status.OPEN)
        return Severity.worst(open_ones or tuple(note.severity for note in self.findings.values()))

    @property
    def failing(self) -> bool:
        """Whether any source still says that something is wrong here."""
        return any(note.status is Status.OPEN for note in self.findings.values())

    def target(self, params: Mapping[str, object]) -> Target:
        """What a remediation works on. Controls that have passed since are not its business any more."""
        return Target(self.remediation, self.resource, frozenset(self.open_controls or self.controls), dict(params))

    def taking(self, step: Step) -> CaseTarget:
        """After this step; a closing that comes during a run is noted, and taken by `settled`. Raises IllegalStep."""
        if self.state in BUSY and step in CLOSING:
            return replace(self, closing=step)
        return replace(self, state=move(self.state, step))

    def settled(self) -> CaseTarget:
        """After the closing that was noted during the run, if there was one and the state allows it now."""
        if not self.closing or self.state in BUSY:
            return self
        after = replace(self, closing="")
        return after.taking(Step(self.closing)) if allows(self.state, Step(self.closing)) else after


def is_policy(person: str) -> bool:
    """Whether this stands for a version of the policy, which approves in automatic mode: `policy@v7`."""
    return person.startswith("policy@")


@dataclass(frozen=True)
class Case:
    """The targets of one subject in one account for one route: the unit of conversation, with one live card."""

    id: str
    account: str
    subject: str
    remediation: str
    route: str
    channel: str
    title: str
    severity: Severity
    created: str
    account_name: str = ""
    mention: str = ""
    ts: str = ""
    posted_at: str = ""
    nonce: str = ""
    version: int = 1
    rendered: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    manifest: str = ""
    hurries: int = 0
    hurries_rendered: int = 0
    rendered_at: str = ""
    posted_rank: int = 9
    joined_at: str = ""
    told: int = 0
    held_until: str = ""
    reminder: str = ""
    reminder_told: str = ""
    escalation: str = ""
    escalation_told: str = ""
    closed_at: str = ""
    reopened: int = 0

    @property
    def total(self) -> int:
        """How many targets it has."""
        return sum(self.counts.values())

    def count(self, *states: State) -> int:
        """How many of its targets are in one of these states."""
        return sum(self.counts.get(state, 0) for state in states)


def pointer_id(subject: str, channel: str, *deciders: str) -> str:
    """The sort key of the pointer to an account's open case of this subject, where and for whom it is.

    Not the route's place in the policy file: an edit moves that, and would open a second card.
    """
    return short_id(subject, channel, *deciders)


@dataclass(frozen=True)
class Manifest:
    """What a card showed: the (target, digest) pairs that its Approve stands for. Immutable; named by its hash."""

    case_id: str
    kind: str
    rows: tuple[tuple[str, str], ...]
    plans: Mapping[str, str] = field(default_factory=dict)
    run_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 over case, kind and rows, hexadecimal, first 32 characters."""
        return sha256(canonical([self.case_id, self.kind, [list(row) for row in sorted(self.rows)]]))[:32]


def require(work: CaseTarget, *states: State) -> None:
    """Raise IllegalStep, with the state in words, unless the work is in one of these states."""
    if work.state not in states:
        raise IllegalStep(f"it is {work.state.replace('_', ' ')} now")
