"""Answers from the store and the policy: `/cspm whoami`, `case` and `exemptions`."""

from __future__ import annotations

import re

from bot.domain.errors import BadInput
from bot.flows.messaging import links
from bot.flows.policy.deciders import all_deciders, rights_of
from bot.flows.policy.load import current
from bot.slack.cards.view import account_text
from bot.slack.text import answers, case_history
from bot.slack.text import exemptions as exemption_texts
from bot.store import audit, cases, exemptions, posture
from bot.world import World


def whoami(user: str, team: str, world: World) -> str:
    """Return this person's identity, and the routes on which they may decide. Raises Unknown."""
    policy = current(world)
    rights = rights_of(user, team, policy, all_deciders(policy), world)
    by_route = [
        answers.RouteRights(
            f"<#{route.channel}> ({route.name})",
            rights.verdict(route.approvers, otherwise="you are not one of the approvers"),
            route.approvers,
            rights.verdict(route.exempters),
        )
        for route in policy.routes
    ]
    return answers.whoami(rights.person, by_route, policy.version)


def history_of(case_id: str, world: World) -> str:
    """Return the history of a case. Raises BadInput for an unknown id."""
    found = cases.load_case(world.table, case_id) if re.fullmatch(r"[0-9A-Za-z]{1,40}", case_id) else None
    if found is None:
        which = f"there is no case “{case_id[:40]}”: " if case_id else ""
        raise BadInput(f"{which}say /cspm case and the id of a case, as /cspm exemptions and /cspm audit have it")
    lines, link = audit.history(world.table, found.id), links.permalink(found, world)
    return case_history.case_history_text(found, cases.load_targets(world.table, found.id), lines, link)


def exemption_list(account: str, world: World) -> str:
    """Return the exemptions in force, everywhere or in one account. Raises BadInput."""
    if account and not re.fullmatch(r"[0-9]{12}", account):
        raise BadInput("say /cspm exemptions, or /cspm exemptions 111122223333")
    names = posture.account_names(world.table, account)
    where = f"in {account_text(account, names.get(account, ''))}" if account else "anywhere"
    return exemption_texts.exemption_list(exemptions.of(world.table, account), where, names)
