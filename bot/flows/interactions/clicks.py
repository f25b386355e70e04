"""What every click has in common: whose live card it is on, who may decide, and keeping the signed request.

A decision is one write, the signed request itself, and a message; who may decide is looked up here as well, but only so
that the answer comes at once: `remediate` judges again.
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
_LOOKED_AT: Final = 5


def live_case(case_id: str, channel: str, ts: str, world: World) -> Case:
    """Return the case whose live card this is. Raises Refusal, with a link to the live card, when it is not."""
    case = cases.load_case(world.table, case_id)
    if case is None:
        raise Refusal("This card's case is not known here, so your click decides nothing.")
    if not case.ts or (case.channel, case.ts) != (channel, ts):
        raise Refusal(answers.outdated_card(permalink(case, world)))
    return case


def require_right(case: Case, user: str, team: str, world: World) -> Verdict:
    """Return why this person may decide on this case.

    Raises Refusal that names who may; RightsUnknown, PolicyUnreadable.
    """
    policy = current(world)
    approvers = route_of(cases.load_targets(world.table, case.id)[:_LOOKED_AT], policy).approvers
    verdict = rights_of(user, team, policy, [approvers], world).verdict(approvers)
    if not verdict.allowed:
        raise Refusal(answers.refusal_text(verdict, approvers))
    return verdict


def known_manifest(value: ButtonValue, world: World) -> None:
    """Require that what a button stood for is stored. Raises Refusal."""
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
    """Keep a refusal inside with the signed request: `remediate` writes it to the record, and decides nothing."""
    try:
        yield
    except Refusal as reason:
        record(case_id, request, world, refused=str(reason))
        raise


def record(case_id: str, request: SignedRequest, world: World, refused: str = "") -> None:
    """Keep the request and send one message. Slack's retry of the same request writes nothing, but sends again."""
    now, lost = world.clock.now(), world.clock.now() + MESSAGE_LOST_AFTER
    decisions.put_decision(world.table, request, case_id, keys.stamp(now), keys.stamp(lost), refused)
    send(JudgeDecision(case_id=case_id, decision_id=request.id), world.queues)
