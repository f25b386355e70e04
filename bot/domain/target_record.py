"""The record of a target: its findings, what is proposed, what was decided, and the last attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.errors import IllegalStep
from bot.domain.exemption import ExemptionRequest
from bot.domain.finding import Severity, Status
from bot.domain.plan import Change, Evidence, Plan, SettingConflict, Target
from bot.domain.resource import Resource
from bot.domain.states import State, Step, allows

MAX_PAST_FIXES: Final = 5


@dataclass(frozen=True)
class FindingNote:
    """A finding, as its target records it."""

    control: str
    status: Status
    severity: Severity


@dataclass(frozen=True)
class Vote:
    """One person's approval of one digest: of a plan, or the id of an exemption request."""

    user: str
    at: str
    digest: str


@dataclass(frozen=True)
class PastFix:
    """An earlier fix by the bot: who approved it, when it was proved, by which run; `auto`: approved by a policy."""

    by: str
    at: str
    run: str
    auto: bool = False


def is_policy(person: str) -> bool:
    """Return whether this names a version of the policy, which approves in automatic mode: `policy@v7`."""
    return person.startswith("policy@")


@dataclass(frozen=True)
class Proposal:
    """The change that is proposed, as the settings were read at `planned_at`.

    `asked_at` is since when people are asked, if that was before the plan was last read.
    """

    plan_text: str = ""
    digest: str = ""
    planned_at: str = ""
    asked_at: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def plan(self) -> Plan | None:
        """The plan that people see, if there is one."""
        return Plan.from_text(self.plan_text) if self.plan_text else None

    @property
    def asked_since(self) -> str:
        """Since when people have been asked this; reading the plan again does not change it."""
        return self.asked_at or self.planned_at

    def without_plan(self) -> Proposal:
        """Return the proposal without a plan. The evidence stays: the card takes the resource's name from it."""
        return replace(self, plan_text="", digest="")


@dataclass(frozen=True)
class Decision:
    """The decision in force: who took it, when, and why; before there is one, the votes so far.

    `until` is the last day of a handover or an exemption; `exemption` is the exemption's id, empty for a suppression
    that was made in Security Hub.
    """

    by: str = ""
    at: str = ""
    votes: tuple[Vote, ...] = ()
    reason: str = ""
    reference: str = ""
    until: str = ""
    handed_to: str = ""
    link: str = ""
    exemption: str = ""

    @property
    def deciders(self) -> tuple[str, ...]:
        """Everybody who took part in the decision, in the order of their votes."""
        voters = tuple(dict.fromkeys(vote.user for vote in self.votes))
        return voters if self.by in voters else (self.by,)


@dataclass(frozen=True)
class Attempt:
    """The last run of a target: its id, when it may begin, and how far it came.

    `undo_of` is the fix that an undo takes back. `written` is the part of the plan that a failed run has written, as
    the text of a plan. `continues` is an earlier failed run whose changes are still in place. `confirmed_at` is when
    Security Hub reported PASSED.
    """

    run_id: str = ""
    undo_of: str = ""
    not_before: str = ""
    written: str = ""
    continues: str = ""
    proved_at: str = ""
    confirmed_at: str = ""
    conflicts: tuple[SettingConflict, ...] = ()

    @property
    def fix_run(self) -> str:
        """The run of the fix: the last run, or the one that the last run takes back."""
        return self.undo_of or self.run_id

    @property
    def is_proved_fix(self) -> bool:
        """True if the last run is a fix whose settings were read back compliant."""
        return bool(self.run_id and self.proved_at and not self.undo_of)

    @property
    def is_confirmed_only(self) -> bool:
        """True if Security Hub reported PASSED before the settings of the last fix were read back."""
        return bool(self.run_id and self.confirmed_at and not self.proved_at and not self.undo_of)

    @property
    def written_changes(self) -> tuple[Change, ...]:
        """The changes that the last run wrote before it failed."""
        return Plan.from_text(self.written).changes if self.written else ()

    def next(self) -> Attempt:
        """Return the attempt that follows: empty, but continuing from the changes of a fix that failed."""
        return Attempt(continues=self.run_id if self.written and not self.undo_of else self.continues)


@dataclass(frozen=True)
class TargetRecord:
    """The stored record of one target of a case. `ver` goes up with every write.

    `no_auto` is why automatic mode leaves this target to people; `closing` is a closing step that came during a run
    and is taken after it.
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
    trusted: bool = True
    proposal: Proposal = field(default_factory=Proposal)
    decision: Decision = field(default_factory=Decision)
    exemption_request: ExemptionRequest = field(default_factory=ExemptionRequest)
    attempt: Attempt = field(default_factory=Attempt)
    note: str = ""
    closing: str = ""
    past_fixes: tuple[PastFix, ...] = ()
    no_auto: str = ""
    ver: int = 0

    @property
    def unread(self) -> bool:
        """True while its settings have yet to be read before anybody can be asked."""
        return self.state is State.NEW or (self.state is State.PROPOSED and not self.proposal.planned_at)

    @property
    def undoable(self) -> bool:
        """True if a run has changed something here that may be undone; the settings at that time decide."""
        attempt = self.attempt
        if not attempt.run_id or not allows(self.state, Step.UNDO):
            return False
        if self.state is State.FAILED:
            return bool(attempt.written or attempt.undo_of or attempt.continues)
        return self.state is State.FIXED or bool((attempt.proved_at or attempt.written) and not attempt.undo_of)

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
        """The worst severity of the open findings, else of all."""
        open_ones = tuple(note.severity for note in self.findings.values() if note.status is Status.OPEN)
        return Severity.worst(open_ones or tuple(note.severity for note in self.findings.values()))

    @property
    def failing(self) -> bool:
        """True while any finding is open."""
        return any(note.status is Status.OPEN for note in self.findings.values())

    @property
    def all_fixes(self) -> tuple[PastFix, ...]:
        """The fixes by the bot, the last one among them if it was proved and not undone; oldest first."""
        run, decided = self.attempt, self.decision.by
        if not run.is_proved_fix:
            return self.past_fixes
        last = PastFix(decided, run.proved_at, run.run_id, auto=is_policy(decided))
        return (*self.past_fixes, last)[-MAX_PAST_FIXES:]

    def for_remediation(self, params: Mapping[str, object]) -> Target:
        """Return the target as a remediation gets it: without the controls that have passed since."""
        return Target(self.remediation, self.resource, frozenset(self.open_controls or self.controls), dict(params))

    def require(self, *states: State) -> None:
        """Raise IllegalStep, with the state in words, unless the target is in one of these states."""
        if self.state not in states:
            raise IllegalStep(f"it is {self.state.replace('_', ' ')} now")
