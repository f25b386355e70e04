"""What a card is drawn from: plain values, gathered by whoever presents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.case import Case
from bot.domain.finding import Severity
from bot.domain.plan import CALLED, Effect, Evidence, Reversible
from bot.domain.policy import Approvers, ChangeReference, Stage
from bot.domain.remediation import Guidance, Remediation
from bot.domain.resource import Resource
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.domain.windows import Hours
from bot.slack.text.blocks import code, escape

SEVERITY_EMOJI: Final = {
    Severity.CRITICAL: "🔴",
    Severity.HIGH: "🟠",
    Severity.MEDIUM: "🟡",
    Severity.LOW: "🔵",
    Severity.INFORMATIONAL: "⚪",
}

EFFECT_WORDS: Final = {
    Effect.CUTS_TRAFFIC: "may cut traffic",
    Effect.CUTS_ACCESS: "may cut access",
    Effect.RESTARTS: "restarts it",
    Effect.COSTS_MONEY: "costs money",
    Effect.FUTURE_ONLY: "future resources only",
    Effect.TAKES_LONG: "takes long",
    Effect.IRREVERSIBLE: "cannot be undone",
}

_NUMBERS: Final = ("None", "One", "Two", "Three", "Four", "Five")
_BROADCASTS: Final = {"@here": "<!here>", "@channel": "<!channel>", "@everyone": "<!everyone>"}


@dataclass(frozen=True)
class Recipe:
    """The facts of a remediation, or of guidance, that people must know before they decide."""

    title: str
    problem: str = ""
    effects: tuple[Effect, ...] = ()
    reversible: Reversible = Reversible.YES
    not_restored: str = ""
    deadline_seconds: int = 120
    steps: tuple[str, ...] = ()
    why_no_fix: str = ""

    @classmethod
    def of_fix(cls, fix: Remediation) -> Recipe:
        """A remediation's facts."""
        return cls(
            fix.title, fix.problem, fix.effects, fix.reversible, fix.not_restored, deadline_seconds=fix.deadline_seconds
        )

    @classmethod
    def of_guidance(cls, guidance: Guidance) -> Recipe:
        """A guidance's facts: steps, and why there is no fix."""
        return cls(guidance.title, guidance.problem, steps=guidance.steps, why_no_fix=guidance.why_no_fix)


@dataclass(frozen=True)
class CardView:
    """All that a card shows. `approvers.required` is the number in force for these targets, rules included.

    `owner` and `case.mention` are Slack ids (U…, W…, S…) or plain text. `expires_at` is when the question lapses.
    `why_no_approve` is a sentence of the bot's own (paused, dry run, …) or ''.
    """

    case: Case
    targets: Sequence[CaseTarget]
    recipe: Recipe
    now: datetime
    approvers: Approvers = field(default_factory=Approvers)
    stage: Stage = Stage.PROPOSE
    account_name: str = ""
    owner: str = ""
    expires_at: datetime | None = None
    policy_readable: bool = True
    why_no_approve: str = ""
    deny_days: int = 30
    undo_days: int = 7
    exempters: Approvers = field(default_factory=Approvers)
    iac_tags: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    reference: ChangeReference | None = None

    def those(self, *states: State) -> tuple[CaseTarget, ...]:
        """The targets in one of these states: worst severity first, then by name."""
        found = (target for target in self.targets if target.state in states)
        return tuple(sorted(found, key=order_of))

    @property
    def somebody_decides(self) -> bool:
        """Whether anybody can decide anything here now."""
        return self.policy_readable and self.approvers.anybody

    @property
    def counts(self) -> Mapping[State, int]:
        """How many targets are in each state that occurs, in the order of the states."""
        return {state: n for state in State if (n := sum(target.state is state for target in self.targets))}


def order_of(target: CaseTarget) -> tuple[int, str, str]:
    """The order in which targets are listed."""
    return target.severity.rank, target.resource.label, target.target_id


def no_approve_reason(view: CardView) -> str:
    """Why nothing can be approved on this card, '' when it can."""
    if not view.policy_readable:
        return "The policy cannot be read now, so nobody can decide here. The card stays up to date."
    if view.stage is Stage.OBSERVE:
        return "This account is at stage *observe*: the bot looks and changes nothing."
    if view.stage is Stage.PROPOSE:
        return "This account is at stage *propose*: the bot shows what it would change, and changes nothing."
    if not view.approvers.anybody:
        return "The policy names nobody who may decide here."
    return escape(view.why_no_approve)


def who(person: str) -> str:
    """A Slack id as a mention (inside an attachment it notifies nobody); anything else as text."""
    if person in _BROADCASTS:
        return _BROADCASTS[person]
    if re.fullmatch(r"[UW][A-Z0-9]{2,20}", person):
        return f"<@{person}>"
    if re.fullmatch(r"S[A-Z0-9]{2,20}", person):
        return f"<!subteam^{person}>"
    return escape(person, 80)


def deciders(approvers: Approvers) -> str:
    """`One of @sec-eng, @dana`."""
    number = approvers.required
    count = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    named = [who(one) for one in (*approvers.groups, *approvers.users)]
    rest = f" and {len(named) - 6} more" if len(named) > 6 else ""  # noqa: PLR2004 - a line's worth
    return f"{count} of {', '.join(named[:6])}{rest}"


def noun(kind: str, number: int = 1) -> str:
    """`AWS::EC2::SecurityGroup` → `security group`, in the plural when there are several."""
    last = re.sub(r"[^A-Za-z0-9]", "", kind.rsplit("::", maxsplit=1)[-1]) or "resource"
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", last)
    one = " ".join(part if part.isupper() else part.lower() for part in spaced.split())[:40]
    if number == 1:
        return one
    return f"{one[:-1]}ies" if one.endswith("y") else f"{one}{'es' if one.endswith('s') else 's'}"


def called(target: CaseTarget) -> str:
    """What people call it: the resource's name, and another one that it has where AWS's own name says nothing."""
    return resource_words(target.resource, target.tags, target.name or _alias(target))


def _alias(target: CaseTarget) -> str:
    return next((one.answer for one in target.proposal.evidence if is_name(one)), "")


def is_name(evidence: Evidence) -> bool:
    """Whether it says what the resource is called (`alias/payments`), and not who depends on it."""
    return evidence.question == CALLED and evidence.known and evidence.answer.startswith("alias/")


def resource_words(resource: Resource, tags: Mapping[str, str], name: str = "") -> str:
    """`sg-0123 “bastion”`: what AWS calls it, and its `Name` tag, or else the name that is known besides."""
    own, other = resource.label, tags.get("Name", "") or name
    return f"{code(own, 80)} “{escape(other, 40)}”" if other and other != own else code(own, 80)


def account_words(account: str, name: str = "") -> str:
    """`prod-data (111122223333)`, or `account 111122223333` where nothing has said what it is called."""
    number = escape(account, 20)
    return f"*{escape(name, 60)}* ({number})" if name and name != account else f"account {number}"


def things(targets: Sequence[CaseTarget]) -> str:
    """`acme-payroll-exports`, or `37 buckets`."""
    if len(targets) == 1:
        return called(targets[0])
    kinds = {target.resource.type for target in targets}
    return f"{len(targets)} {noun(kinds.pop(), len(targets)) if len(kinds) == 1 else 'resources'}"


def _told_apart(target: CaseTarget, targets: Sequence[CaseTarget]) -> str:
    """What people call it, with its Region where another one has the same name."""
    same = [other for other in targets if other.resource.label == target.resource.label]
    return f"{called(target)} in {escape(target.resource.region, 40)}" if len(same) > 1 else called(target)


def names(targets: Sequence[CaseTarget], most: int = 5) -> str:
    """The first few names, and how many more there are."""
    listed = ", ".join(_told_apart(target, targets) for target in targets[:most])
    return f"{listed} and {len(targets) - most} more" if len(targets) > most else listed


def effects_of(recipe: Recipe) -> list[str]:
    """What it may do besides, in words."""
    return [EFFECT_WORDS[effect] for effect in recipe.effects]


def undo_words(view: CardView) -> str:
    """What Undo will be able to do, in a few words."""
    if view.recipe.reversible is Reversible.NO:
        return "no Undo"
    if view.recipe.reversible is Reversible.PARTLY:
        return f"Undo for {view.undo_days} days, but not of {escape(view.recipe.not_restored, 150)}"
    return f"Undo for {view.undo_days} days"


def distinct(parts: Iterable[str]) -> tuple[str, ...]:
    """Each of the non-empty parts once, in order."""
    return tuple(dict.fromkeys(part for part in parts if part))


def current_approvers(target: CaseTarget) -> tuple[str, ...]:
    """The people whose yes is to the plan that is shown now."""
    return distinct(approval.user for approval in target.decision.votes if approval.digest == target.proposal.digest)
