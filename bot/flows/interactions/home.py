"""A person's Home tab, from a bounded number of reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.domain.errors import Refusal, RightsUnknown
from bot.domain.exemption import Exemption, ExemptionRequest
from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.flows.cases.open_cases import first_due, waiting
from bot.flows.decisions.payload import Press
from bot.flows.interactions import changes, posture
from bot.flows.interactions.clicks import Ack
from bot.flows.messaging import links
from bot.flows.policy.deciders import PersonRights, all_deciders, rights_of
from bot.flows.policy.eligibility import may_change
from bot.flows.policy.load import for_presentation
from bot.flows.policy.pause import held
from bot.flows.posture.query import PostureQuery, posture_of
from bot.messages import PublishHome, send
from bot.slack.cards.view import current_approvers
from bot.slack.pages.changes import RunSummary
from bot.slack.pages.home import MAX_CHANGES, MAX_PENDING, HomeView, PendingCase, PendingRequest, View, home
from bot.store import cases, exemptions, keys, reconciliation
from bot.world import World

MAX_READ: Final = 40
"""Cases whose targets are read to find those that this person may decide."""

FIRST_DUE: Final = 500
"""Of each of the eight shards: the questions that lapse first."""

DAYS: Final = 7
ENDS_WITHIN: Final = timedelta(days=14)


def request_home(user: str, team: str, world: World) -> Ack:
    send(PublishHome(user_id=user, team_id=team), world.queues)
    return {}


def refresh_home(press: Press, world: World) -> Ack:
    return request_home(press.user, press.team, world)


def home_view(user: str, team: str, help_text: str, world: World) -> View:
    """Return the tab of this person. Raises Busy, Unknown."""
    try:
        posture.require_member(posture.Asker(user, team), world)
        return home(help_text, _view(user, team, world))
    except Refusal as refused:
        return home(help_text, note=str(refused))
    except RightsUnknown:
        return home(help_text, note="Slack does not say now who you are. Please open this page again in a minute.")


def _view(user: str, team: str, world: World) -> HomeView:
    policy = for_presentation(world)
    rights = rights_of(user, team, policy, all_deciders(policy), world)
    stands = posture_of(PostureQuery(), world, (1, DAYS))
    pending = _pending(rights, world)
    return HomeView(
        now=world.clock.now(),
        score=stands.now,
        changes={back: stands.change(back) for back in (1, DAYS)},
        pending=pending.shown,
        requests=_with_links(pending.requests, world),
        more=pending.more,
        at_least=pending.at_least,
        nothing=_nothing(rights),
        made=_made(rights, world),
        days=DAYS,
        endings=_endings(world),
        note=reconciliation.progress(world.table),
    )


def _nothing(rights: PersonRights) -> str:
    if rights.policy.version == "none":
        return "The policy cannot be read now, so nobody can decide."
    return "" if rights.channels else "You may decide nowhere: /cspm whoami says why."


@dataclass(frozen=True)
class _Waiting:
    """Some of the cases that wait for this person, and the number of cards in their channels that were not read."""

    shown: Sequence[PendingCase] = ()
    requests: Sequence[PendingRequest] = ()
    more: int = 0
    at_least: bool = False


def _pending(rights: PersonRights, world: World) -> _Waiting:
    """Return the pending cases, worst first, then oldest, and the exemption requests on any of those read."""
    channels = rights.channels
    if not channels:
        return _Waiting()
    due = first_due(world, FIRST_DUE)
    likely = [case for case in waiting(due) if case.ts and case.channel in channels]
    found: list[PendingCase] = []
    requested: list[PendingRequest] = []
    for case in likely[:MAX_READ]:
        targets = cases.load_targets(world.table, case.id)
        requested += [PendingRequest(case, request) for request in _requests(targets, rights)]
        if number := _mine(targets, rights):
            found.append(PendingCase(case, number))
    more = len(found[MAX_PENDING:]) + len(likely[MAX_READ:])
    return _Waiting(found[:MAX_PENDING], requested, more, len(due) >= FIRST_DUE)


def _requests(targets: Sequence[CaseTarget], rights: PersonRights) -> list[ExemptionRequest]:
    """Return other people's exemption requests that this person may answer and has not answered."""
    asked = [
        target
        for target in targets
        if target.exemption_request.by and target.state in ANSWERABLE and rights.may_exempt(target)
    ]
    requests = {target.exemption_request.id: target.exemption_request for target in asked}
    return [request for request in requests.values() if rights.person.user not in {request.by, *request.allowed}]


def _with_links(requested: Sequence[PendingRequest], world: World) -> list[PendingRequest]:
    cards = links.permalinks([one.case for one in requested], world)
    return [replace(one, card=cards.get(one.case.id, "")) for one in requested]


def _mine(targets: Sequence[CaseTarget], rights: PersonRights) -> int:
    """Count the targets whose plan this person may approve and has not approved."""
    asked = [target for target in targets if target.state is State.PROPOSED and rights.may_approve(target)]
    if not targets or not rights.may_approve(targets[0]):
        return 0
    return sum(rights.person.user not in current_approvers(target) for target in asked)


def _made(rights: PersonRights, world: World) -> list[RunSummary]:
    """Return the newest changes, with Undo only where this person may use it."""
    found = changes.recent(changes.ChangesQuery(hours=DAYS * 24), world, most=MAX_CHANGES).made
    return [replace(one, can_undo=one.can_undo and _may_undo(one, rights, world)) for one in found]


def _may_undo(made: RunSummary, rights: PersonRights, world: World) -> bool:
    targets = cases.load_targets(world.table, made.run.case_id)
    if not made.target or not rights.may_approve(made.target) or not rights.may_approve(targets[0]):
        return False
    account = made.target.resource.account
    try:
        may_change(rights.policy, account)
    except Refusal:
        return False
    return held(account, world) is None


def _endings(world: World) -> list[Exemption]:
    until = keys.stamp(world.clock.now() + ENDS_WITHIN)
    return [one for one in exemptions.of(world.table) if one.until <= until]
