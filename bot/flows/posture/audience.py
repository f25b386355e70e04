"""Whose digest it is: what the policy sends to one channel, told apart as far as the counters can.

Counters know account, Region, control and severity, not tags: what a route of another channel takes by its tags is
counted here as well, and the digest says so. Cases know their channel, so what happened and what waits is exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.finding import Severity
from bot.domain.policy import Match, Policy, Route, Subject
from bot.domain.posture import Unit


@dataclass(frozen=True)
class Place:
    """Where counters are read: everything (''), or an account, a Region, or an account's Region."""

    account: str = ""
    region: str = ""

    def holds(self, account: str, region: str) -> bool:
        """Whether this account's Region is in it."""
        return self.account in ("", account) and self.region in ("", region)


@dataclass(frozen=True)
class Audience:
    """A channel ('' for everybody) and the routes that decide what it hears of, down to its last one (none: all)."""

    channel: str = ""
    routes: tuple[Route, ...] = ()

    @property
    def mine(self) -> tuple[Route, ...]:
        """The channel's own routes."""
        return tuple(route for route in self.routes if route.channel == self.channel)

    def takes(self, place: Place, control: str, severity: Severity) -> bool:
        """Whether a finding there comes to this channel: the first route that matches decides."""
        subject = Subject(place.account, place.region, severity, (control,))
        for route in self.routes:
            if _without_tags(route.match).holds(subject):
                if route.channel == self.channel:
                    return True
                if not route.match.tags:
                    return False
        return not self.routes

    def places(self, units: Iterable[Unit]) -> list[Place]:
        """Where its counters lie: as few places as tell apart what its routes tell apart."""
        by_account = any(route.match.accounts for route in self.routes)
        by_region = any(route.match.regions for route in self.routes)
        if not by_account and not by_region:
            return [Place()]
        found = {Place(unit.account if by_account else "", unit.region if by_region else "") for unit in units}
        return sorted((one for one in found if self._looks_at(one)), key=lambda one: (one.account, one.region))

    def _looks_at(self, place: Place) -> bool:
        return any(_somewhere(route.match, place) for route in self.mine)

    @property
    def about(self) -> str:
        """What it covers, in a few words."""
        said = [words for route in self.mine if (words := _words(route.match))]
        return "; ".join(dict.fromkeys(said)) if said and len(said) == len(self.mine) else "all accounts"

    @property
    def limits(self) -> str:
        """What its numbers leave out, and what they cannot; '' when they are plainly all that `about` says."""
        others = [route for route in self.routes if route.channel != self.channel]
        named = ", ".join(sorted({f"<#{route.channel}>" for route in others if not route.match.tags}))
        left_out = f"without what goes to {named}" if named else ""
        tags = any(route.match.tags for route in self.routes)
        blurred = "counts do not know tags, so they hold what other tags have, too" if tags else ""
        return " · ".join(part for part in (left_out, blurred) if part)


def audience_of(channel: str, policy: Policy) -> Audience:
    """Who reads this channel; one that no route names hears of everything."""
    named = [number for number, route in enumerate(policy.routes) if route.channel == channel]
    return Audience(channel, policy.routes[: named[-1] + 1]) if named else Audience()


def by_unit(policy: Policy) -> bool:
    """Whether some channel's numbers need accounts and Regions together."""
    matches = [route.match for route in policy.routes]
    return any(match.accounts for match in matches) and any(match.regions for match in matches)


def _without_tags(match: Match) -> Match:
    return replace(match, tags={})


def _somewhere(match: Match, place: Place) -> bool:
    """Whether anything of this place may match; a place that is not told apart by account or Region may."""
    wide = Match(match.accounts if place.account else (), match.regions if place.region else ())
    return wide.holds(Subject(place.account, place.region, Severity.CRITICAL))


def _words(match: Match) -> str:
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
