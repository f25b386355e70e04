"""Which counters a channel's digest adds up: those of what its routes take, and of nothing that another's take."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.finding import Severity
from bot.domain.policy import Match, Policy, Route, Subject
from bot.domain.posture import Unit
from bot.flows.posture.audience import Audience, CounterScope, audience_of

ACCOUNTS = ("111122223333", "111144445555", "444455556666")
REGIONS = ("eu-west-1", "us-east-1", "global")
CONTROLS = ("S3.2", "S3.8", "EC2.13")
UNITS = [Unit(account, region, {}, {}) for account in ACCOUNTS for region in REGIONS]


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


matches = st.builds(
    Match,
    accounts=some(*ACCOUNTS, "1111*"),
    regions=some(*REGIONS, "eu-*"),
    severity=st.lists(st.sampled_from(list(Severity)), max_size=2).map(tuple),
    controls=some(*CONTROLS, "S3.*"),
)
policies = st.lists(st.tuples(matches, st.sampled_from(("C0ONE", "C0TWO", "C0THREE"))), min_size=1, max_size=5).map(
    lambda rows: Policy(
        "v1", "C0FALL", routes=tuple(Route(f"routes[{n}]", c, match=m) for n, (m, c) in enumerate(rows))
    )
)


@given(policies, st.sampled_from(UNITS), st.sampled_from(CONTROLS), st.sampled_from(list(Severity)))
def test_what_a_channel_counts_is_what_its_cards_are_of(
    policy: Policy, unit: Unit, control: str, severity: Severity
) -> None:
    expected = policy.route(Subject(unit.account, unit.region, severity, (control,))).channel
    for channel in {route.channel for route in policy.routes}:
        audience = audience_of(channel, policy)
        inside = [scope for scope in audience.scopes(UNITS) if scope.contains(unit.account, unit.region)]
        assert len(inside) <= 1
        counted = any(audience.takes(scope, control, severity) for scope in inside)
        assert counted is (expected == channel)


def test_without_accounts_and_regions_one_place_is_read_however_many_there_are() -> None:
    routes = (Route("routes[0]", "C0ONE", match=Match(severity=(Severity.CRITICAL,))), Route("routes[1]", "C0TWO"))
    assert audience_of("C0TWO", Policy("v1", "C0FALL", routes=routes)).scopes(UNITS) == [CounterScope()]


def test_a_channel_that_no_route_names_hears_of_everything() -> None:
    audience = audience_of("C0ELSEWHERE", Policy("v1", "C0FALL", routes=(Route("routes[0]", "C0ONE"),)))
    assert audience == Audience()
    assert audience.takes(CounterScope(), "S3.8", Severity.LOW)
    assert (audience.about, audience.limits) == ("all accounts", "")


def test_it_says_what_it_covers_and_what_it_cannot_tell_apart() -> None:
    prod = Match(("1111*",), ("eu-*",), (Severity.CRITICAL, Severity.HIGH), ("S3.*",), {"env": "prod"})
    routes = (Route("routes[0]", "C0ONE", match=prod), Route("routes[1]", "C0TWO", match=Match(("4444*",))))
    policy = Policy("v1", "C0FALL", routes=(*routes, Route("routes[2]", "C0THREE")))
    first, last = audience_of("C0ONE", policy), audience_of("C0THREE", policy)
    assert first.about == "account 1111* · eu-* · CRITICAL, HIGH · S3.* · tagged env=prod"
    assert first.limits == "counts do not know tags, so they hold what other tags have, too"
    assert last.about == "all accounts"
    assert last.limits.startswith("without what goes to <#C0TWO> · counts do not know tags")
