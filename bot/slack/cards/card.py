"""The card: one message per case, rendered from a CardView. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.states import State
from bot.slack.cards.buttons import buttons
from bot.slack.cards.durability import durability_lines
from bot.slack.cards.exemption_request import exemption_request_blocks
from bot.slack.cards.plan import change_blocks, evidence_lines, hidden_line, targets_of, visible_groups
from bot.slack.cards.progress import progress
from bot.slack.cards.proof import is_proved
from bot.slack.cards.states import STATE_ORDER, state_lines
from bot.slack.cards.view import (
    SEVERITY_EMOJI,
    CardView,
    account_text,
    current_approvers,
    deciders,
    distinct,
    effect_texts,
    mention_of,
    no_approve_reason,
    target_summary,
    undo_text,
)
from bot.slack.ids import ButtonValue
from bot.slack.text.blocks import (
    MAX_MESSAGE_BYTES,
    Block,
    byte_size,
    context,
    escape,
    join_parts,
    link,
    local_date,
    local_time,
    paragraphs,
    section,
    truncated_paragraphs,
)
from bot.slack.text.windows import hours_text

AMBER, BLUE, GREEN, RED, GREY = "#ECB22E", "#1D9BD1", "#2EB67D", "#E01E5A", "#8D8D8D"

_WAITING: Final = (State.PROPOSED, State.GUIDANCE)
_FAILED: Final = (State.STALE, State.FAILED, State.DISPUTED)
_IN_PROGRESS: Final = (State.NEW, State.APPROVED, State.APPLYING, State.VERIFYING, State.UNDOING)
_EVIDENCE_BYTES: Final = 1_600
_RESERVED_BYTES: Final = 200
_FLAPPING: Final = 3


@dataclass(frozen=True)
class Message:
    """A Slack message: a headline, and blocks with a colour bar. `text` is also the notification text.

    The headline is a block of its own because Slack hides `text` when there are blocks. The colour bar still needs a
    legacy attachment around the blocks.
    """

    text: str
    color: str = GREY
    blocks: tuple[Block, ...] = ()

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments of chat.postMessage and chat.update. Always complete, since an update removes what is left out."""
        return {"text": self.text, "blocks": [section(self.text)], "attachments": self.attachments}

    @property
    def attachments(self) -> list[dict[str, Any]]:
        return [{"color": self.color, "blocks": list(self.blocks)}] if self.blocks else []


def render(view: CardView, manifest_hash: str) -> Message:
    """Render the current card. `manifest_hash` names the stored manifest of `button_targets(view)`."""
    value = ButtonValue(view.case.id, manifest_hash).text
    headline_block = [section(headline(view))]
    summary, changes = _summary_blocks(view), _plan_blocks(view)
    footer = [*exemption_request_blocks(view), *buttons(view, value), *_footer_blocks(view)]
    room = MAX_MESSAGE_BYTES - _RESERVED_BYTES - byte_size([*headline_block, *summary, *changes, *footer])
    evidence = _evidence_blocks(view, min(room, _EVIDENCE_BYTES))
    states = _state_blocks(view, room - byte_size(evidence))
    return Message(headline(view), color_of(view), (*summary, *states, *evidence, *changes, *footer))


def moved_card(case: Case, permalink: str) -> Message:
    """Render the old card of a case that was reposted."""
    target = link(permalink, "the current card")
    return Message(f"↪️ {escape(case.title, 150)}: this card has moved{f' to {target}' if target else ''}.")


def headline(view: CardView) -> str:
    """Severity, title, resource; mentions people while a decision is pending, unless a summary mentions them."""
    emoji = "✅" if _all_proved(view) else SEVERITY_EMOJI[view.case.severity]
    title = escape(view.case.title or view.recipe.title, 150)
    mentions = view.case.mention and view.in_state(*_WAITING) and not view.case.held_until
    mention = f"  {mention_of(view.case.mention)}" if mentions else ""
    return f"{emoji} *{title}* · {target_summary(view.targets)}{mention}"


def color_of(view: CardView) -> str:
    """Return the colour of the case's state; green only when every target is proved."""
    if view.in_state(*_WAITING):
        return AMBER
    if view.in_state(*_FAILED):
        return RED
    if view.in_state(*_IN_PROGRESS):
        return BLUE
    return GREEN if _all_proved(view) else GREY


def _all_proved(view: CardView) -> bool:
    return bool(view.targets) and all(is_proved(target) for target in view.targets)


def _summary_blocks(view: CardView) -> list[Block]:
    lines = [_facts(view)]
    problem = view.recipe.problem if view.recipe.problem != view.case.title else ""
    if problem and view.in_state(*_WAITING, State.NEW):
        lines.append(escape(problem, 400))
    lines += durability_lines(view)
    if len(view.counts) > 1:
        lines.append(join_parts(f"{n} {state.replace('_', ' ')}" for state, n in view.counts.items()))
    lines += [bar] if (bar := progress(view)) else []
    return [section("\n".join(lines))]


def _facts(view: CardView) -> str:
    since = min((target.since for target in view.targets if target.since), default="")
    docs = next((found for target in view.targets if (found := link(target.docs_url, "docs"))), "")
    parts = [
        account_text(view.case.account, view.account_name),
        _listed(sorted({target.resource.region for target in view.targets}), 3),
        f"since {local_date(since)}" if since else "",
        f"owner {mention_of(view.owner)}" if view.owner else "",
        _with_docs_link(_failing(view), docs),
    ]
    return join_parts(parts)


def _with_docs_link(failing: str, docs: str) -> str:
    """Join as `S3.8 fails (docs)`; the no-break space keeps the link off a line of its own."""
    return f"{failing}\u00a0({docs})" if failing and docs else failing or docs


def _failing(view: CardView) -> str:
    failing = sorted({control for target in view.targets for control in target.open_controls})
    if not failing:
        return ""
    if _all_proved(view):
        return f"{_listed(failing, 5)} failed when last checked"
    return f"{_listed(failing, 5)} {'fails' if len(failing) == 1 else 'fail'}"


def _listed(parts: list[str], most: int) -> str:
    more = f" and {len(parts) - most} more" if len(parts) > most else ""
    return f"{', '.join(escape(part, 60) for part in parts[:most])}{more}"


def _state_blocks(view: CardView, room: int) -> list[Block]:
    """Describe the states of the targets, as far as the message has room."""
    parts = [lines for state in STATE_ORDER if (lines := state_lines(view, state))]
    lines = [line for number, part in enumerate(parts) for line in ([""] if number else []) + part]
    return truncated_paragraphs(lines, room, "There is more to say than fits here: *Details…* has it.")


def _evidence_blocks(view: CardView, room: int) -> list[Block]:
    """Evidence about the targets whose changes are shown, as far as the message has room."""
    targets = view.in_state(State.PROPOSED)
    lines = evidence_lines(tuple(targets_of(visible_groups(view))) or targets)
    return truncated_paragraphs(lines, room, "More in *Review…*")


def _plan_blocks(view: CardView) -> list[Block]:
    """The exact changes that Approve would make, or the steps for people to take."""
    targets = view.in_state(State.PROPOSED)
    if not targets:
        return _guidance_blocks(view) if view.in_state(State.GUIDANCE) else []
    groups = visible_groups(view)
    table = change_blocks(groups, _changes_heading(view), alone=len(view.targets) == 1) if groups else []
    hidden = hidden_line(view, groups)
    return [*table, *([context(hidden)] if hidden else [])]


def _changes_heading(view: CardView) -> str:
    subject = "The bot would change exactly this" if no_approve_reason(view) else "Approve changes exactly this"
    title = escape(view.recipe.title, 120) if view.recipe.title != view.case.title else ""
    return f"*{subject}*{f' · {title}' if title else ''}"


def _guidance_blocks(view: CardView) -> list[Block]:
    steps = [f"{number}. {escape(step, 400)}" for number, step in enumerate(view.recipe.steps[:10], start=1)]
    why = [f"_No Approve here:_ {escape(view.recipe.why_no_fix, 300)}"] if view.recipe.why_no_fix else []
    return paragraphs(["*What to do*", *steps, *why])


def _footer_blocks(view: CardView) -> list[Block]:
    lines = [_flapping(view), _approval_progress(view), *_decider_lines(view)]
    return [context("\n".join(found))] if (found := distinct(lines)) else []


def _flapping(view: CardView) -> str:
    if view.case.reopened <= _FLAPPING:
        return ""
    return f"🔁 Has come back {view.case.reopened} times: something puts it back. No further cards; the digest tells."


def _approval_progress(view: CardView) -> str:
    partly = [target for target in view.in_state(State.PROPOSED) if current_approvers(target)]
    if not partly:
        return ""
    people = distinct(mention_of(user) for target in partly for user in current_approvers(target))
    fewest = min(len(current_approvers(target)) for target in partly)
    some = "" if len(partly) == len(view.targets) else f" for {target_summary(partly)}"
    required = max(view.approvers.required, fewest + 1)  # over the policy's hourly limit one more approval is needed
    return f"👍 {fewest} of {required} approved{some}: {', '.join(people[:6])}"


def _change_windows(view: CardView) -> str:
    hours = hours_text(view.hours, view.now)
    return f"🗓️ Changes: {hours}" if hours else ""


def _decider_lines(view: CardView) -> list[str]:
    """Say who may approve and with what effects; where nobody may, why not, and who may deny."""
    if not view.in_state(*_WAITING):
        return []
    until = f"until {local_time(view.expires_at)}" if view.expires_at else ""
    anyone = deciders(replace(view.approvers, required=1))  # one denial is enough, however many approvals are required
    may_deny = join_parts([f"{anyone} may deny", until]) if view.has_deciders else ""
    if not view.in_state(State.PROPOSED):
        return [may_deny]
    if reason := no_approve_reason(view):
        return [reason, may_deny]
    parts = [deciders(view.approvers), until, *effect_texts(view.recipe), undo_text(view)]
    return [join_parts(distinct(parts)), _change_windows(view)]
