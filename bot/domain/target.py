"""One target of a case: a resource to work on, and how far that has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.errors import IllegalStep
from bot.domain.exemption import ExemptionRequest
from bot.domain.finding import Severity, Status
from bot.domain.plan import Change, Evidence, Plan, SettingConflict, Target
from bot.domain.resource import Resource
from bot.domain.states import BUSY, CLOSING, State, Step, allows, move


@dataclass(frozen=True)
class FindingNote:
    """A finding, as its target knows it."""

    control: str
    status: Status
    severity: Severity


@dataclass(frozen=True)
class Vote:
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
    conflicts: tuple[SettingConflict, ...] = ()
    approvals: tuple[Vote, ...] = ()
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
    exemption_request: ExemptionRequest = field(default_factory=ExemptionRequest)
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

    def for_remediation(self, params: Mapping[str, object]) -> Target:
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


def require(target: CaseTarget, *states: State) -> None:
    """Raise IllegalStep, with the state in words, unless the target is in one of these states."""
    if target.state not in states:
        raise IllegalStep(f"it is {target.state.replace('_', ' ')} now")
