"""Decisions → runs. Believes nobody: everything is read and judged anew, from the signed request on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.domain.errors import BadInput, IllegalStep, PolicyUnreadable, Refusal, RightsUnknown
from bot.domain.exemption import Scope
from bot.domain.history import HistoryEvent
from bot.domain.states import ANSWERABLE, State, Step, allows
from bot.domain.target import CaseTarget
from bot.flows.decisions import approve, automatic, exempt, exemption_expiry, pause_command, withdraw
from bot.flows.decisions.context import DecisionContext, ShownPlan
from bot.flows.decisions.payload import Click, Command, Verb, verified
from bot.flows.jobs import security_hub
from bot.flows.policy.deciders import deciders_of, rights_of
from bot.flows.policy.load import current, for_presentation
from bot.slack.cards.view import account_words
from bot.slack.text.blocks import escape
from bot.store import audit, cases, decisions, keys, votes
from bot.store.decisions import SignedRequest
from bot.world import World

_JUDGES: Final[Mapping[Verb, Callable[[DecisionContext, str, ShownPlan, World], str]]] = {
    Verb.APPROVE: approve.approve,
    Verb.UNDO: approve.undo,
    Verb.DENY: approve.deny,
    Verb.ASK_AGAIN: approve.ask_again,
    Verb.TAKE_BACK: withdraw.withdraw,
    Verb.EXEMPT: exempt.exempt,
    Verb.ALLOW_EXEMPTION: exempt.allow,
    Verb.REFUSE_EXEMPTION: exempt.refuse,
    Verb.HAND_OVER: exempt.hand_over,
}


_READ_ANEW: Final[Mapping[Verb, Mapping[str, Any]]] = {Verb.ASK_AGAIN: {"ask": True}, Verb.TAKE_BACK: {}}
"""After these the settings are read, for the question that is put again."""

_TOLD_DIRECTLY: Final = frozenset({Verb.APPROVE, Verb.UNDO})
"""Who approved a change is told by direct message: were it not them, they would know."""


def handle(body: Mapping[str, Any], world: World) -> None:
    """One message of the decisions queue."""
    match body["kind"]:
        case "decision":
            decide(body["case"], body["signature"], world)
        case "write_back":
            security_hub.handle(body, world)
        case "exemption":
            exemption_expiry.handle(body, world)
        case "auto":
            automatic.handle(body, world)
        case other:
            raise BadInput(f"the decisions queue knows no message of kind {other!r}")


def decide(case_id: str, decision_id: str, world: World) -> None:
    """Judge a signed request and do what it decides, target by target; told twice, it counts once.

    What its person is told is kept with what came of it, and sent until it is known to have been sent.
    """
    owed = decisions.pending_reply(world.table, case_id, decision_id)
    if owed is None:
        owed = _settled(case_id, decision_id, world)
    if owed:
        world.queues.answers.send(owed)
        world.table.write(decisions.reply_sent(case_id, decision_id))


def _settled(case_id: str, decision_id: str, world: World) -> Mapping[str, Any]:
    """What came of it is stored; the answer that is owed for it, none where nobody waits for one. Raises BadInput."""
    loaded = decisions.load_decision(world.table, case_id, decision_id)
    if loaded is None:
        raise BadInput(f"there is no decision {decision_id} for case {case_id}")
    request, kept = loaded
    if request.id != decision_id:
        raise BadInput(f"the decision {decision_id} is not kept under its own name")
    try:
        said = verified(request, world)
    except BadInput as reason:
        return _settle(case_id, decision_id, None, f"refused: {reason}", {}, world)
    if kept.get("refused"):
        return _settle(case_id, decision_id, said, f"refused at once: {kept['refused']}", {}, world)
    outcome = _outcome(said, decision_id, _signed_at(request), case_id, world)
    return _settle(case_id, decision_id, said, outcome, _notice(said, outcome, case_id, world), world)


def _outcome(said: Click | Command, decision_id: str, received: str, case_id: str, world: World) -> str:
    try:
        if isinstance(said, Command):
            return _command(said, case_id, world)
        return _judge(said, decision_id, received, case_id, world)
    except (Refusal, PolicyUnreadable, RightsUnknown) as reason:
        return f"Nothing was decided: {reason}."


def _notice(said: Click | Command, outcome: str, case_id: str, world: World) -> dict[str, Any]:
    direct = isinstance(said, Click) and said.verb in _TOLD_DIRECTLY
    text = f"{_about(case_id, world)}{escape(outcome)}" if direct else escape(outcome)
    return {"kind": "notice", "user": said.user, "channel": said.channel, "text": text, "direct": direct}


def _about(case_id: str, world: World) -> str:
    """What a direct message is about: it does not stand beside the card."""
    case = cases.load_case(world.table, case_id)
    return f"*{escape(case.title)}* in {account_words(case.account, case.account_name)}: " if case else ""


def _settle(
    case_id: str, decision_id: str, said: Click | Command | None, outcome: str, owed: Mapping[str, Any], world: World
) -> Mapping[str, Any]:
    """Note what came of it, refusals too: who wanted what, on what was shown, under which version of the policy."""
    case = cases.load_case(world.table, case_id)
    entry = audit.Entry(
        at=keys.stamp(world.clock.now()),
        what=HistoryEvent.DECISION,
        identity=(case_id, decision_id),
        who=said.user if said else "unverified",
        case=case_id,
        account=case.account if case else "",
        digest=said.manifest if isinstance(said, Click) else "",
        policy=for_presentation(world).version,
        reason=f"{_wanted(said)}: {outcome}" if said else outcome,
    )
    world.table.write([*decisions.record_outcome(case_id, decision_id, outcome, owed, entry.at), audit.put(entry)])
    return owed


def _wanted(said: Click | Command) -> str:
    return said.verb.value if isinstance(said, Click) else f"/cspm {said.text}"[:200]


def _signed_at(request: SignedRequest) -> str:
    """When Slack signed it: the same moment however often it is told."""
    return keys.stamp(datetime.fromtimestamp(int(request.timestamp), UTC))


def _command(command: Command, case_id: str, world: World) -> str:
    if case_id != keys.COMMANDS:
        raise Refusal("the command was kept in the wrong place")
    return pause_command.run(command, world)


def _judge(click: Click, decision_id: str, received: str, case_id: str, world: World) -> str:
    """Return what came of it, in words for the person. Raises Refusal and Unknown when nothing can be decided."""
    if click.case_id != case_id:
        raise Refusal("the click is about another case")
    case = cases.load_case(world.table, case_id)
    if case is None:
        raise Refusal("there is no such case")
    if not case.ts or (click.channel, click.ts) != (case.channel, case.ts):
        raise Refusal("this card is not the current one of its case")
    policy = current(world)
    repeated = {target_id: ShownPlan("") for target_id in votes.moved_by(world.table, case_id, decision_id)}
    plans = {**repeated, **_decided_plans(click, case_id, world)}
    targets = [target for target_id in plans if (target := cases.load_target(world.table, case_id, target_id))]
    rights = rights_of(click.user, click.team, policy, deciders_of(targets, policy), world)
    context = DecisionContext(click, case, rights, decision_id, received)
    return _judge_each(context, plans, world)


def _decided_plans(click: Click, case_id: str, world: World) -> dict[str, ShownPlan]:
    """Return the targets that the decision is about, with the plans that were shown of them.

    Ask again and withdraw are about every target that can be. An exemption request is named by the hash of its content,
    which its targets have.
    """
    if click.verb in {Verb.ALLOW_EXEMPTION, Verb.REFUSE_EXEMPTION} and click.manifest:
        targets = cases.load_targets(world.table, case_id)
        return {
            target.target_id: ShownPlan("")
            for target in targets
            if click.manifest in {target.exemption_request.id, target.decision.exemption}
        }
    if click.verb in {Verb.ASK_AGAIN, Verb.TAKE_BACK}:
        applies = _can_ask if click.verb is Verb.ASK_AGAIN else withdraw.can_withdraw
        return {
            target.target_id: ShownPlan("") for target in cases.load_targets(world.table, case_id) if applies(target)
        }
    return _shown(click, case_id, world)


def _shown(click: Click, case_id: str, world: World) -> dict[str, ShownPlan]:
    """Return the plans of the manifest that the button or form names. Raises Refusal unless it is stored so."""
    manifest = cases.load_manifest(world.table, case_id, click.manifest) if click.manifest else None
    if manifest is None or manifest.hash != click.manifest or manifest.case_id != case_id:
        raise Refusal("what this card showed is not stored; please decide on the current card")
    if (manifest.kind == "undo") != (click.verb is Verb.UNDO):
        raise Refusal("the form and what it showed do not belong together")
    plans = {
        target_id: ShownPlan(digest, manifest.plans.get(target_id, ""), manifest.run_of.get(target_id, ""))
        for target_id, digest in manifest.rows
    }
    return {**_others_of_the_control(click, case_id, world), **plans}


def _can_ask(target: CaseTarget) -> bool:
    """Return whether people can be asked again; an exemption ends by its own date only."""
    return allows(target.state, Step.ASK_AGAIN) and target.state is not State.EXEMPTED


def _others_of_the_control(click: Click, case_id: str, world: World) -> dict[str, ShownPlan]:
    """Return, for an exemption of a whole control, every target of the case that waits, shown in full or not."""
    if click.verb is not Verb.EXEMPT or click.scope != Scope.CONTROL:
        return {}
    targets = cases.load_targets(world.table, case_id)
    return {target.target_id: ShownPlan(target.proposal.digest) for target in targets if target.state in ANSWERABLE}


def _judge_each(context: DecisionContext, plans: Mapping[str, ShownPlan], world: World) -> str:
    results: Counter[str] = Counter()
    for target_id, shown in plans.items():
        try:
            results[_judge_one(context, target_id, shown, world)] += 1
        except (Refusal, IllegalStep) as reason:
            results[f"Not done: {reason}."] += 1
    if not results:
        raise Refusal("there is nothing here to decide")
    return "\n".join(f"{text}{f' × {number}' if number > 1 else ''}" for text, number in results.items())


def _judge_one(context: DecisionContext, target_id: str, shown: ShownPlan, world: World) -> str:
    """Return the reply for one target; if this decision has moved it before a crash, the same reply again."""
    case_id, verb = context.case.id, context.click.verb
    known = votes.load(world.table, case_id, target_id)
    if known.decision == context.decision:
        said = known.reply
        world.queues.decisions.send({"kind": "write_back", "case": case_id, "target_id": target_id}, group=case_id)
    else:
        said = _JUDGES[verb](context, target_id, shown, world)
    if verb in _READ_ANEW:
        world.queues.plan.send({"kind": "plan", "case": case_id, "target_id": target_id, **_READ_ANEW[verb]})
    return said
