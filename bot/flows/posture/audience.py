"""Audience of a digest: what the policy routes to one channel, as far as the counters can tell.

Counters have account, Region, control and severity, but no tags: what another channel's route takes by its tags is
counted here too, and the digest says so. Cases have their channel, so activity and pending decisions are exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.finding import Severity
from bot.domain.policy import Match, Policy, Route, Subject
from bot.domain.posture import Unit


@dataclass(frozen=True)
class CounterScope:
    """Scope of counters: everything (both ''), an account, a Region, or an account's Region."""

    account: str = ""
    region: str = ""

    def contains(self, account: str, region: str) -> bool:
        return self.account in ("", account) and self.region in ("", region)


@dataclass(frozen=True)
class Audience:
    """A channel ('' for everybody) and the routes up to its last one, which decide what it gets (none: everything)."""

    channel: str = ""
    routes: tuple[Route, ...] = ()

    @property
    def own_routes(self) -> tuple[Route, ...]:
        return tuple(route for route in self.routes if route.channel == self.channel)

    def takes(self, scope: CounterScope, control: str, severity: Severity) -> bool:
        """Return whether a finding in this scope comes to this channel: the first matching route decides."""
        subject = Subject(scope.account, scope.region, severity, (control,))
        for route in self.routes:
            if _without_tags(route.match).holds(subject):
                if route.channel == self.channel:
                    return True
                if not route.match.tags:
                    return False
        return not self.routes

    def scopes(self, units: Iterable[Unit]) -> list[CounterScope]:
        """Return the fewest scopes that distinguish what the routes distinguish."""
        by_account = any(route.match.accounts for route in self.routes)
        by_region = any(route.match.regions for route in self.routes)
        if not by_account and not by_region:
            return [CounterScope()]
        found = {CounterScope(unit.account if by_account else "", unit.region if by_region else "") for unit in units}
        return sorted((one for one in found if self._is_relevant(one)), key=lambda one: (one.account, one.region))

    def _is_relevant(self, scope: CounterScope) -> bool:
        return any(_may_match(route.match, scope) for route in self.own_routes)

    @property
    def about(self) -> str:
        """Short description of what the audience covers."""
        described = [words for route in self.own_routes if (words := _describe(route.match))]
        all_described = len(described) == len(self.own_routes)
        return "; ".join(dict.fromkeys(described)) if described and all_described else "all accounts"

    @property
    def limits(self) -> str:
        """Note on what the numbers exclude, and on what they cannot exclude; '' if neither."""
        others = [route for route in self.routes if route.channel != self.channel]
        named = ", ".join(sorted({f"<#{route.channel}>" for route in others if not route.match.tags}))
        left_out = f"without what goes to {named}" if named else ""
        tags = any(route.match.tags for route in self.routes)
        inexact = "counts do not know tags, so they hold what other tags have, too" if tags else ""
        return " · ".join(part for part in (left_out, inexact) if part)


def audience_of(channel: str, policy: Policy) -> Audience:
    """Return the audience of a channel; one that no route names gets everything."""
    named = [number for number, route in enumerate(policy.routes) if route.channel == channel]
    return Audience(channel, policy.routes[: named[-1] + 1]) if named else Audience()


def by_unit(policy: Policy) -> bool:
    """Return whether a route matches accounts and another Regions, so that numbers need both together."""
    matches = [route.match for route in policy.routes]
    return any(match.accounts for match in matches) and any(match.regions for match in matches)


def _without_tags(match: Match) -> Match:
    return replace(match, tags={})


def _may_match(match: Match, scope: CounterScope) -> bool:
    """Return whether anything in this scope may match; a dimension that the scope leaves open always may."""
    relevant = Match(match.accounts if scope.account else (), match.regions if scope.region else ())
    return relevant.holds(Subject(scope.account, scope.region, Severity.CRITICAL))


def _describe(match: Match) -> str:
    accounts = f"{'account' if len(match.accounts) == 1 else 'accounts'} {', '.join(match.accounts)}"
    tags = ", ".join(f"{key}={value}" for key, value in match.tags.items())
    parts = (
        accounts if match.accounts else "",
        ", ".join(match.regions),
        ", ".join(one.value for one in match.severity),
        ", ".join(match.controls),
        f"tagged {tags}" if tags else "",
    )
    return " · ".join(part for part in parts if part)
