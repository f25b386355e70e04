"""Judge decisions, trusting no other function: everything is read and verified again, from the signed request on."""

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
from bot.flows.decisions import approve, exempt, pause_command, withdraw
from bot.flows.decisions.click import Click, Verb, verified
from bot.flows.decisions.context import DecisionContext, ShownPlan
from bot.flows.decisions.payload import SlashCommand
from bot.flows.policy.deciders import deciders_of, rights_of
from bot.flows.policy.load import current, for_presentation
from bot.messages import JudgeDecision, Message, Notify, PlanTarget, UpdateSecurityHub, parse, send, to_json
from bot.slack.cards.view import account_text
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


_READ_AGAIN: Final = frozenset({Verb.ASK_AGAIN, Verb.TAKE_BACK})
"""After these the settings are read, for the question that is put again."""

_CONFIRMED_DIRECTLY: Final = frozenset({Verb.APPROVE, Verb.UNDO})
"""Decisions confirmed by direct message, so that a person notices a decision made in their name."""


def decide(message: JudgeDecision, world: World) -> None:
    """Judge a signed request and do what it decides, target by target; sent twice, it counts once.

    The notification of its person is stored with the outcome, and sent until it is known to have been sent.
    Raises BadInput where there is no such decision, Busy, Conflict.
    """
    case_id, decision_id = message.case_id, message.decision_id
    stored = decisions.pending_reply(world.table, case_id, decision_id)
    pending = _settled(case_id, decision_id, world) if stored is None else _parsed(stored)
    if pending:
        send(pending, world.queues)
        world.table.write(decisions.reply_sent(case_id, decision_id))


def _parsed(stored: Mapping[str, Any]) -> Message | None:
    return parse(stored) if stored else None


def _settled(case_id: str, decision_id: str, world: World) -> Notify | None:
    """Store the outcome and return the pending notification, None where nobody waits for one. Raises BadInput."""
    loaded = decisions.load_decision(world.table, case_id, decision_id)
    if loaded is None:
        raise BadInput(f"there is no decision {decision_id} for case {case_id}")
    request, kept = loaded
    if request.id != decision_id:
        raise BadInput(f"the decision {decision_id} is not kept under its own name")
    try:
        said = verified(request, world)
    except BadInput as reason:
        return _settle(case_id, decision_id, None, f"refused: {reason}", None, world)
    if kept.get("refused"):
        return _settle(case_id, decision_id, said, f"refused at once: {kept['refused']}", None, world)
    outcome = _outcome(said, decision_id, _signed_at(request), case_id, world)
    return _settle(case_id, decision_id, said, outcome, _notice(said, outcome, case_id, world), world)


def _outcome(said: Click | SlashCommand, decision_id: str, received: str, case_id: str, world: World) -> str:
    try:
        if isinstance(said, SlashCommand):
            return _command(said, case_id, world)
        return _judge(said, decision_id, received, case_id, world)
    except (Refusal, PolicyUnreadable, RightsUnknown) as reason:
        return f"Nothing was decided: {reason}."


def _notice(said: Click | SlashCommand, outcome: str, case_id: str, world: World) -> Notify:
    direct = isinstance(said, Click) and said.verb in _CONFIRMED_DIRECTLY
    text = f"{_about(case_id, world)}{escape(outcome)}" if direct else escape(outcome)
    return Notify(user_id=said.user, channel_id=said.channel, text=text, direct=direct)


def _about(case_id: str, world: World) -> str:
    """Return the case's title and account, because a direct message does not appear beside the card."""
    case = cases.load_case(world.table, case_id)
    return f"*{escape(case.title)}* in {account_text(case.account, case.account_name)}: " if case else ""


def _settle(
    case_id: str,
    decision_id: str,
    said: Click | SlashCommand | None,
    outcome: str,
    pending: Notify | None,
    world: World,
) -> Notify | None:
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
    stored = to_json(pending) if pending else {}
    world.table.write([*decisions.record_outcome(case_id, decision_id, outcome, stored, entry.at), audit.put(entry)])
    return pending


def _wanted(said: Click | SlashCommand) -> str:
    return said.verb.value if isinstance(said, Click) else f"/cspm {said.text}"[:200]


def _signed_at(request: SignedRequest) -> str:
    """Return the time of Slack's signature, which is the same at every delivery."""
    return keys.stamp(datetime.fromtimestamp(int(request.timestamp), UTC))


def _command(command: SlashCommand, case_id: str, world: World) -> str:
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
        send(UpdateSecurityHub(case_id=case_id, target_id=target_id), world.queues)
    else:
        said = _JUDGES[verb](context, target_id, shown, world)
    if verb in _READ_AGAIN:
        ask_again = verb is Verb.ASK_AGAIN
        send(PlanTarget(case_id=case_id, target_id=target_id, ask_again=ask_again), world.queues)
    return said
