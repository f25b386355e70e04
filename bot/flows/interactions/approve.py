"""The Approve button, and the form for a change reference where the policy requires one.

Nothing is decided here: `remediate` checks the signed reference against the policy's pattern itself.
"""

from __future__ import annotations

from bot.domain.policy import ChangeReference
from bot.flows.cases.view import view_of
from bot.flows.decisions.payload import Press, Submission
from bot.flows.interactions import card_actions, clicks
from bot.flows.interactions.clicks import Ack
from bot.flows.policy.deciders import route_of
from bot.flows.policy.load import current
from bot.slack.ids import BlockId, ButtonValue, Metadata
from bot.slack.modals import approve
from bot.slack.modals.exempt import field_error
from bot.store import cases
from bot.world import World


def press_approve(pressed: Press, world: World) -> Ack:
    """Record an approval, or open the form for the reference first. Raises Refusal, BadInput, Unknown."""
    value = ButtonValue.parse(pressed.value)
    wanted = _required_reference(value.case_id, world)
    if wanted is None:
        return card_actions.decide(pressed, world)
    with clicks.recording_refusals(value.case_id, pressed.request, world):
        case = clicks.live_case(value.case_id, pressed.channel, pressed.ts, world)
        clicks.require_manifest(value, world)
        clicks.require_right(case, pressed.user, pressed.team, world)
    view = view_of(case, cases.load_targets(world.table, case.id), current(world), world)
    meta = Metadata(case.id, value.manifest, pressed.channel, pressed.ts)
    opened = approve.approve(view, wanted, meta)
    world.slack.call("views.open", trigger_id=pressed.trigger_id, view=opened)
    return {}


def submit(submission: Submission, world: World) -> Ack:
    """Record the signed form; return an error beside the field if the reference is not valid."""
    if error := wrong_reference(submission, world):
        return error
    clicks.record_submission(submission, world)
    return {}


def submit_review(submission: Submission, world: World) -> Ack:
    """Record an approval of a page of Review, with its reference. Raises Refusal, BadInput, Unknown."""
    return wrong_reference(submission, world) or card_actions.submit_review(submission, world)


def wrong_reference(submission: Submission, world: World) -> Ack:
    """Return the error for the reference field; empty if the reference is valid or not required."""
    wanted = _required_reference(Metadata.parse(submission.metadata).case_id, world)
    reason = wanted.wrong(submission.fields.reference) if wanted else ""
    return field_error(BlockId.CHANGE_REFERENCE, reason) if reason else {}


def _required_reference(case_id: str, world: World) -> ChangeReference | None:
    return route_of(cases.load_targets(world.table, case_id), current(world)).change_reference
