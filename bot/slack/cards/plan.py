"""The heart of the card: exactly which settings would change. What is not visible in full is not in the manifest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.canonical import canonical
from bot.domain.plan import Evidence, Plan
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.view import CardView, is_name, names, things
from bot.slack.text.blocks import Block, code, escape, fits, paragraphs, size
from bot.slack.text.values import CARD_VALUE, Line, change_line, words

MAX_GROUPS: Final = 10
"""Distinct changes on one card: more cannot be judged in ten seconds."""

MAX_TARGETS: Final = 500
"""Targets in one manifest, so that it stays far below DynamoDB's 400 KB an item."""

CHANGES_BYTES: Final = 4_500
MAX_EVIDENCE: Final = 6
MAX_ANSWERS: Final = 3
BULLET: Final = "• "


@dataclass(frozen=True)
class Group:
    """Targets whose plans make the same changes with the same parameters; shown once, with their number."""

    targets: tuple[CaseTarget, ...]
    plan: Plan
    limit: int = CARD_VALUE

    @property
    def used(self) -> list[Line]:
        """The parameters that are used, from the policy or by default."""
        return [_param_line(name, value, self.limit) for name, value in sorted(self.plan.params.items())]

    @property
    def changed(self) -> list[Line]:
        """The changes in their order."""
        return [change_line(change, self.limit) for change in self.plan.changes]

    @property
    def whole(self) -> bool:
        """Whether every value can be read in full."""
        return all(line.whole for line in (*self.used, *self.changed))

    @property
    def bytes(self) -> int:
        """What it takes of the message."""
        return size(paragraphs(group_lines(self, named=True, with_used=True)))


def _param_line(name: str, value: object, limit: int) -> Line:
    said = words(value)
    return Line(f"with {escape(name, limit)} {code(said, limit)}", whole=fits(said, limit))


def grouped(targets: Sequence[CaseTarget], limit: int = CARD_VALUE) -> list[Group]:
    """Targets that have a plan, equal changes together, in the order of the targets."""
    found: dict[str, list[tuple[CaseTarget, Plan]]] = {}
    for target in targets:
        if plan := target.proposal.plan:
            changes = [[change.setting, change.before, change.after] for change in plan.changes]
            found.setdefault(canonical([dict(plan.params), changes]), []).append((target, plan))
    return [Group(tuple(target for target, _ in pairs), pairs[0][1], limit) for pairs in found.values()]


def decidable(view: CardView) -> tuple[CaseTarget, ...]:
    """Proposals whose plan is known to hold: a note says that the last look at the settings failed or found none."""
    return tuple(target for target in view.those(State.PROPOSED) if target.proposal.plan_text and not target.note)


def visible_groups(view: CardView) -> list[Group]:
    """The proposed changes that fit on the card in full, each distinct one once."""
    taken: list[Group] = []
    room, targets = CHANGES_BYTES, MAX_TARGETS
    for group in grouped(decidable(view)):
        if len(taken) < MAX_GROUPS and group.whole and group.bytes <= room and len(group.targets) <= targets:
            taken.append(group)
            room -= group.bytes
            targets -= len(group.targets)
    return taken


def shown(view: CardView) -> tuple[CaseTarget, ...]:
    """The targets that the card's buttons stand for: those whose changes are visible in full, or whose steps are."""
    proposed = tuple(target for group in visible_groups(view) for target in group.targets)
    return proposed or view.those(State.GUIDANCE)[:MAX_TARGETS]


def group_lines(group: Group, *, named: bool, with_used: bool) -> list[str]:
    """A group's name line, where the card is about several targets, and its changes."""
    count = len(group.targets)
    label = [f"{names(group.targets, 3)}{f'  × {count}' if count > 1 else ''}"] if named else []
    lines = [*(group.used if with_used else []), *group.changed]
    return [*label, *(f"{BULLET}{line.text}" for line in lines)]


def change_blocks(groups: Sequence[Group], heading: str, *, alone: bool) -> list[Block]:
    """The table of changes: what the bot would do, word for word. Parameters that all share stand once above it."""
    shared = len({canonical(dict(group.plan.params)) for group in groups}) == 1
    used = [f"{BULLET}{line.text}" for line in groups[0].used] if shared else []
    changes = [line for group in groups for line in group_lines(group, named=not alone, with_used=not shared)]
    return paragraphs([heading, *used, *changes])


def hidden_line(view: CardView, groups: Sequence[Group]) -> str:
    """Says which proposals this card does not show, so that nobody takes it for all."""
    seen = {target.target_id for group in groups for target in group.targets}
    rest = [target for target in decidable(view) if target.target_id not in seen]
    if not rest:
        return ""
    return f"{things(rest)} more to decide on: their changes do not fit here. *Review…* shows them page by page."


def evidence_lines(targets: Sequence[CaseTarget]) -> list[str]:
    """Who depends on it, question by question: one answer for all, or a few with their numbers."""
    answers: dict[str, Counter[Evidence]] = {}
    for target in targets:
        for one in target.proposal.evidence:
            if is_name(one):
                continue
            answers.setdefault(one.question, Counter())[one] += 1
    lines = [_told(question, told, len(targets)) for question, told in list(answers.items())[:MAX_EVIDENCE]]
    if len(answers) > MAX_EVIDENCE:
        lines.append(f"{BULLET}{len(answers) - MAX_EVIDENCE} more answers in *Review…*")
    return ["*Depends on it*", *lines] if lines else []


def _told(question: str, told: Counter[Evidence], total: int) -> str:
    if len(told) > MAX_ANSWERS:
        return f"{BULLET}{escape(question, 150)}  differs from one to the next: see *Review…*"
    said = [f"{answer(one)}{'' if number == total else f' × {number}'}" for one, number in told.items()]
    return f"{BULLET}{escape(question, 150)}  {' · '.join(said)}"


def answer(evidence: Evidence) -> str:
    """An answer; where it is not known, that is said first, and then why."""
    if evidence.known:
        return f"*{escape(evidence.answer, 200)}*"
    why = re.sub(r"^not known[\s:,;–-]*", "", evidence.answer).strip()
    why = why[1:-1] if why.startswith("(") and why.endswith(")") else why
    return f"*not known* ({escape(why, 150)})" if why else "*not known*"


def targets_of(groups: Sequence[Group]) -> Iterator[CaseTarget]:
    """All targets of these groups."""
    return (target for group in groups for target in group.targets)
