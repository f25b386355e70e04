"""The forms of Exempt and Hand over; `remediate` judges them."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.case import Case
from bot.domain.errors import Refusal
from bot.domain.policy import Approvers, Policy
from bot.domain.target import CaseTarget
from bot.flows.decisions.exempt import MIN_REASON, last_day
from bot.flows.decisions.payload import Press, Submission
from bot.flows.interactions import clicks
from bot.flows.interactions.clicks import Ack
from bot.flows.policy.deciders import exempters_of, rights_of
from bot.flows.policy.load import current
from bot.slack.ids import BlockId, ButtonValue, Metadata
from bot.slack.modals import exempt
from bot.slack.modals.exempt import ExemptionPreview, field_error
from bot.slack.text import answers
from bot.store import cases, keys
from bot.world import World


def open_exempt(press: Press, world: World) -> Ack:
    """Open the exemption form, with the number of findings it would hide. Raises Refusal, BadInput, Unknown."""
    case, meta, targets = _pressed(press, world)
    policy = current(world)
    approvers = _may_exempt(targets, press.user, press.team, policy, world)
    hidden = ExemptionPreview(targets, case.account, _failing(case.account, targets, world))
    view = exempt.exempt(meta, hidden, approvers, world.clock.now(), policy.exempt_days)
    world.slack.call("views.open", trigger_id=press.trigger_id, view=view)
    return {}


def open_hand_over(press: Press, world: World) -> Ack:
    """Open the hand-over form. Raises Refusal, BadInput, Unknown."""
    case, meta, targets = _pressed(press, world)
    clicks.require_right(case, press.user, press.team, world)
    view = exempt.hand_over(meta, targets, world.clock.now(), current(world).hand_over_days)
    world.slack.call("views.open", trigger_id=press.trigger_id, view=view)
    return {}


def submit_exempt(submission: Submission, world: World) -> Ack:
    """Record the signed form; return errors beside the fields."""
    policy, filled = current(world), submission.fields
    if len(filled.reason) < MIN_REASON:
        return field_error(BlockId.EXEMPT_REASON, "please say why")
    try:
        last_day(filled.until, policy.exempt_days, keys.stamp(world.clock.now()))
    except Refusal as reason:
        return field_error(BlockId.EXEMPT_UNTIL, str(reason))
    meta = Metadata.parse(submission.metadata)
    with clicks.recording_refusals(meta.case_id, submission.request, world):
        case = clicks.live_case(meta.case_id, meta.channel, meta.ts, world)
        targets = _shown(case, meta.manifest, world)
        _may_exempt(targets, submission.user, submission.team, policy, world)
    clicks.record_request(case.id, submission.request, world)
    return {}


def submit_hand_over(submission: Submission, world: World) -> Ack:
    """Record the signed form; return errors beside the fields."""
    filled = submission.fields
    if filled.link and not filled.link.startswith("https://"):
        return field_error(BlockId.HAND_OVER_LINK, "a link starts with https://")
    try:
        last_day(filled.until, current(world).hand_over_days, keys.stamp(world.clock.now()))
    except Refusal as reason:
        return field_error(BlockId.HAND_OVER_UNTIL, str(reason))
    clicks.record_submission(submission, world)
    return {}


def decide(press: Press, world: World) -> Ack:
    """Record the answer to an exemption request. Raises Refusal, BadInput, Unknown."""
    value = ButtonValue.parse(press.value)
    with clicks.recording_refusals(value.case_id, press.request, world):
        case = clicks.live_case(value.case_id, press.channel, press.ts, world)
        targets = [
            target
            for target in cases.load_targets(world.table, case.id)
            if value.manifest == target.exemption_request.id
        ]
        if not targets:
            raise Refusal("This exemption is not asked for any more.")
        if targets[0].exemption_request.by != press.user:
            _may_exempt(targets, press.user, press.team, current(world), world)
    clicks.record_request(case.id, press.request, world)
    return {}


def _pressed(press: Press, world: World) -> tuple[Case, Metadata, list[CaseTarget]]:
    value = ButtonValue.parse(press.value)
    case = clicks.live_case(value.case_id, press.channel, press.ts, world)
    targets = _shown(case, value.manifest, world)
    return case, Metadata(case.id, value.manifest, press.channel, press.ts), targets


def _shown(case: Case, digest: str, world: World) -> list[CaseTarget]:
    """Return the targets of the manifest. Raises Refusal if it is not stored."""
    manifest = cases.load_manifest(world.table, case.id, digest) if digest else None
    if manifest is None:
        raise Refusal("What this button stood for is not stored, so it decides nothing. Please use the current card.")
    tids = {target_id for target_id, _ in manifest.rows}
    return [target for target in cases.load_targets(world.table, case.id) if target.target_id in tids]


def _may_exempt(targets: list[CaseTarget], user: str, team: str, policy: Policy, world: World) -> Approvers:
    """Require that this person may exempt these targets. Raises Refusal that names who may; RightsUnknown."""
    approvers = exempters_of(targets, policy)
    verdict = rights_of(user, team, policy, [approvers], world).verdict(approvers)
    if not verdict.allowed:
        raise Refusal(answers.refusal_text(verdict, replace(approvers, required=1)))
    return approvers


def _failing(account: str, targets: list[CaseTarget], world: World) -> int:
    controls = {control for target in targets for control in target.open_controls}
    rows = world.table.get_many([keys.posture(f"POSTURE#{account}", control) for control in sorted(controls)])
    return sum(int(row.get("failed", 0)) for row in rows.values())
