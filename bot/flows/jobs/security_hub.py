"""What Security Hub is told of a target: a note with what people decided, and where the policy says so its workflow.

Never RESOLVED: Security Hub says PASSED by itself once it has looked. No loop: a note changes no fingerprint, and what
comes back of a workflow moves no target, and only moves are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

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
from bot.store import audit, cases, exemptions, findings, keys
from bot.world import World

_AGAIN: Final = frozenset({"ConcurrentUpdateError", "InternalFailure", "Throttling"})
"""What Security Hub may take at another time (AWS, BatchUpdateFindings, UnprocessedFindings)."""

_LIFTED: Final = "The exemption has ended"
"""Said where nothing is told of the state that the target is in by then."""

_KNOWN: Final = frozenset({State.PROPOSED, State.GUIDANCE, State.APPROVED, State.DENIED, State.HANDED_OVER})
"""States in which people know of it: NOTIFIED, where the policy says `status`."""


def handle(body: Mapping[str, Any], world: World) -> None:
    """One message: where this target stands, told as it is now. Raises Busy when Security Hub wants it again later."""
    case = cases.load_case(world.table, body["case"])
    target = cases.load_target(world.table, body["case"], body["target_id"])
    if case is None or target is None:
        raise BadInput(f"there is no target {body['target_id']} in case {body['case']}")
    lift = bool(body.get("lift"))
    _tell_state(target, note_of(target, case) or (_LIFTED if lift else ""), lift=lift, world=world)
    if lift:
        cases.lifted(world.table, target)


def _tell_state(target: CaseTarget, text: str, *, lift: bool, world: World) -> None:
    mode = for_presentation(world).route(subject_of(target)).write_back
    if mode is WriteBack.NONE or not text:
        return
    if target.state is State.EXEMPTED and target.decision.exemption and not _granted(target, world):
        raise BadInput(f"target {target.target_id} says that it is exempted, by an exemption that nobody has granted")
    ended = lift and target.state is not State.EXEMPTED
    _tell(target, text, mode, _sources(target, world), lift=ended, world=world)


def _granted(target: CaseTarget, world: World) -> bool:
    """A target may be written by others; exemptions by `remediate` alone."""
    exemption = exemptions.load(world.table, target.resource.account, target.decision.exemption)
    return exemption is not None and not exemption.ended and exemption.case_id == target.case_id


def note_of(target: CaseTarget, case: Case) -> str:
    """Where it stands, in a line for those who look at Security Hub; '' where there is nothing to tell."""
    said = _SAID.get(target.state)
    if said is None:
        return ""
    facts = {
        "by": target.decision.by,
        "run": target.attempt.run_id,
        "until": target.decision.until[:10],
        "to": target.decision.handed_to,
    }
    reason = f": {target.decision.reason}" if target.decision.reason else ""
    return f"{said.format(channel=case.channel, **facts)}{reason}"


_SAID: Final = {
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


def _tell(
    target: CaseTarget, text: str, mode: WriteBack, sources: Sequence[SourceState], *, lift: bool, world: World
) -> None:
    """One update for each workflow that follows. Raises Busy when some of it must be told again."""
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
    if again := sorted(set(refused.values()) & _AGAIN):
        raise Busy(f"Security Hub did not take an update: {', '.join(again)}", retry_after=30)


def _workflow(target: CaseTarget, source: SourceState, mode: WriteBack, *, lift: bool) -> str:
    """What the workflow shall be, '' for as it is. Nobody else's word is changed: only NEW, and what was ours."""
    if target.state is State.EXEMPTED and target.decision.exemption:
        return "SUPPRESSED" if source.status is Status.OPEN else ""
    if lift and source.workflow == "SUPPRESSED" and is_by_bot(source.author):
        return "NEW"
    tells = mode is WriteBack.STATUS and target.state in _KNOWN and source.status is Status.OPEN
    return "NOTIFIED" if tells and source.workflow in {"", "NEW"} else ""


def _update(text: str, author: str, workflow: str, sources: Iterable[SourceState]) -> HubUpdate:
    """By ASFF's id where there is one; OCSF's copy of the same finding needs no update of its own."""
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
