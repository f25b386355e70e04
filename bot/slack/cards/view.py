"""Input of the card renderer, and text helpers for people, accounts and resources."""

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

EFFECT_TEXT: Final = {
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
    """Facts of a remediation or guidance that people need before they decide."""

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
        return cls(
            fix.title, fix.problem, fix.effects, fix.reversible, fix.not_restored, deadline_seconds=fix.deadline_seconds
        )

    @classmethod
    def of_guidance(cls, guidance: Guidance) -> Recipe:
        return cls(guidance.title, guidance.problem, steps=guidance.steps, why_no_fix=guidance.why_no_fix)


@dataclass(frozen=True)
class CardView:
    """Everything that a card shows. `approvers.required` includes the rules in force for these targets.

    `owner` and `case.mention` are Slack ids (U…, W…, S…) or plain text. The question lapses at `expires_at`.
    `why_no_approve` is a sentence from the bot (paused, dry run, …) or ''.
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

    def in_state(self, *states: State) -> tuple[CaseTarget, ...]:
        """Return the targets in any of these states, worst severity first, then by name."""
        found = (target for target in self.targets if target.state in states)
        return tuple(sorted(found, key=sort_key))

    @property
    def has_deciders(self) -> bool:
        """True if anybody can decide anything on this card now."""
        return self.policy_readable and self.approvers.anybody

    @property
    def counts(self) -> Mapping[State, int]:
        """Targets per state that occurs, in the order of the states."""
        return {state: n for state in State if (n := sum(target.state is state for target in self.targets))}


def sort_key(target: CaseTarget) -> tuple[int, str, str]:
    """Sort key of listed targets."""
    return target.severity.rank, target.resource.label, target.target_id


def no_approve_reason(view: CardView) -> str:
    """Return why nothing can be approved on this card, '' if something can."""
    if not view.policy_readable:
        return "The policy cannot be read now, so nobody can decide here. The card stays up to date."
    if view.stage is Stage.OBSERVE:
        return "This account is at stage *observe*: the bot looks and changes nothing."
    if view.stage is Stage.PROPOSE:
        return "This account is at stage *propose*: the bot shows what it would change, and changes nothing."
    if not view.approvers.anybody:
        return "The policy names nobody who may decide here."
    return escape(view.why_no_approve)


def mention_of(person: str) -> str:
    """Format a Slack id as a mention (inside an attachment it notifies nobody), anything else as escaped text."""
    if person in _BROADCASTS:
        return _BROADCASTS[person]
    if re.fullmatch(r"[UW][A-Z0-9]{2,20}", person):
        return f"<@{person}>"
    if re.fullmatch(r"S[A-Z0-9]{2,20}", person):
        return f"<!subteam^{person}>"
    return escape(person, 80)


def deciders(approvers: Approvers) -> str:
    """Format as `One of @sec-eng, @dana`."""
    number = approvers.required
    count = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    named = [mention_of(one) for one in (*approvers.groups, *approvers.users)]
    rest = f" and {len(named) - 6} more" if len(named) > 6 else ""  # noqa: PLR2004 - a line's worth
    return f"{count} of {', '.join(named[:6])}{rest}"


def type_noun(kind: str, number: int = 1) -> str:
    """Convert `AWS::EC2::SecurityGroup` to `security group`, in the plural unless `number` is 1."""
    last = re.sub(r"[^A-Za-z0-9]", "", kind.rsplit("::", maxsplit=1)[-1]) or "resource"
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", last)
    one = " ".join(part if part.isupper() else part.lower() for part in spaced.split())[:40]
    if number == 1:
        return one
    return f"{one[:-1]}ies" if one.endswith("y") else f"{one}{'es' if one.endswith('s') else 's'}"


def target_name(target: CaseTarget) -> str:
    """Format the resource's name, with a second name (tag or alias) if it has one."""
    return resource_text(target.resource, target.tags, target.name or _alias(target))


def _alias(target: CaseTarget) -> str:
    return next((one.answer for one in target.proposal.evidence if is_name(one)), "")


def is_name(evidence: Evidence) -> bool:
    """Return whether the evidence is the resource's own name (`alias/payments`) rather than a dependent."""
    return evidence.question == CALLED and evidence.known and evidence.answer.startswith("alias/")


def resource_text(resource: Resource, tags: Mapping[str, str], name: str = "") -> str:
    """Format as `sg-0123 “bastion”`: the resource label, and its `Name` tag or else `name`."""
    own, other = resource.label, tags.get("Name", "") or name
    return f"{code(own, 80)} “{escape(other, 40)}”" if other and other != own else code(own, 80)


def account_text(account: str, name: str = "") -> str:
    """Format as `prod-data (111122223333)`, or `account 111122223333` if the name is unknown."""
    number = escape(account, 20)
    return f"*{escape(name, 60)}* ({number})" if name and name != account else f"account {number}"


def target_summary(targets: Sequence[CaseTarget]) -> str:
    """Format as `acme-payroll-exports`, or `37 buckets`."""
    if len(targets) == 1:
        return target_name(targets[0])
    kinds = {target.resource.type for target in targets}
    return f"{len(targets)} {type_noun(kinds.pop(), len(targets)) if len(kinds) == 1 else 'resources'}"


def _unambiguous_name(target: CaseTarget, targets: Sequence[CaseTarget]) -> str:
    """Return the target's name, with its Region if another target has the same name."""
    same = [other for other in targets if other.resource.label == target.resource.label]
    return f"{target_name(target)} in {escape(target.resource.region, 40)}" if len(same) > 1 else target_name(target)


def target_names(targets: Sequence[CaseTarget], most: int = 5) -> str:
    """Return the first `most` names, and the number of the others."""
    listed = ", ".join(_unambiguous_name(target, targets) for target in targets[:most])
    return f"{listed} and {len(targets) - most} more" if len(targets) > most else listed


def effect_texts(recipe: Recipe) -> list[str]:
    return [EFFECT_TEXT[effect] for effect in recipe.effects]


def undo_text(view: CardView) -> str:
    """Summarise how long and how completely a fix can be undone."""
    if view.recipe.reversible is Reversible.NO:
        return "no Undo"
    if view.recipe.reversible is Reversible.PARTLY:
        return f"Undo for {view.undo_days} days, but not of {escape(view.recipe.not_restored, 150)}"
    return f"Undo for {view.undo_days} days"


def distinct(parts: Iterable[str]) -> tuple[str, ...]:
    """Return each non-empty part once, in order."""
    return tuple(dict.fromkeys(part for part in parts if part))


def current_approvers(target: CaseTarget) -> tuple[str, ...]:
    """Return the people who approved the plan that is shown now."""
    return distinct(approval.user for approval in target.decision.votes if approval.digest == target.proposal.digest)
