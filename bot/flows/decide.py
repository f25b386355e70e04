"""Decisions → runs. Believes nobody: everything is read and judged anew, from the signed request on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.domain.errors import BadInput, IllegalStep, PolicyUnreadable, Refusal, RightsUnknown
from bot.domain.states import Step, allows
from bot.flows import agree, people, stopping
from bot.flows.agree import Judging, Row, subject_of
from bot.flows.clicks import Click, Command, Verb, verified
from bot.flows.policy import current
from bot.slack.blocks import escape
from bot.store import audit, cases, decisions, keys
from bot.world import World

_ROWS: Final[Mapping[Verb, Callable[[Judging, str, Row, World], str]]] = {
    Verb.APPROVE: agree.approve,
    Verb.UNDO: agree.undo,
    Verb.DENY: agree.deny,
    Verb.ASK_AGAIN: agree.ask_again,
}


_TOLD_DIRECTLY: Final = frozenset({Verb.APPROVE, Verb.UNDO})
"""Who approved a change is told by direct message: were it not them, they would know."""


def handle(body: Mapping[str, Any], world: World) -> None:
    """One message of the decisions queue."""
    if body["kind"] != "decision":
        raise BadInput(f"the decisions queue knows no message of kind {body['kind']!r}")
    decide(body["case"], body["signature"], world)


def decide(case_id: str, decision_id: str, world: World) -> None:
    """Judge a signed request and do what it decides, target by target; told twice, it counts once."""
    loaded = decisions.load_decision(world.table, case_id, decision_id)
    if loaded is None:
        raise BadInput(f"there is no decision {decision_id} for case {case_id}")
    request, item = loaded
    if item.get("outcome"):
        return
    try:
        click = verified(request, world)
    except BadInput as reason:
        _settle(case_id, decision_id, "", f"refused: {reason}", world)
        return
    try:
        if isinstance(click, Command):
            outcome = _command(click, case_id, world)
        else:
            outcome = _judge(click, case_id, decision_id, world)
    except (Refusal, PolicyUnreadable, RightsUnknown) as reason:
        outcome = f"Nothing was decided: {reason}."
    _settle(case_id, decision_id, click.user, outcome, world)
    direct = isinstance(click, Click) and click.verb in _TOLD_DIRECTLY
    text = f"{_about(case_id, world)}{escape(outcome)}" if direct else escape(outcome)
    notice = {"kind": "notice", "user": click.user, "channel": click.channel, "text": text}
    world.queues.answers.send(notice | {"direct": direct})


def _about(case_id: str, world: World) -> str:
    """What a direct message is about: it does not stand beside the card."""
    case = cases.load_case(world.table, case_id)
    return f"*{escape(case.title)}* in account {escape(case.account)}: " if case else ""


def _settle(case_id: str, decision_id: str, user: str, outcome: str, world: World) -> None:
    entry = audit.Entry(
        at=keys.stamp(world.clock.now()),
        what="decision",
        identity=(case_id, decision_id),
        who=user or "unverified",
        case=case_id,
        reason=outcome,
    )
    world.table.write([decisions.settle(case_id, decision_id, outcome), audit.put(entry)])


def _command(command: Command, case_id: str, world: World) -> str:
    if case_id != keys.COMMANDS:
        raise Refusal("the command was kept in the wrong place")
    return stopping.run(command, world)


def _judge(click: Click, case_id: str, decision_id: str, world: World) -> str:
    """What came of it, in words for the person. Raises Refusal and Unknown when nothing can be decided."""
    if click.case_id != case_id:
        raise Refusal("the click is about another case")
    case = cases.load_case(world.table, case_id)
    if case is None:
        raise Refusal("there is no such case")
    if not case.ts or (click.channel, click.ts) != (case.channel, case.ts):
        raise Refusal("this card is not the current one of its case")
    policy = current(world)
    rows = _rows(click, case_id, world)
    works = [work for tid in rows if (work := cases.load_work(world.table, case_id, tid))]
    wanted = {group for work in works for group in policy.route(subject_of(work)).approvers.groups}
    judging = Judging(
        click,
        case,
        policy,
        people.person(click.user, click.team, world),
        people.groups(sorted(wanted), world),
        decision_id,
    )
    return _each_row(judging, rows, world)


def _rows(click: Click, case_id: str, world: World) -> dict[str, Row]:
    """What was decided about: the rows of what was shown; to ask again, whatever can be asked again."""
    if click.verb is Verb.ASK_AGAIN:
        works = cases.load_works(world.table, case_id)
        return {work.tid: Row("") for work in works if allows(work.state, Step.ASK_AGAIN)}
    manifest = cases.load_manifest(world.table, case_id, click.manifest) if click.manifest else None
    if manifest is None or manifest.hash != click.manifest or manifest.case_id != case_id:
        raise Refusal("what this card showed is not stored; please decide on the current card")
    if (manifest.kind == "undo") != (click.verb is Verb.UNDO):
        raise Refusal("the form and what it showed do not belong together")
    return {
        tid: Row(digest, manifest.plans.get(tid, ""), manifest.run_of.get(tid, "")) for tid, digest in manifest.rows
    }


def _each_row(judging: Judging, rows: Mapping[str, Row], world: World) -> str:
    results: Counter[str] = Counter()
    for tid, row in rows.items():
        try:
            results[_ROWS[judging.click.verb](judging, tid, row, world)] += 1
        except (Refusal, IllegalStep) as reason:
            results[f"Not done: {reason}."] += 1
    if not results:
        raise Refusal("there is nothing here to decide")
    return "\n".join(f"{text}{f' × {number}' if number > 1 else ''}" for text, number in results.items())
