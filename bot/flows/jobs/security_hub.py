"""Update Security Hub with a target's state: a note with what people decided, and its workflow by the policy.

Never RESOLVED: Security Hub reports PASSED once it has checked again. This cannot loop: a note changes no fingerprint,
a workflow update that comes back moves no target, and only moves are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.domain.case import Case
from bot.domain.errors import BadInput, Busy, Unknown
from bot.domain.finding import MARK, SourceKind, SourceState, Status, is_by_bot
from bot.domain.history import HistoryEvent
from bot.domain.policy import WriteBack
from bot.domain.ports import HubUpdate
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.flows.policy.load import for_presentation
from bot.flows.policy.subject import subject_of
from bot.messages import UpdateSecurityHub
from bot.store import audit, cases, exemptions, findings, keys
from bot.world import World

_RETRYABLE: Final = frozenset({"ConcurrentUpdateError", "InternalFailure", "Throttling"})
"""Error codes worth a retry (AWS, BatchUpdateFindings, UnprocessedFindings)."""

_EXEMPTION_ENDED: Final = "The exemption has ended"
"""Note at the end of an exemption, for a target in a state that has no note of its own."""

_NOTIFIED_STATES: Final = frozenset({State.PROPOSED, State.GUIDANCE, State.APPROVED, State.DENIED, State.HANDED_OVER})
"""States in which people know of the target: NOTIFIED, where the policy says `status`."""


def update(message: UpdateSecurityHub, world: World) -> None:
    """Write the target's current state to Security Hub. Raises Busy when Security Hub wants it again later."""
    case = cases.load_case(world.table, message.case_id)
    target = cases.load_target(world.table, message.case_id, message.target_id)
    if case is None or target is None:
        raise BadInput(f"there is no target {message.target_id} in case {message.case_id}")
    lift = message.lift_suppression
    _write_back(target, note_of(target, case) or (_EXEMPTION_ENDED if lift else ""), lift=lift, world=world)
    if lift:
        cases.lifted(world.table, target)


def _write_back(target: CaseTarget, text: str, *, lift: bool, world: World) -> None:
    mode = for_presentation(world).route(subject_of(target)).write_back
    if mode is WriteBack.NONE or not text:
        return
    if target.state is State.EXEMPTED and target.decision.exemption and not _granted(target, world):
        raise BadInput(f"target {target.target_id} says that it is exempted, by an exemption that nobody has granted")
    ended = lift and target.state is not State.EXEMPTED
    _update_sources(target, text, mode, _sources(target, world), lift=ended, world=world)


def _granted(target: CaseTarget, world: World) -> bool:
    """Check the exemption itself: other functions can write targets, only `remediate` can write exemptions."""
    exemption = exemptions.load(world.table, target.resource.account, target.decision.exemption)
    return exemption is not None and not exemption.ended and exemption.case_id == target.case_id


def note_of(target: CaseTarget, case: Case) -> str:
    """Return a one-line note on the target's state for Security Hub, '' for a state without one."""
    template = _NOTES.get(target.state)
    if template is None:
        return ""
    facts = {
        "by": target.decision.by,
        "run": target.attempt.run_id,
        "until": target.decision.until[:10],
        "to": target.decision.handed_to,
    }
    reason = f": {target.decision.reason}" if target.decision.reason else ""
    return f"{template.format(channel=case.channel, **facts)}{reason}"


_NOTES: Final = {
    State.PROPOSED: "Asked in Slack channel {channel}",
    State.GUIDANCE: "Told in Slack channel {channel}; there is no safe automatic fix",
    State.APPROVED: "Fix approved by {by}, run {run}",
    State.FIXED: "Fixed by run {run}, approved by {by}; the settings read back compliant",
    State.UNDONE: "The fix was undone by {by}, run {run}",
    State.DENIED: "Fix denied by {by}",
    State.HANDED_OVER: "Handed over to {to} by {by} until {until}",
    State.EXEMPTED: "Exempted by {by} until {until}",
}


def _sources(target: CaseTarget, world: World) -> list[SourceState]:
    wanted = [keys.finding(target.resource.account, target.resource.region, fid) for fid in target.findings]
    known = findings.load_findings(world.table, wanted).values()
    return [source for finding in known for source in finding.sources.values() if source.product]


def _update_sources(
    target: CaseTarget, text: str, mode: WriteBack, sources: Sequence[SourceState], *, lift: bool, world: World
) -> None:
    """Send one update per resulting workflow status. Raises Busy if part of it must be sent again."""
    chosen: dict[str, list[SourceState]] = {}
    for source in sources:
        if source.record_state != "ARCHIVED":
            chosen.setdefault(_workflow(target, source, mode, lift=lift), []).append(source)
    author = f"{MARK} for {target.decision.by}" if target.decision.by else MARK
    refused: dict[str, str] = {}
    for workflow, those in chosen.items():
        try:
            refused |= world.hub.update(_update(text, author, workflow, those))
        except (Busy, Unknown) as problem:
            _record(target, text, {workflow: those}, {"": str(problem)}, world)
            raise
    if chosen:
        _record(target, text, chosen, refused, world)
    if again := sorted(set(refused.values()) & _RETRYABLE):
        raise Busy(f"Security Hub did not take an update: {', '.join(again)}", retry_after=30)


def _workflow(target: CaseTarget, source: SourceState, mode: WriteBack, *, lift: bool) -> str:
    """Return the new workflow status, '' to keep it. Changes only NEW, and what the bot has set itself."""
    if target.state is State.EXEMPTED and target.decision.exemption:
        return "SUPPRESSED" if source.status is Status.OPEN else ""
    if lift and source.workflow == "SUPPRESSED" and is_by_bot(source.author):
        return "NEW"
    tells = mode is WriteBack.STATUS and target.state in _NOTIFIED_STATES and source.status is Status.OPEN
    return "NOTIFIED" if tells and source.workflow in {"", "NEW"} else ""


def _update(text: str, author: str, workflow: str, sources: Iterable[SourceState]) -> HubUpdate:
    """Update by the ASFF id where there is one; OCSF's copy of the same finding needs no update of its own."""
    asff = {one.finding_id: one.product for one in sources if one.kind is SourceKind.ASFF}
    only = {one.product for one in sources if one.kind is SourceKind.OCSF and one.finding_id not in asff}
    return HubUpdate(text, author, tuple(sorted(asff.items())), tuple(sorted(only)), workflow)


def _record(
    target: CaseTarget, text: str, chosen: Mapping[str, Sequence[SourceState]], refused: Mapping[str, str], world: World
) -> None:
    workflows = ", ".join(sorted(filter(None, chosen))) or "note"
    total = sum(map(len, chosen.values()))
    problems = f"; not taken: {', '.join(sorted(set(refused.values())))}" if refused else ""
    now = keys.stamp(world.clock.now())
    entry = audit.Entry(
        at=now,
        what=HistoryEvent.HUB_UPDATED,
        identity=("hub", target.case_id, target.target_id, str(target.ver), workflows, now),
        before=target.state,
        after=target.state,
        reason=f"{workflows} for {total} sources: {text}{problems}"[:1_000],
        calls=("securityhub:BatchUpdateFindings",),
    ).of(target)
    world.table.write([audit.put(entry)])
