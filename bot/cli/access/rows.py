"""Rows of the access report: route, right, person. Pure functions of a policy and a directory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot.cli.access.people import Directory
from bot.cli.policy.changes import value_text
from bot.cli.policy.explain import match_text
from bot.domain.policy import Approvers, Policy, Route

HEADER: Final = (
    *("policy", "route", "match", "channel", "stages", "right", "required", "rules"),
    *("via", "person", "name", "may", "why not"),
)

NOT_KNOWN: Final = "not known"
APPROVE: Final = "approve and undo (any one of them may deny or hand over)"


@dataclass(frozen=True)
class Row:
    """One person's right on one route, or a statement that nobody has it or that it is unknown."""

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
        """Cells for CSV, in the order of HEADER."""
        one = self
        about = (one.policy, one.route, one.match, one.channel, one.stages, one.right, one.required, one.rules)
        return (*about, one.via, one.user, one.name, one.may, one.why_not)

    @property
    def route_lines(self) -> tuple[str, ...]:
        """The heading of a route."""
        return (f"{self.route} → {self.channel}: {self.match}", *([f"  {self.stages}"] if self.stages else []))

    @property
    def right_line(self) -> str:
        """The heading of a right on a route."""
        people = f"{self.required} {'person' if self.required == '1' else 'people'}" if self.required else "nobody"
        return f"  {self.right}: {people}{f'; {self.rules}' if self.rules else ''}"

    @property
    def person_cells(self) -> tuple[str, ...]:
        """Cells for the table."""
        return (self.may, self.via, self.user, self.name, self.why_not)


def access_rows(policy: Policy, people: Directory) -> list[Row]:
    """Return every route's approvers and exempters in the policy's order, and the fallback, where nobody decides."""
    found = [row for route in policy.routes for row in _route_rows(policy, route, people)]
    nobody = Row(policy.version, "fallback", "what no route matches", policy.fallback_channel, "", "approve", "", "")
    return [*found, replace(nobody, may="nobody")]


def _route_rows(policy: Policy, route: Route, people: Directory) -> Iterator[Row]:
    about = Row(
        policy.version,
        route.name,
        match_text(route.match),
        route.channel,
        _stages(policy, route),
        APPROVE,
        str(route.approvers.required),
        "; ".join(map(value_text, route.rules)),
    )
    yield from _right_rows(about, route.approvers, policy, people)
    exempt = replace(about, right="exempt", required=str(route.exempters.required))
    yield from _right_rows(
        exempt if route.exemptions is None else replace(exempt, rules=""), route.exempters, policy, people
    )


def _stages(policy: Policy, route: Route) -> str:
    """Return the stages of accounts that the route can match: Approve works in `approve` and `auto` only."""
    named = [f"{account} {stage}" for account, stage in policy.stages.items() if route.match.concerns(account)]
    dry = "; dry run: nothing is changed" if policy.dry_run else ""
    return f"stage {', '.join([*named, f'others {policy.default_stage}'])}{dry}"


def _right_rows(about: Row, approvers: Approvers, policy: Policy, people: Directory) -> Iterator[Row]:
    if not approvers.users and not approvers.groups:
        yield replace(about, may="nobody")
    for user in approvers.users:
        yield _person_row(replace(about, via="named", user=user), approvers, policy, people)
    for group in approvers.groups:
        through = replace(about, via=f"group {people.handle(group)}")
        members = people.members(group)
        if members is None:
            yield replace(through, may=NOT_KNOWN, why_not=people.reason_unknown(group))
        elif not members:
            yield replace(through, may="nobody", why_not="the group is empty")
        yield from (_person_row(replace(through, user=user), approvers, policy, people) for user in members or ())


def _person_row(row: Row, approvers: Approvers, policy: Policy, people: Directory) -> Row:
    verdict = people.verdict(row.user, approvers, policy)
    name = people.name(row.user)
    if verdict is None:
        return replace(row, name=name, may=NOT_KNOWN, why_not="named by the policy; who it is was not asked of Slack")
    return replace(row, name=name, may="yes" if verdict.allowed else "no", why_not=verdict.reason)
