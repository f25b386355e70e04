"""Every state of a target, reached as people and the world reach it; and every decision as a signed request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.domain.manifest import Manifest
from bot.domain.plan import Change, Plan
from bot.domain.ports import Put
from bot.domain.states import State
from bot.flows.decisions.click import Verb
from bot.messages import Notify
from bot.slack.ids import ActionId, BlockId, ButtonValue, CallbackId, Metadata
from bot.store import cases, keys
from bot.store.decisions import SignedRequest
from tests.aws import plain_client
from tests.flows.conftest import BUCKET
from tests.flows.stage import Stage, a_finding, signed

READ, WRITE = "s3:GetPublicAccessBlock", "s3:PutPublicAccessBlock"
PARTLY = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": False,
}


def stop(stage: Stage) -> None:
    key = keys.pause("all")
    stage.table.write([Put({"pk": key.pk, "sk": key.sk, "by": "U0OMAR", "reason": "incident"})])


def new(stage: Stage) -> None:
    stage.refuse = READ
    proposed(stage)


def proposed(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.settle()


def guidance(stage: Stage) -> None:
    stage.tell(a_finding("S3.7"))
    stage.settle()


def approved(stage: Stage) -> None:
    proposed(stage)
    stop(stage)
    decide(stage, Verb.APPROVE)


def applying(stage: Stage) -> None:
    """Stopped between the comparison and the first write."""
    proposed(stage)
    stage.faults.watch = lambda call: stop(stage) if call.startswith("s3") else None
    decide(stage, Verb.APPROVE)
    stage.faults.watch = None


def verifying(stage: Stage) -> None:
    proposed(stage)
    decide(stage, Verb.APPROVE)


def fixed(stage: Stage) -> None:
    verifying(stage)
    stage.settle()


def resolved(stage: Stage) -> None:
    fixed(stage)
    stage.clock.advance(minutes=20)
    stage.tell(a_finding(status="PASSED", minute=20))
    stage.settle()


def disputed(stage: Stage) -> None:
    fixed(stage)
    stage.clock.advance(hours=27)
    stage.sweep()


def stale(stage: Stage) -> None:
    proposed(stage)
    plain_client("s3").put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=PARTLY)
    decide(stage, Verb.APPROVE)


def failed(stage: Stage) -> None:
    proposed(stage)
    stage.refuse = WRITE
    decide(stage, Verb.APPROVE)
    stage.refuse = ""


def denied(stage: Stage) -> None:
    proposed(stage)
    decide(stage, Verb.DENY)


def lapsed(stage: Stage) -> None:
    proposed(stage)
    stage.clock.advance(hours=25)
    stage.sweep()


def handed_over(stage: Stage) -> None:
    proposed(stage)
    decide(stage, Verb.HAND_OVER)


def exempted(stage: Stage) -> None:
    proposed(stage)
    decide(stage, Verb.EXEMPT)
    decide(stage, Verb.ALLOW_EXEMPTION, "U0OMAR")


def undoing(stage: Stage) -> None:
    fixed(stage)
    stop(stage)
    decide(stage, Verb.UNDO)


def undone(stage: Stage) -> None:
    fixed(stage)
    decide(stage, Verb.UNDO)
    stage.settle()


REACH: Final[Mapping[State, Callable[[Stage], None]]] = {
    state: globals()[state.value] for state in State if state.value in globals()
}


def decide(stage: Stage, verb: Verb, user: str = "U0DANA", team: str = "T0ACME") -> str:
    """The decision as Slack signs it, about what the card could have shown now; what the person is told."""
    told = len(stage.answers)
    click(stage, verb, user, team)
    stage.pump()
    return next((one.text for one in stage.answers[told:] if isinstance(one, Notify)), "")


def click(stage: Stage, verb: Verb, user: str = "U0DANA", team: str = "T0ACME") -> SignedRequest:
    """The same, kept and in the queue, but not judged yet."""
    return stage.decide(stage.case.id, signed(_payload(stage, verb, user, team), stage.clock))


def _payload(stage: Stage, verb: Verb, user: str, team: str) -> dict[str, Any]:
    who = {"user": {"id": user, "team_id": team}, "team": {"id": team}, "trigger_id": f"{len(stage.answers)}"}
    case = stage.case
    shown = _shown(stage, verb)
    if verb in _FORMS:
        about = Metadata(case.id, shown, case.channel, case.ts)
        callback, values = _FORMS[verb]
        view = {"callback_id": callback, "private_metadata": about.text, "state": {"values": values}}
        return {"type": "view_submission", **who, "view": view}
    return {
        "type": "block_actions",
        **who,
        "channel": {"id": case.channel},
        "container": {"type": "message", "message_ts": case.ts, "channel_id": case.channel},
        "actions": [{"action_id": _BUTTONS[verb], "value": ButtonValue(case.id, shown).text, "type": "button"}],
    }


def _shown(stage: Stage, verb: Verb) -> str:
    """What the button or form stands for: a manifest of the target as it is, or the exemption that is asked for."""
    target = stage.target
    if verb in {Verb.ALLOW_EXEMPTION, Verb.REFUSE_EXEMPTION}:
        return target.exemption_request.id
    if verb is Verb.UNDO:
        return _undo_manifest(stage)
    manifest = Manifest(stage.case.id, "approve", ((target.target_id, target.proposal.digest),))
    cases.put_manifest(stage.table, manifest)
    return manifest.hash


def _undo_manifest(stage: Stage) -> str:
    """The preview that is offered; where none is, one as it would look, so that the refusal is `remediate`'s own."""
    if offered := stage.ask_undo().manifest:
        return offered
    target = stage.target
    if not target.proposal.plan_text:
        return "0" * 32
    plan = Plan.from_text(target.proposal.plan_text)
    back = Plan(
        plan.remediation,
        plan.revision,
        plan.resource,
        plan.params,
        tuple(Change(one.setting, one.after, one.before) for one in plan.changes),
    )
    of = {target.target_id: target.attempt.run_id or "none"}
    manifest = Manifest(stage.case.id, "undo", ((target.target_id, back.digest),), {target.target_id: back.text}, of)
    cases.put_manifest(stage.table, manifest)
    return manifest.hash


_BUTTONS: Final = {
    Verb.APPROVE: ActionId.APPROVE,
    Verb.ASK_AGAIN: ActionId.ASK_AGAIN,
    Verb.TAKE_BACK: ActionId.TAKE_BACK,
    Verb.ALLOW_EXEMPTION: ActionId.ALLOW_EXEMPTION,
    Verb.REFUSE_EXEMPTION: ActionId.REFUSE_EXEMPTION,
}

_FORMS: Final[Mapping[Verb, tuple[CallbackId, dict[str, Any]]]] = {
    Verb.UNDO: (CallbackId.UNDO, {}),
    Verb.DENY: (CallbackId.DENY, {BlockId.DENY_REASON: {ActionId.DENY_REASON: {"value": "not now"}}}),
    Verb.EXEMPT: (
        CallbackId.EXEMPT,
        {
            BlockId.EXEMPT_SCOPE: {ActionId.EXEMPT_SCOPE: {"selected_option": {"value": "target"}}},
            BlockId.EXEMPT_REASON: {ActionId.EXEMPT_REASON: {"value": "our public website"}},
            BlockId.EXEMPT_UNTIL: {ActionId.EXEMPT_UNTIL: {"selected_date": "2026-10-20"}},
        },
    ),
    Verb.HAND_OVER: (
        CallbackId.HAND_OVER,
        {
            BlockId.HAND_OVER_TO: {ActionId.HAND_OVER_TO: {"selected_user": "U0LEE"}},
            BlockId.HAND_OVER_UNTIL: {ActionId.HAND_OVER_UNTIL: {"selected_date": "2026-10-01"}},
        },
    ),
}
