"""The planned changes on a card. A change that is not visible in full is left out of the manifest."""

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
from bot.slack.cards.view import CardView, is_name, target_names, target_summary
from bot.slack.text.blocks import Block, byte_size, code, escape, fits, paragraphs
from bot.slack.text.values import CARD_VALUE, SettingLine, change_line, format_value

MAX_GROUPS: Final = 10
"""Distinct changes on one card; more cannot be judged in ten seconds."""

MAX_TARGETS: Final = 500
"""Targets in one manifest, which keeps it far below DynamoDB's 400 KB item limit."""

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
    def parameter_lines(self) -> list[SettingLine]:
        """The plan's parameters, from the policy or by default."""
        return [_param_line(name, value, self.limit) for name, value in sorted(self.plan.params.items())]

    @property
    def change_lines(self) -> list[SettingLine]:
        return [change_line(change, self.limit) for change in self.plan.changes]

    @property
    def whole(self) -> bool:
        """True if every value is shown in full."""
        return all(line.whole for line in (*self.parameter_lines, *self.change_lines))

    @property
    def byte_size(self) -> int:
        """Bytes that the group takes of the message."""
        return byte_size(paragraphs(group_lines(self, named=True, with_parameters=True)))


def _param_line(name: str, value: object, limit: int) -> SettingLine:
    text = format_value(value)
    return SettingLine(f"with {escape(name, limit)} {code(text, limit)}", whole=fits(text, limit))


def group_equal_plans(targets: Sequence[CaseTarget], limit: int = CARD_VALUE) -> list[Group]:
    """Group targets with equal plans, in the order of the targets; targets without a plan are left out."""
    found: dict[str, list[tuple[CaseTarget, Plan]]] = {}
    for target in targets:
        if plan := target.proposal.plan:
            changes = [[change.setting, change.before, change.after] for change in plan.changes]
            found.setdefault(canonical([dict(plan.params), changes]), []).append((target, plan))
    return [Group(tuple(target for target, _ in pairs), pairs[0][1], limit) for pairs in found.values()]


def decidable(view: CardView) -> tuple[CaseTarget, ...]:
    """Return the proposals with a valid plan; a note means that the last read of the settings failed or found none."""
    return tuple(target for target in view.in_state(State.PROPOSED) if target.proposal.plan_text and not target.note)


def visible_groups(view: CardView) -> list[Group]:
    """Return the distinct proposed changes that fit on the card in full."""
    visible: list[Group] = []
    room, targets = CHANGES_BYTES, MAX_TARGETS
    for group in group_equal_plans(decidable(view)):
        if len(visible) < MAX_GROUPS and group.whole and group.byte_size <= room and len(group.targets) <= targets:
            visible.append(group)
            room -= group.byte_size
            targets -= len(group.targets)
    return visible


def button_targets(view: CardView) -> tuple[CaseTarget, ...]:
    """Return the targets that the card's buttons act on: those whose changes (or else steps) are shown in full."""
    proposed = tuple(target for group in visible_groups(view) for target in group.targets)
    return proposed or view.in_state(State.GUIDANCE)[:MAX_TARGETS]


def group_lines(group: Group, *, named: bool, with_parameters: bool) -> list[str]:
    """Return a group's changes, below the names of its targets if `named`."""
    count = len(group.targets)
    label = [f"{target_names(group.targets, 3)}{f'  × {count}' if count > 1 else ''}"] if named else []
    lines = [*(group.parameter_lines if with_parameters else []), *group.change_lines]
    return [*label, *(f"{BULLET}{line.text}" for line in lines)]


def change_blocks(groups: Sequence[Group], heading: str, *, alone: bool) -> list[Block]:
    """Render the exact changes. Parameters that all groups share are shown once above them."""
    shared = len({canonical(dict(group.plan.params)) for group in groups}) == 1
    parameters = [f"{BULLET}{line.text}" for line in groups[0].parameter_lines] if shared else []
    changes = [line for group in groups for line in group_lines(group, named=not alone, with_parameters=not shared)]
    return paragraphs([heading, *parameters, *changes])


def hidden_line(view: CardView, groups: Sequence[Group]) -> str:
    """Return a line about proposals that do not fit on this card, '' if all of them do."""
    seen = {target.target_id for group in groups for target in group.targets}
    rest = [target for target in decidable(view) if target.target_id not in seen]
    if not rest:
        return ""
    return (
        f"{target_summary(rest)} more to decide on: their changes do not fit here. *Review…* shows them page by page."
    )


def evidence_lines(targets: Sequence[CaseTarget]) -> list[str]:
    """Summarise the evidence by question: one answer for all targets, or a few answers with their counts."""
    answers: dict[str, Counter[Evidence]] = {}
    for target in targets:
        for one in target.proposal.evidence:
            if is_name(one):
                continue
            answers.setdefault(one.question, Counter())[one] += 1
    lines = [
        _evidence_line(question, answers_by_count, len(targets))
        for question, answers_by_count in list(answers.items())[:MAX_EVIDENCE]
    ]
    if len(answers) > MAX_EVIDENCE:
        lines.append(f"{BULLET}{len(answers) - MAX_EVIDENCE} more answers in *Review…*")
    return ["*Depends on it*", *lines] if lines else []


def _evidence_line(question: str, answers_by_count: Counter[Evidence], total: int) -> str:
    if len(answers_by_count) > MAX_ANSWERS:
        return f"{BULLET}{escape(question, 150)}  differs from one to the next: see *Review…*"
    text = [
        f"{answer_text(one)}{'' if number == total else f' × {number}'}" for one, number in answers_by_count.items()
    ]
    return f"{BULLET}{escape(question, 150)}  {' · '.join(text)}"


def answer_text(evidence: Evidence) -> str:
    """Format an answer; an unknown one starts with `not known`, followed by the reason."""
    if evidence.known:
        return f"*{escape(evidence.answer, 200)}*"
    why = re.sub(r"^not known[\s:,;–-]*", "", evidence.answer).strip()
    why = why[1:-1] if why.startswith("(") and why.endswith(")") else why
    return f"*not known* ({escape(why, 150)})" if why else "*not known*"


def targets_of(groups: Sequence[Group]) -> Iterator[CaseTarget]:
    return (target for group in groups for target in group.targets)
