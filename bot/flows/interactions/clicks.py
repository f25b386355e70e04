"""Checks and recording of clicks: the live card, the right to decide, and the signed request.

A decision is one write of the signed request, and a message. The right to decide is checked here only for an immediate
answer: `remediate` checks it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.errors import Refusal
from bot.domain.rights import Verdict
from bot.flows.decisions.payload import Submission
from bot.flows.messaging.links import permalink
from bot.flows.policy.deciders import rights_of, route_of
from bot.flows.policy.load import current
from bot.messages import JudgeDecision, send
from bot.slack.ids import ButtonValue, Metadata
from bot.slack.text import answers
from bot.store import cases, decisions, keys
from bot.store.decisions import SignedRequest
from bot.world import World

Ack = dict[str, Any]
"""The body of the answer to Slack; empty for a plain acknowledgement."""

MESSAGE_LOST_AFTER: Final = timedelta(seconds=60)
_TARGETS_READ: Final = 5


def live_case(case_id: str, channel: str, ts: str, world: World) -> Case:
    """Return the case whose live card this is. Raises Refusal, with a link to the live card, when it is not."""
    case = cases.load_case(world.table, case_id)
    if case is None:
        raise Refusal("This card's case is not known here, so your click decides nothing.")
    if not case.ts or (case.channel, case.ts) != (channel, ts):
        raise Refusal(answers.outdated_card(permalink(case, world)))
    return case


def require_right(case: Case, user: str, team: str, world: World) -> Verdict:
    """Return the verdict that lets this person decide on this case.

    Raises Refusal that names who may; RightsUnknown, PolicyUnreadable.
    """
    policy = current(world)
    approvers = route_of(cases.load_targets(world.table, case.id)[:_TARGETS_READ], policy).approvers
    verdict = rights_of(user, team, policy, [approvers], world).verdict(approvers)
    if not verdict.allowed:
        raise Refusal(answers.refusal_text(verdict, approvers))
    return verdict


def require_manifest(value: ButtonValue, world: World) -> None:
    """Require that the manifest of a button is stored. Raises Refusal."""
    if not value.manifest or cases.load_manifest(world.table, value.case_id, value.manifest) is None:
        raise Refusal("What this button stood for is not stored, so it decides nothing. Please use the current card.")


def record_submission(submission: Submission, world: World) -> Metadata:
    """Record the signed form of a person who may decide, and return its metadata. Raises Refusal, BadInput, Unknown."""
    meta = Metadata.parse(submission.metadata)
    with recording_refusals(meta.case_id, submission.request, world):
        case = live_case(meta.case_id, meta.channel, meta.ts, world)
        require_manifest(ButtonValue(meta.case_id, meta.manifest), world)
        require_right(case, submission.user, submission.team, world)
    record_request(case.id, submission.request, world)
    return meta


@contextmanager
def recording_refusals(case_id: str, request: SignedRequest, world: World) -> Iterator[None]:
    """Record a Refusal of the block with the signed request, for the audit; `remediate` then decides nothing."""
    try:
        yield
    except Refusal as reason:
        record_request(case_id, request, world, refused=str(reason))
        raise


def record_request(case_id: str, request: SignedRequest, world: World, refused: str = "") -> None:
    """Store the request and send one message. A retry by Slack stores nothing, but sends the message again."""
    now, lost = world.clock.now(), world.clock.now() + MESSAGE_LOST_AFTER
    decisions.put_decision(world.table, request, case_id, keys.stamp(now), keys.stamp(lost), refused)
    send(JudgeDecision(case_id=case_id, decision_id=request.id), world.queues)
