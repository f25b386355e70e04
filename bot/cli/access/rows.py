"""Who may decide under a policy, row by row: route, right, person; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot.cli.access.people import Directory
from bot.cli.policy.changes import said
from bot.cli.policy.explain import wish
from bot.domain.policy import Approvers, Policy, Route

HEAD: Final = (
    *("policy", "route", "match", "channel", "stages", "right", "required", "rules"),
    *("via", "person", "name", "may", "why not"),
)

NOT_KNOWN: Final = "not known"
APPROVE: Final = "approve and undo (any one of them may deny or hand over)"


@dataclass(frozen=True)
class Row:
    """One person's right on one route, or that nobody, or nobody who is known, has it."""

    policy: str
    route: str
    match: str
    channel: str
    stages: str
    right: str
    required: str
    rules: str
    via: str = ""
    user: str = ""
    name: str = ""
    may: str = ""
    why_not: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """For CSV, in the order of HEAD."""
        one = self
        about = (one.policy, one.route, one.match, one.channel, one.stages, one.right, one.required, one.rules)
        return (*about, one.via, one.user, one.name, one.may, one.why_not)

    @property
    def where(self) -> tuple[str, ...]:
        """What stands once above all people of a route."""
        return (f"{self.route} → {self.channel}: {self.match}", *([f"  {self.stages}"] if self.stages else []))

    @property
    def what(self) -> str:
        """What stands once above the people who have the same right there."""
        people = f"{self.required} {'person' if self.required == '1' else 'people'}" if self.required else "nobody"
        return f"  {self.right}: {people}{f'; {self.rules}' if self.rules else ''}"

    @property
    def person(self) -> tuple[str, ...]:
        """For the table."""
        return (self.may, self.via, self.user, self.name, self.why_not)


def rows(policy: Policy, people: Directory) -> list[Row]:
    """Every route's approvers and exempters, in the order of the policy, and the fallback, where nobody decides."""
    found = [row for route in policy.routes for row in _of_route(policy, route, people)]
    nobody = Row(policy.version, "fallback", "what no route matches", policy.fallback_channel, "", "approve", "", "")
    return [*found, replace(nobody, may="nobody")]


def _of_route(policy: Policy, route: Route, people: Directory) -> Iterator[Row]:
    about = Row(
        policy.version,
        route.name,
        wish(route.match),
        route.channel,
        _stages(policy, route),
        APPROVE,
        str(route.approvers.required),
        "; ".join(map(said, route.rules)),
    )
    yield from _people(about, route.approvers, policy, people)
    exempt = replace(about, right="exempt", required=str(route.exempters.required))
    yield from _people(
        exempt if route.exemptions is None else replace(exempt, rules=""), route.exempters, policy, people
    )


def _stages(policy: Policy, route: Route) -> str:
    """How far the bot goes in the accounts that this route may be about: Approve works in `approve` and `auto` only."""
    named = [f"{account} {stage}" for account, stage in policy.stages.items() if route.match.concerns(account)]
    dry = "; dry run: nothing is changed" if policy.dry_run else ""
    return f"stage {', '.join([*named, f'others {policy.default_stage}'])}{dry}"


def _people(about: Row, approvers: Approvers, policy: Policy, people: Directory) -> Iterator[Row]:
    if not approvers.users and not approvers.groups:
        yield replace(about, may="nobody")
    for user in approvers.users:
        yield _judged(replace(about, via="named", user=user), approvers, policy, people)
    for group in approvers.groups:
        through = replace(about, via=f"group {people.handle(group)}")
        members = people.members(group)
        if members is None:
            yield replace(through, may=NOT_KNOWN, why_not=people.why_not_known(group))
        elif not members:
            yield replace(through, may="nobody", why_not="the group is empty")
        yield from (_judged(replace(through, user=user), approvers, policy, people) for user in members or ())


def _judged(row: Row, approvers: Approvers, policy: Policy, people: Directory) -> Row:
    verdict = people.verdict(row.user, approvers, policy)
    name = people.name(row.user)
    if verdict is None:
        return replace(row, name=name, may=NOT_KNOWN, why_not="named by the policy; who it is was not asked of Slack")
    return replace(row, name=name, may="yes" if verdict.allowed else "no", why_not=verdict.reason)
