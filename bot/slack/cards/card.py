"""The card: one message per case, from the first look to the proof. Pure: a view in, a message out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.states import State
from bot.slack.cards.buttons import buttons
from bot.slack.cards.durability import origin_lines
from bot.slack.cards.exemption_request import request_blocks
from bot.slack.cards.plan import change_blocks, evidence_lines, hidden_line, shown, targets_of, visible_groups
from bot.slack.cards.progress import progress
from bot.slack.cards.states import SAID_IN_ORDER, is_proved, state_lines
from bot.slack.cards.view import (
    SEVERITY_EMOJI,
    CardView,
    Recipe,
    account_words,
    current_approvers,
    deciders,
    distinct,
    effects_of,
    no_approve_reason,
    things,
    undo_words,
    who,
)
from bot.slack.ids import ButtonValue
from bot.slack.text.blocks import (
    MAX_MESSAGE_BYTES,
    Block,
    context,
    day,
    dotted,
    escape,
    link,
    paragraphs,
    section,
    size,
    when,
    within,
)
from bot.slack.text.windows import hours_said

__all__ = ["CardView", "Message", "Recipe", "moved", "no_approve_reason", "render", "shown"]

AMBER, BLUE, GREEN, RED, GREY = "#ECB22E", "#1D9BD1", "#2EB67D", "#E01E5A", "#8D8D8D"

_WAITING: Final = (State.PROPOSED, State.GUIDANCE)
_WRONG: Final = (State.STALE, State.FAILED, State.DISPUTED)
_WORKING: Final = (State.NEW, State.APPROVED, State.APPLYING, State.VERIFYING, State.UNDOING)
_EVIDENCE_BYTES: Final = 1_600
_SPARE: Final = 200
_FLAPPING: Final = 3


@dataclass(frozen=True)
class Message:
    """One message: the headline, and the blocks under their colour bar. `text` is what a notification says.

    The headline is a block of its own, since Slack shows `text` itself only without blocks. The colour bar still takes
    a legacy attachment that wraps the blocks.
    """

    text: str
    color: str = GREY
    blocks: tuple[Block, ...] = ()

    @property
    def arguments(self) -> dict[str, Any]:
        """What chat.postMessage and chat.update take; all of it always goes, since an update without removes it."""
        return {"text": self.text, "blocks": [section(self.text)], "attachments": self.attachments}

    @property
    def attachments(self) -> list[dict[str, Any]]:
        """The blocks under their colour bar."""
        return [{"color": self.color, "blocks": list(self.blocks)}] if self.blocks else []


def render(view: CardView, manifest_hash: str) -> Message:
    """The card as it should be now. `manifest_hash` names the stored manifest of `shown(view)`."""
    value = ButtonValue(view.case.id, manifest_hash).text
    headed = [section(headline(view))]
    head, changes = _head(view), _changes(view)
    foot = [*request_blocks(view), *buttons(view, value), *_foot(view)]
    room = MAX_MESSAGE_BYTES - _SPARE - size([*headed, *head, *changes, *foot])
    evidence = _evidence(view, min(room, _EVIDENCE_BYTES))
    told = _states(view, room - size(evidence))
    return Message(headline(view), color_of(view), (*head, *told, *evidence, *changes, *foot))


def moved(case: Case, permalink: str) -> Message:
    """What an old card becomes when the case is posted anew."""
    target = link(permalink, "the current card")
    return Message(f"↪️ {escape(case.title, 150)}: this card has moved{f' to {target}' if target else ''}.")


def headline(view: CardView) -> str:
    """Severity, problem, resource; the mention while somebody is needed, unless a summary calls them instead."""
    emoji = "✅" if _all_proved(view) else SEVERITY_EMOJI[view.case.severity]
    title = escape(view.case.title or view.recipe.title, 150)
    called = view.case.mention and view.those(*_WAITING) and not view.case.held_until
    mention = f"  {who(view.case.mention)}" if called else ""
    return f"{emoji} *{title}* · {things(view.targets)}{mention}"


def color_of(view: CardView) -> str:
    """The state at a glance; green only when every target is proved."""
    if view.those(*_WAITING):
        return AMBER
    if view.those(*_WRONG):
        return RED
    if view.those(*_WORKING):
        return BLUE
    return GREEN if _all_proved(view) else GREY


def _all_proved(view: CardView) -> bool:
    return bool(view.targets) and all(is_proved(target) for target in view.targets)


def _head(view: CardView) -> list[Block]:
    lines = [_facts(view)]
    problem = view.recipe.problem if view.recipe.problem != view.case.title else ""
    if problem and view.those(*_WAITING, State.NEW):
        lines.append(escape(problem, 400))
    lines += origin_lines(view)
    if len(view.counts) > 1:
        lines.append(dotted(f"{n} {state.replace('_', ' ')}" for state, n in view.counts.items()))
    lines += [bar] if (bar := progress(view)) else []
    return [section("\n".join(lines))]


def _facts(view: CardView) -> str:
    since = min((target.since for target in view.targets if target.since), default="")
    docs = next((found for target in view.targets if (found := link(target.docs_url, "docs"))), "")
    parts = [
        account_words(view.case.account, view.account_name),
        _several(sorted({target.resource.region for target in view.targets}), 3),
        f"since {day(since)}" if since else "",
        f"owner {who(view.owner)}" if view.owner else "",
        _explained(_failing(view), docs),
    ]
    return dotted(parts)


def _explained(failing: str, docs: str) -> str:
    """`S3.8 fails (docs)`: the link does not wrap alone to the next line."""
    return f"{failing}\u00a0({docs})" if failing and docs else failing or docs


def _failing(view: CardView) -> str:
    failing = sorted({control for target in view.targets for control in target.open_controls})
    if not failing:
        return ""
    if _all_proved(view):
        return f"{_several(failing, 5)} failed when last checked"
    return f"{_several(failing, 5)} {'fails' if len(failing) == 1 else 'fail'}"


def _several(parts: list[str], most: int) -> str:
    more = f" and {len(parts) - most} more" if len(parts) > most else ""
    return f"{', '.join(escape(part, 60) for part in parts[:most])}{more}"


def _states(view: CardView, room: int) -> list[Block]:
    """As much of what happened as the message has room for."""
    told = [lines for state in SAID_IN_ORDER if (lines := state_lines(view, state))]
    lines = [line for number, part in enumerate(told) for line in ([""] if number else []) + part]
    return within(lines, room, "There is more to say than fits here: *Details…* has it.")


def _evidence(view: CardView, room: int) -> list[Block]:
    """What depends on the targets whose changes are shown, as far as there is room."""
    targets = view.those(State.PROPOSED)
    lines = evidence_lines(tuple(targets_of(visible_groups(view))) or targets)
    return within(lines, room, "More in *Review…*")


def _changes(view: CardView) -> list[Block]:
    """What Approve would do, word for word; or what people have to do themselves."""
    targets = view.those(State.PROPOSED)
    if not targets:
        return _guidance(view) if view.those(State.GUIDANCE) else []
    groups = visible_groups(view)
    table = change_blocks(groups, _heading(view), alone=len(view.targets) == 1) if groups else []
    hidden = hidden_line(view, groups)
    return [*table, *([context(hidden)] if hidden else [])]


def _heading(view: CardView) -> str:
    """What stands above the changes: who would make them, and what they come to."""
    who_would = "The bot would change exactly this" if no_approve_reason(view) else "Approve changes exactly this"
    title = escape(view.recipe.title, 120) if view.recipe.title != view.case.title else ""
    return f"*{who_would}*{f' · {title}' if title else ''}"


def _guidance(view: CardView) -> list[Block]:
    steps = [f"{number}. {escape(step, 400)}" for number, step in enumerate(view.recipe.steps[:10], start=1)]
    why = [f"_No Approve here:_ {escape(view.recipe.why_no_fix, 300)}"] if view.recipe.why_no_fix else []
    return paragraphs(["*What to do*", *steps, *why])


def _foot(view: CardView) -> list[Block]:
    lines = [_flapping(view), _partly_approved(view), *_who_decides(view)]
    return [context("\n".join(found))] if (found := distinct(lines)) else []


def _flapping(view: CardView) -> str:
    if view.case.reopened <= _FLAPPING:
        return ""
    return f"🔁 Has come back {view.case.reopened} times: something puts it back. No further cards; the digest tells."


def _partly_approved(view: CardView) -> str:
    partly = [target for target in view.those(State.PROPOSED) if current_approvers(target)]
    if not partly:
        return ""
    people = distinct(who(user) for target in partly for user in current_approvers(target))
    fewest = min(len(current_approvers(target)) for target in partly)
    some = "" if len(partly) == len(view.targets) else f" for {things(partly)}"
    required = max(view.approvers.required, fewest + 1)  # above the policy's numbers an hour it takes one more
    return f"👍 {fewest} of {required} approved{some}: {', '.join(people[:6])}"


def _waits(view: CardView) -> str:
    said = hours_said(view.hours, view.now)
    return f"🗓️ Changes: {said}" if said else ""


def _who_decides(view: CardView) -> list[str]:
    """Who may approve and what it would mean; where nobody may, why not, and who may deny."""
    if not view.those(*_WAITING):
        return []
    until = f"until {when(view.expires_at)}" if view.expires_at else ""
    anyone = deciders(replace(view.approvers, required=1))  # one no suffices, however many a yes takes
    may_deny = dotted([f"{anyone} may deny", until]) if view.somebody_decides else ""
    if not view.those(State.PROPOSED):
        return [may_deny]
    if reason := no_approve_reason(view):
        return [reason, may_deny]
    parts = [deciders(view.approvers), until, *effects_of(view.recipe), undo_words(view)]
    return [dotted(distinct(parts)), _waits(view)]
