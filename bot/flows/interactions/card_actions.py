"""What happens when somebody presses, submits or types: look, answer at once, hand on. Nothing is decided here.

A decision is one write, the signed request itself, and a message; who may decide is looked up too, but only so that
the answer comes at once: `remediate` judges again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.errors import Refusal, SlackRefused
from bot.domain.rights import Verdict
from bot.flows.messaging import modals as views
from bot.flows.messaging.links import permalink
from bot.flows.policy.deciders import rights_of, route_of
from bot.flows.policy.load import current
from bot.slack.ids import BlockId, ButtonValue, Metadata
from bot.slack.modals import base
from bot.slack.text import answers
from bot.store import cases, decisions, keys
from bot.store.decisions import SignedRequest
from bot.world import World

Ack = dict[str, Any]
"""What Slack gets as the body of the answer; empty for a plain yes."""

MESSAGE_LOST_AFTER: Final = timedelta(seconds=60)
_LOOKED_AT: Final = 5


@dataclass(frozen=True)
class Press:
    """A button that was pressed: on a message (`channel`, `ts`), in a modal (`view_id`, `metadata`), or in `home`."""

    user: str
    team: str
    channel: str
    ts: str
    trigger_id: str
    value: str
    request: SignedRequest
    view_id: str = ""
    metadata: str = ""
    home: bool = False

    @property
    def in_modal(self) -> bool:
        """Whether it was pressed in a modal, above which another can be opened."""
        return bool(self.view_id) and not self.home


@dataclass(frozen=True)
class Submission:
    """A modal that was submitted."""

    user: str
    team: str
    view_id: str
    metadata: str
    request: SignedRequest


def decide(press: Press, world: World) -> Ack:
    """Approve, or Ask again: keep the signed request and have it judged. Raises Refusal, BadInput, Unknown."""
    value = ButtonValue.parse(press.value)
    with on_record(value.case_id, press.request, world):
        case = live_case(value.case_id, press.channel, press.ts, world)
        if value.manifest:
            known_manifest(value, world)
        require_right(case, press.user, press.team, world)
    record(case.id, press.request, world)
    return {}


def open_deny(press: Press, world: World) -> Ack:
    """Ask for the reason. Raises Refusal, BadInput."""
    case, meta = _pressed_on(press, world)
    known_manifest(ButtonValue(case.id, meta.manifest), world)
    _open(press, base.deny(meta), world)
    return {}


def open_undo(press: Press, world: World) -> Ack:
    """Open the modal at once, then have the undo planned for it. Raises Refusal, BadInput, Unknown."""
    case, meta = _pressed_on(press, world)
    return preview_undo(press, case, meta, (), world)


def preview_undo(press: Press, case: Case, meta: Metadata, tids: Sequence[str], world: World) -> Ack:
    """Open the undo modal for some targets of a case (none named: all), and have its plan made. Raises Unknown."""
    view_id = _open(press, base.undo_wait(meta), world)
    try:
        require_right(case, press.user, press.team, world)
    except Refusal as reason:
        _show(view_id, base.note("Undo", str(reason), meta), world)
        return {}
    asked = {"kind": "undo_preview", "case": case.id, "manifest": meta.manifest, "view_id": view_id, "tids": list(tids)}
    world.queues.plan.send(asked | {"user": press.user, "channel": press.channel})
    return {}


def open_review(press: Press, world: World) -> Ack:
    """Open the modal at once, then have its first page gathered. Raises Refusal, BadInput."""
    case, meta = _pressed_on(press, world)
    view_id = _open(press, base.review_wait(meta), world)
    world.queues.answers.send({"kind": "review", "case": case.id, "view_id": view_id, "page": 0})
    return {}


def open_review_of(press: Press, world: World) -> Ack:
    """As `open_review`, from where the case's card is not: a score, a list, a digest. Raises Refusal, BadInput."""
    case_id = ButtonValue.parse(press.value).case_id
    case = cases.load_case(world.table, case_id)
    if case is None or not case.ts:
        raise Refusal("This case has no card now, so there is nothing to review. Ask for the score again.")
    view_id = _open(press, base.review_wait(Metadata(case.id, "", case.channel, case.ts)), world)
    world.queues.answers.send({"kind": "review", "case": case.id, "view_id": view_id, "page": 0})
    return {}


def open_details(press: Press, world: World) -> Ack:
    """Open the modal at once, then have it filled. Raises Refusal, BadInput."""
    case, meta = _pressed_on(press, world)
    view_id = _open(press, base.details_wait(meta), world)
    world.queues.answers.send({"kind": "details", "case": case.id, "view_id": view_id})
    return {}


def turn_page(press: Press, step: int, world: World) -> Ack:
    """The page before or after the one that is shown. Raises BadInput."""
    meta = Metadata.parse(press.metadata)
    turned = {"kind": "review", "case": meta.case_id, "view_id": press.view_id, "page": max(0, meta.page + step)}
    world.queues.answers.send(turned)
    return {}


def submit_deny(submission: Submission, world: World) -> Ack:
    """Keep the signed submission and have it judged; what stands against it is said beside the reason."""
    try:
        submitted(submission, world)
    except Refusal as reason:
        return {"response_action": "errors", "errors": {BlockId.DENY_REASON.value: str(reason)}}
    return {}


def submit_undo(submission: Submission, world: World) -> Ack:
    """Keep the signed submission of an undo and have it judged. Raises Refusal, BadInput, Unknown."""
    submitted(submission, world)
    return {}


def submit_review(submission: Submission, world: World) -> Ack:
    """Approve a page: keep the signed submission; the modal stays open on it. Raises Refusal, BadInput, Unknown."""
    meta = submitted(submission, world)
    shown = {"kind": "review", "case": meta.case_id, "view_id": submission.view_id, "page": meta.page}
    world.queues.answers.send(shown | {"recorded": meta.manifest})
    return {"response_action": "update", "view": base.review_wait(meta)}


def home_opened(user: str, team: str, world: World) -> Ack:
    """Have the person's Home tab drawn."""
    world.queues.answers.send({"kind": "home", "user": user, "team": team})
    return {}


def refresh_home(press: Press, world: World) -> Ack:
    """Have it drawn again."""
    return home_opened(press.user, press.team, world)


def tell(press: Press, text: str, world: World) -> None:
    """Say something to one person where they are: over their Home, in the modal they look at, else in the channel."""
    if press.view_id and _told_above(press, text, world):
        return
    try:
        world.slack.call("chat.postEphemeral", channel=press.channel, user=press.user, text=text)
    except SlackRefused:
        world.slack.call("chat.postMessage", channel=press.user, text=text)


def _told_above(press: Press, text: str, world: World) -> bool:
    """Whether it could be said in a modal above the one that was pressed in: there is room for three."""
    try:
        _open(press, base.note("cspm-bot", text), world)
    except SlackRefused:
        return False
    return True


def live_case(case_id: str, channel: str, ts: str, world: World) -> Case:
    """The case whose live card this is. Raises Refusal, with a link to the live card, when it is not."""
    case = cases.load_case(world.table, case_id)
    if case is None:
        raise Refusal("This card's case is not known here, so your click decides nothing.")
    if not case.ts or (case.channel, case.ts) != (channel, ts):
        raise Refusal(answers.old_card(permalink(case, world)))
    return case


def require_right(case: Case, user: str, team: str, world: World) -> Verdict:
    """That this person may decide on this case. Raises Refusal, naming who may; RightsUnknown, PolicyUnreadable."""
    policy = current(world)
    approvers = route_of(cases.load_targets(world.table, case.id)[:_LOOKED_AT], policy).approvers
    verdict = rights_of(user, team, policy, [approvers], world).verdict(approvers)
    if not verdict.allowed:
        raise Refusal(answers.may_not(verdict, approvers))
    return verdict


def _pressed_on(press: Press, world: World) -> tuple[Case, Metadata]:
    value = ButtonValue.parse(press.value)
    case = live_case(value.case_id, press.channel, press.ts, world)
    return case, Metadata(case.id, value.manifest, press.channel, press.ts)


def known_manifest(value: ButtonValue, world: World) -> None:
    """That what a button stood for is stored. Raises Refusal."""
    if not value.manifest or cases.load_manifest(world.table, value.case_id, value.manifest) is None:
        raise Refusal("What this button stood for is not stored, so it decides nothing. Please use the current card.")


def submitted(submission: Submission, world: World) -> Metadata:
    """Keep the signed form of somebody who may decide, and have it judged. Raises Refusal, BadInput, Unknown."""
    meta = Metadata.parse(submission.metadata)
    with on_record(meta.case_id, submission.request, world):
        case = live_case(meta.case_id, meta.channel, meta.ts, world)
        known_manifest(ButtonValue(meta.case_id, meta.manifest), world)
        require_right(case, submission.user, submission.team, world)
    record(case.id, submission.request, world)
    return meta


@contextmanager
def on_record(case_id: str, request: SignedRequest, world: World) -> Iterator[None]:
    """A refusal inside goes on record with the signed request: `remediate` writes it there, and decides nothing."""
    try:
        yield
    except Refusal as reason:
        record(case_id, request, world, refused=str(reason))
        raise


def record(case_id: str, request: SignedRequest, world: World, refused: str = "") -> None:
    """One write, one message. Slack's retry of the same request writes nothing, but rings again."""
    now, lost = world.clock.now(), world.clock.now() + MESSAGE_LOST_AFTER
    decisions.put_decision(world.table, request, case_id, keys.stamp(now), keys.stamp(lost), refused)
    message = {"kind": "decision", "case": case_id, "signature": request.id}
    world.queues.decisions.send(message, group=case_id)


def _open(press: Press, view: base.View, world: World) -> str:
    return views.show(press.trigger_id, view, world, in_modal=press.in_modal)


def _show(view_id: str, view: base.View, world: World) -> None:
    world.slack.call("views.update", view_id=view_id, view=view)
