"""Parsing of policies, and the errors of invalid ones."""

from __future__ import annotations

import re
from datetime import timedelta
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import PolicyInvalid
from bot.domain.finding import Severity
from bot.domain.plan import Effect
from bot.domain.policy import Approvers, DigestTime, Match, Policy, Rule, Stage
from bot.policy_file import Recipes, parse

RECIPES = Recipes(
    params={"TurnOnAccessLogs": {"log_bucket": "", "days": 90, "prefixes": ("a",)}, "Plain": {}},
    controls={"S3.9": "TurnOnAccessLogs", "S3.8": "Plain"},
)

SMALLEST = "version: 1\nteams: [T0ACME]\nfallback_channel: C0SECFALL\n"

FULL = """\
version: 1
teams: [T0123ABCD]
stage: {default: propose, accounts: {"111122223333": approve}}
cards: {from: deployment, min_severity: MEDIUM, per_channel_per_day: 5, repost_after: 30m}
owners: {accounts: {"111122223333": {group: S0PAYMENTS}}, tag: team}
fallback_channel: C0SECFALL
dry_run: true
routes:
  - match: {accounts: ["1111*"], regions: [eu-*], severity: [CRITICAL, HIGH], controls: ["S3.*"], tags: {env: prod}}
    channel: C0SECPROD
    mention: "@oncall"
    public: true
    approvers: {users: [U01, U02], groups: [S0SECENG], required: 1}
    rules: [{effects: [CUTS_TRAFFIC, IRREVERSIBLE], required: 2}]
  - {channel: C0SECURITY, approvers: {groups: [S0SECENG]}}
remediations: {S3.9: {log_bucket: "access-logs-{account}-{region}"}}
config_rules: {our-rule: S3.8}
limits: {plan_hours: 12, approval_hours: 6, deny_days: 14, undo_days: 3}
"""


def read(text: str, *, deployed_at: str = "2025-09-21T09:00:00Z") -> Policy:
    return parse(text, "v7", deployed_at=deployed_at, recipes=RECIPES)


def refusal(text: str) -> tuple[str, ...]:
    try:
        read(text)
    except PolicyInvalid as error:
        return error.problems or ("refused without a reason",)
    return ()


def problems(text: str) -> tuple[str, ...]:
    return refusal(dedent(text))


def with_lines(lines: str) -> str:
    return SMALLEST + dedent(lines)


def test_every_key_of_the_file_reaches_the_policy() -> None:
    policy = read(FULL)
    assert (policy.version, policy.teams, policy.fallback_channel) == ("v7", ("T0123ABCD",), "C0SECFALL")
    assert (policy.stage("111122223333"), policy.stage("222233334444")) == (Stage.APPROVE, Stage.PROPOSE)
    assert (policy.owner_groups, policy.owner_tag) == ({"111122223333": "S0PAYMENTS"}, "team")
    assert policy.dry_run
    assert policy.remediations == {"S3.9": {"log_bucket": "access-logs-{account}-{region}"}}
    assert policy.config_rules == {"our-rule": "S3.8"}
    assert (policy.plan_hours, policy.approval_hours, policy.deny_days, policy.undo_days) == (12, 6, 14, 3)


def test_every_key_of_a_route_reaches_the_policy() -> None:
    route, last = read(FULL).routes
    assert (route.name, route.channel, route.mention, route.public) == ("routes[0]", "C0SECPROD", "@oncall", True)
    assert route.approvers == Approvers(("U01", "U02"), ("S0SECENG",), 1)
    assert route.match == Match(("1111*",), ("eu-*",), (Severity.CRITICAL, Severity.HIGH), ("S3.*",), {"env": "prod"})
    assert route.rules == (Rule(2, (Effect.CUTS_TRAFFIC, Effect.IRREVERSIBLE)),)
    assert (last.name, last.public, last.match) == ("routes[1]", False, Match())


def test_cards_say_since_when_how_severe_how_many_and_how_long() -> None:
    cards = read(FULL).cards
    assert cards.since == "2025-09-21T09:00:00Z"
    assert (cards.min_severity, cards.per_channel_per_day) == (Severity.MEDIUM, 5)
    assert cards.repost_after == timedelta(minutes=30)


def test_the_smallest_file_takes_the_defaults_of_the_domain() -> None:
    bare = Policy("v7", "C0SECFALL", teams=("T0ACME",))
    assert read(SMALLEST, deployed_at="") == bare


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-09-21", "2025-09-21T00:00:00.000Z"),
        ('"2025-09-21"', "2025-09-21T00:00:00.000Z"),
        ("2025-09-21T10:00:00+02:00", "2025-09-21T08:00:00.000Z"),
    ],
)
def test_a_date_in_cards_from_becomes_a_time_in_utc(written: str, meant: str) -> None:
    assert read(with_lines(f"cards: {{from: {written}}}")).cards.since == meant


@pytest.mark.parametrize(("written", "hours"), [("30m", 0.5), ("24h", 24), ("7d", 168)])
def test_durations_are_minutes_hours_or_days(written: str, hours: float) -> None:
    assert read(with_lines(f"cards: {{repost_after: {written}}}")).cards.repost_after == timedelta(hours=hours)


def test_the_same_text_is_read_once_and_another_version_is_another_policy() -> None:
    first = parse(FULL, "v1", recipes=RECIPES)
    assert parse(FULL, "v1", recipes=RECIPES) is first
    assert parse(FULL, "v2", recipes=RECIPES).version == "v2"
    with pytest.raises(PolicyInvalid):
        parse(FULL, "v1", recipes=Recipes())


def test_a_misspelt_key_is_named_with_its_line_and_the_right_spelling() -> None:
    found = problems(
        with_lines("""\
        routes:
          - channel: C0SECURITY
            approverss: {users: [U01]}
        """)
    )
    assert found == ("line 6: routes[0].approverss: unknown key; did you mean approvers?",)


def test_an_unknown_key_without_a_similar_one_is_reported_with_all_known_keys() -> None:
    assert problems(with_lines("owners: {xyz: 1}")) == ("line 4: owners.xyz: unknown key; known here: accounts, tag",)


def test_a_misspelt_key_under_an_account_has_a_hint_too() -> None:
    found = problems(with_lines("owners: {accounts: {'111122223333': {grup: S0PAYMENTS}}}"))
    assert "line 4: owners.accounts.111122223333.grup: unknown key; did you mean group?" in found


def test_all_problems_are_reported_at_once_in_the_order_of_the_lines() -> None:
    found = problems("""\
        version: 2
        teams: [acme]
        stage: {default: aprove}
        cards: {repost_after: 1 day, from: yesterday}
        routes:
          - channel: "#security"
            approvers: {users: [dana], groups: [U01], required: 0}
            rules: [{effects: [cuts traffic], required: 2}]
        remediations: {S3.99: {}, S3.9: {log_buckets: x, days: "9", prefixes: b}, Plain: {a: 1}}
        config_rules: {our-rule: S3}
        """)
    expected = [
        ("line 1: fallback_channel", "missing"),
        ("line 1: version", "should be 1"),
        ("line 2: teams[0]", "starts with T"),
        ("line 3: stage.default", "did you mean approve?"),
        ("line 4: cards.repost_after", "write 30m, 24h or 7d"),
        ("line 4: cards.from", "a date like 2025-09-21"),
        ("line 6: routes[0].channel", "is no channel id"),
        ("line 7: routes[0].approvers.users[0]", "is no user id"),
        ("line 7: routes[0].approvers.groups[0]", "is no user group id"),
        ("line 7: routes[0].approvers.required", "greater than or equal to 1"),
        ("line 8: routes[0].rules[0].effects[0]", "did you mean CUTS_TRAFFIC?"),
        ("line 9: remediations.S3.99", "did you mean S3.9?"),
        ("line 9: remediations.S3.9.log_buckets", "did you mean log_bucket?"),
        ("line 9: remediations.S3.9.days", "must be a whole number"),
        ("line 9: remediations.S3.9.prefixes", "must be a list"),
        ("line 9: remediations.Plain.a", "it has none"),
        ("line 10: config_rules.our-rule", "is no control id"),
    ]
    for place, words in expected:
        assert any(one.startswith(place + ": ") and words in one for one in found), (place, words, found)
    numbers = [int(one.split()[1].rstrip(":")) for one in found]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("stage: {accounts: {111122223333: approve}}", "111122223333 must be in quotes"),
        ("stage: {accounts: {001122223333: approve}}", "octal"),
        ("stage: {accounts: {'1111': approve}}", "twelve digits"),
        ("stage: {accounts: {'1111*': auto}}", "twelve digits"),
        ("owners: {accounts: {111122223333: {group: S0PAYMENTS}}}", "must be in quotes"),
        ("routes: [{channel: C01, match: {accounts: [111122223333]}}]", "must be in quotes"),
        ("routes: [{channel: C01, match: {accounts: [0123]}}]", "octal"),
        ("routes: [{channel: C01, match: {accounts: ['11112222']}}]", "neither twelve digits nor a pattern"),
        ("routes: [{channel: C01, match: {tags: {env: true}}}]", "true must be in quotes"),
        ("dry_run: 1", "not 1"),
        ("dry_run: yes", "not 'yes'"),
        ("limits: {plan_hours: 1.5}", "must be in quotes"),
        ("limits: {undo_days: 0}", "greater than or equal to 1"),
        ("limits:", "nothing is given"),
        ("routes: [{channel: C01, approvers: {}}]", "names nobody"),
        ("routes: [{channel: C01, approvers: {users: [U01], required: 2}}]", "can never be reached"),
        ("routes: [{channel: C01, approvers: {users: [U01]}, rules: [{required: 2}]}]", "can never be reached"),
        ("routes: [{channel: C01}, {channel: C02}]", "never reached: routes[0]"),
        ("remediations: {S3.9: {days: true}}", "must be a whole number"),
        ("remediations: {S3.9: {prefixes: [1]}}", "must be a list, like ('a',)"),
        ("remediations: {S3.9: {log_bucket: !!binary aGk=}}", "must be in quotes"),
        ('remediations: {S3.9: {log_bucket: "logs-{zone}"}}', "the placeholders are {account}"),
        ("teams: [T0ACME]", "given twice, first in line 2"),
        ("routes: [{channel: C01, channel: C02}]", "routes[0].channel: given twice"),
        ("? [a]\n: 1", "must be in quotes"),
    ],
)
def test_implicit_conversions_of_yaml_are_errors(lines: str, said: str) -> None:
    found = problems(with_lines(lines))
    assert any(said in one for one in found), found
    assert all(one.startswith("line ") for one in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nstage:\n\tdefault: approve\n", "line 3: a tab; indent with spaces"),
        ("version: 1\nteams: &t [T01]\nother: *t\n", "line 2: anchors and aliases"),
        ("version: 1\nteams: [*]\n", "line 2: a plain * starts an alias: put wildcards in quotes"),
        ("version: 1\nteams: [*abc]\n", "line 2: anchors and aliases"),
        ("version: 1\n---\nversion: 1\n", "line 2: but found another document"),
        ("version: [1\n", "line 2: "),
        ("- version\n", "line 1: a policy is a mapping"),
        ("", "line 1: a policy is a mapping"),
        ("a: \x07\n", "line 1: the character"),
        ("a: " + "[" * 5000, "line 1: more than 20 levels deep"),
        ("a: " + "b" * 300_000, "line 1: the policy is longer than"),
    ],
)
def test_invalid_yaml_is_rejected_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        read(text)
    assert caught.value.problems[0].startswith(said), caught.value.problems


def test_a_bomb_of_aliases_is_refused_before_it_goes_off() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(PolicyInvalid, match="anchors and aliases"):
        read("l0: &l0 lol\n" + "\n".join(levels))


CHARACTERS = st.sampled_from(sorted(set(FULL + "\t\x00é&*!|>%@`?-")))


@given(st.text(alphabet=CHARACTERS, max_size=60), st.integers(0, len(FULL)))
def test_whatever_is_typed_into_a_policy_it_is_read_or_refused_with_lines(typed: str, place: int) -> None:
    found = refusal(FULL[:place] + typed + FULL[place:])
    assert all(re.match(r"line [1-9][0-9]*: .", one) for one in found), found


def test_a_routes_digest_is_its_own_else_the_files_else_nine_in_utc() -> None:
    routes = "routes:\n  - {channel: C0BERLIN, match: {accounts: ['1111*']}, digest: {at: '08:30', zone: Asia/Tokyo}}\n"
    found = parse(SMALLEST + "digest: {at: '07:00', zone: Europe/Berlin}\n" + routes + "  - {channel: C0OTHER}\n", "v1")
    assert [route.digest for route in found.routes] == [
        DigestTime("08:30", "Asia/Tokyo"),
        DigestTime("07:00", "Europe/Berlin"),
    ]
    assert parse(SMALLEST, "v1").digest == DigestTime("09:00", "UTC")
    assert parse(SMALLEST + "digest: {at: never}\n", "v1").digest.at == ""


@pytest.mark.parametrize(
    ("digest", "mend"),
    [
        ("{at: '9:00'}", 'write "09:00", in quotes'),
        ("{at: '24:00'}", "is no time of day"),
        ("{zone: Europe/Berlim}", "did you mean Europe/Berlin?"),
    ],
)
def test_an_invalid_digest_time_is_rejected(digest: str, mend: str) -> None:
    with pytest.raises(PolicyInvalid, match=re.escape(mend)):
        parse(SMALLEST + f"digest: {digest}\n", "v1")
