"""Buttons and forms of a card: an immediate answer, and a message for what takes longer. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.case import Case
from bot.domain.errors import Refusal, SlackRefused
from bot.flows.decisions.payload import Press, Submission
from bot.flows.interactions.clicks import (
    Ack,
    live_case,
    record_request,
    record_submission,
    recording_refusals,
    require_manifest,
    require_right,
)
from bot.flows.messaging import modals as views
from bot.flows.messaging.private import send_privately
from bot.messages import FillCaseDetails, FillReview, PreviewUndo, send
from bot.slack.ids import BlockId, ButtonValue, Metadata
from bot.slack.modals import base
from bot.store import cases
from bot.world import World


def decide(press: Press, world: World) -> Ack:
    """Record the signed click of Approve or Ask again. Raises Refusal, BadInput, Unknown."""
    value = ButtonValue.parse(press.value)
    with recording_refusals(value.case_id, press.request, world):
        case = live_case(value.case_id, press.channel, press.ts, world)
        if value.manifest:
            require_manifest(value, world)
        require_right(case, press.user, press.team, world)
    record_request(case.id, press.request, world)
    return {}


def open_deny(press: Press, world: World) -> Ack:
    """Open the form for the reason. Raises Refusal, BadInput."""
    case, meta = _pressed_on(press, world)
    require_manifest(ButtonValue(case.id, meta.manifest), world)
    _open(press, base.deny(meta), world)
    return {}


def open_undo(press: Press, world: World) -> Ack:
    """Open a placeholder modal and request the undo plan. Raises Refusal, BadInput, Unknown."""
    case, meta = _pressed_on(press, world)
    return preview_undo(press, case, meta, (), world)


def preview_undo(press: Press, case: Case, meta: Metadata, target_ids: Sequence[str], world: World) -> Ack:
    """Open the undo modal for some targets of a case (none given: all), and request its plan. Raises Unknown."""
    view_id = _open(press, base.undo_placeholder(meta), world)
    try:
        require_right(case, press.user, press.team, world)
    except Refusal as reason:
        _show(view_id, base.note("Undo", str(reason), meta), world)
        return {}
    wanted = PreviewUndo(case_id=case.id, view_id=view_id, user_id=press.user, target_ids=tuple(target_ids))
    send(wanted, world.queues)
    return {}


def open_review(press: Press, world: World) -> Ack:
    """Open a placeholder modal and request its first page. Raises Refusal, BadInput."""
    case, meta = _pressed_on(press, world)
    view_id = _open(press, base.review_placeholder(meta), world)
    send(FillReview(case_id=case.id, view_id=view_id), world.queues)
    return {}


def open_review_of(press: Press, world: World) -> Ack:
    """Open Review from a message other than the card: a score, a list, a digest. Raises Refusal, BadInput."""
    case_id = ButtonValue.parse(press.value).case_id
    case = cases.load_case(world.table, case_id)
    if case is None or not case.ts:
        raise Refusal("This case has no card now, so there is nothing to review. Ask for the score again.")
    view_id = _open(press, base.review_placeholder(Metadata(case.id, "", case.channel, case.ts)), world)
    send(FillReview(case_id=case.id, view_id=view_id), world.queues)
    return {}


def open_details(press: Press, world: World) -> Ack:
    """Open a placeholder modal and request its content. Raises Refusal, BadInput."""
    case, meta = _pressed_on(press, world)
    view_id = _open(press, base.details_placeholder(meta), world)
    send(FillCaseDetails(case_id=case.id, view_id=view_id), world.queues)
    return {}


def turn_page(press: Press, step: int, world: World) -> Ack:
    """Request the page `step` pages away from the current one. Raises BadInput."""
    meta = Metadata.parse(press.metadata)
    page = max(0, meta.page + step)
    send(FillReview(case_id=meta.case_id, view_id=press.view_id, page=page), world.queues)
    return {}


def submit_deny(submission: Submission, world: World) -> Ack:
    """Record the signed form; return an error beside the reason if the person may not decide."""
    try:
        record_submission(submission, world)
    except Refusal as reason:
        return {"response_action": "errors", "errors": {BlockId.DENY_REASON.value: str(reason)}}
    return {}


def submit_undo(submission: Submission, world: World) -> Ack:
    """Record the signed approval of an undo. Raises Refusal, BadInput, Unknown."""
    record_submission(submission, world)
    return {}


def submit_review(submission: Submission, world: World) -> Ack:
    """Record the signed approval of a page; the modal stays open. Raises Refusal, BadInput, Unknown."""
    meta = record_submission(submission, world)
    shown = FillReview(case_id=meta.case_id, view_id=submission.view_id, page=meta.page, recorded=True)
    send(shown, world.queues)
    return {"response_action": "update", "view": base.review_placeholder(meta)}


def notify(press: Press, text: str, world: World) -> None:
    """Notify the person who pressed: in a modal above Home or the open modal, else in the channel."""
    if not (press.view_id and _shown_above(press, text, world)):
        send_privately(press.user, press.channel, {"text": text}, world)


def _shown_above(press: Press, text: str, world: World) -> bool:
    """Return whether the text could be shown in another modal; Slack stacks at most three."""
    try:
        _open(press, base.note("cspm-bot", text), world)
    except SlackRefused:
        return False
    return True


def _pressed_on(press: Press, world: World) -> tuple[Case, Metadata]:
    value = ButtonValue.parse(press.value)
    case = live_case(value.case_id, press.channel, press.ts, world)
    return case, Metadata(case.id, value.manifest, press.channel, press.ts)


def _open(press: Press, view: base.View, world: World) -> str:
    return views.show(press.trigger_id, view, world, in_modal=press.in_modal)


def _show(view_id: str, view: base.View, world: World) -> None:
    world.slack.call("views.update", view_id=view_id, view=view)
