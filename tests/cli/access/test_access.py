"""`cspm access`: who could approve what, and what is unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.memory.slack import MemorySlack
from bot.adapters.memory.table import MemoryTable
from bot.cli.access.command import moment, write
from bot.cli.access.past import policy_at
from bot.cli.access.people import Directory, SlackDirectory, UnresolvedDirectory
from bot.domain.errors import Busy, Unknown
from bot.domain.history import HistoryEvent
from bot.domain.policy import Policy
from bot.domain.rights import AuthorityEvidence
from bot.policy_file import parse
from bot.store import audit, keys
from tests.cli.appconfig import POLICY, Place, aws, place
from tests.cli.command_line import Cspm

__all__ = ["aws", "place"]

RULES = """
version: 1
teams: [T0ACME]
stage: {default: propose, accounts: {"111122223333": approve}}
fallback_channel: C0SECFALL
routes:
  - match: {accounts: ["1111*"], severity: [CRITICAL]}
    channel: C0SECPROD
    approvers: {users: [U0LEE], groups: [S0SECENG], required: 1}
    rules: [{effects: [CUTS_TRAFFIC], required: 2}]
    exemptions: {users: [U0DANA], required: 1}
  - {channel: C0SECURITY, approvers: {groups: [S0EMPTY, S0GONE]}}
"""


@pytest.fixture
def slack() -> MemorySlack:
    found = MemorySlack()
    for user in ("U0DANA", "U0OMAR", "U0LEE"):
        found.add_user(user, team_id="T0ACME", name=user[2:].lower())
    found.add_user("U0GUEST", team_id="T0ACME", is_restricted=True)
    found.add_user("U0SAM", team_id="T0GLOBEX")
    found.groups = {"S0SECENG": ["U0DANA", "U0OMAR", "U0GUEST", "U0SAM"], "S0EMPTY": []}
    return found


def table_of(policy: Policy, people: Directory, notes: Iterable[str] = ()) -> str:
    out = io.StringIO()
    write(policy, people, notes, out, as_csv=False)
    return out.getvalue()


def csv_of(policy: Policy, people: Directory) -> list[dict[str, str]]:
    out = io.StringIO()
    write(policy, people, [], out, as_csv=True)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_each_route_names_its_people_by_what_they_may_and_who_of_them_may_not(slack: MemorySlack) -> None:
    said = csv_of(parse(RULES, "v3"), SlackDirectory(slack))
    first = [row for row in said if row["route"] == "routes[0]" and row["right"].startswith("approve")]
    assert {(row["person"], row["may"]) for row in first} == {
        ("U0LEE", "yes"),
        ("U0DANA", "yes"),
        ("U0OMAR", "yes"),
        ("U0GUEST", "no"),
        ("U0SAM", "no"),
    }
    assert {row["why not"] for row in first if row["person"] == "U0GUEST"} == {
        "guests, bots and deactivated accounts cannot decide"
    }
    assert {row["rules"] for row in first} == {"2 where CUTS_TRAFFIC"}
    assert {row["stages"] for row in first} == {"stage 111122223333 approve, others propose"}
    (exempter,) = [row for row in said if row["right"] == "exempt" and row["route"] == "routes[0]"]
    assert (exempter["person"], exempter["name"], exempter["required"]) == ("U0DANA", "Dana", "1")


def test_an_empty_group_and_one_unknown_to_slack_are_distinguished(slack: MemorySlack) -> None:
    said = csv_of(parse(RULES, "v3"), SlackDirectory(slack))
    second = {row["via"]: row for row in said if row["route"] == "routes[1]"}
    assert (second["group @s0empty S0EMPTY"]["may"], second["group @s0empty S0EMPTY"]["why not"]) == (
        "nobody",
        "the group is empty",
    )
    assert second["group S0GONE"]["may"] == "not known"


def test_without_a_token_groups_are_not_guessed() -> None:
    said = table_of(parse(RULES, "v3"), UnresolvedDirectory("groups are not resolved: SLACK_BOT_TOKEN is not set"))
    assert "not known  group S0SECENG" in said
    assert "not known  named" in said
    assert "yes" not in said


def test_a_throttled_question_waits_as_long_as_slack_asks(slack: MemorySlack) -> None:
    waited: list[float] = []

    class Throttling(MemorySlack):
        def call(self, method: str, **arguments: object) -> dict[str, object]:
            if method == "users.info" and not waited:
                raise Busy("Slack throttles", retry_after=7)
            return slack.call(method, **arguments)

    said = csv_of(parse(RULES, "v3"), SlackDirectory(Throttling(), waited.append))
    assert waited == [7]
    assert "yes" in {row["may"] for row in said}


def test_a_file_needs_no_deployment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    file = tmp_path / "policy.yaml"
    file.write_text(RULES, encoding="utf-8")
    answer = Cspm(capsys)("access", "--policy", str(file))
    assert answer.code == 0
    assert "SLACK_BOT_TOKEN is not set" in answer.out
    assert Cspm(capsys)("access", "--policy", str(file), "--at", "2026-11-01").code == 2


def decided(table: MemoryTable, at: datetime, members: tuple[str, ...], policy: str = "v1") -> None:
    """A decision that has stored who was in the group."""
    grounds = AuthorityEvidence(policy, "routes[0]", "group S0SECENG", 1, {"S0SECENG": members})
    when = keys.stamp(at)
    table.write(
        [audit.put(audit.Entry(when, HistoryEvent.DENY, ("x", when), who="U0DANA", policy=policy, grounds=grounds))]
    )


def test_an_earlier_day_is_reported_from_stored_data_alone(place: Place) -> None:
    table, before = MemoryTable(), datetime.now(UTC)
    place.deploy(POLICY, "v1")
    deployed = datetime.now(UTC)
    decided(table, before - timedelta(days=3), ("U0DANA", "U0LEFT"))
    decided(table, before - timedelta(days=2), ("U0DANA", "U0OMAR"))
    decided(table, deployed + timedelta(days=1), ("U0LATER",))
    policy, people, notes = policy_at(deployed + timedelta(seconds=2), place.store, table)
    said = table_of(policy, people, notes)
    assert "policy: version 1 (v1) by AppConfig's deployment 1" in said
    assert f"S0SECENG: by the decision at {keys.stamp(before - timedelta(days=2))}" in said
    assert "U0OMAR" in said
    assert "U0LEFT" not in said
    assert "U0LATER" not in said
    assert "what changed in Slack between" in said


def test_the_version_is_that_days_and_decisions_under_another_are_reported(place: Place) -> None:
    place.deploy(POLICY, "v1")
    first = datetime.now(UTC) + timedelta(seconds=1)
    table = MemoryTable()
    decided(table, first - timedelta(hours=1), ("U0DANA",), policy="v0")
    policy, _, notes = policy_at(first, place.store, table)
    assert policy.version == "v1"
    assert "decisions of the 24 hours before were judged under v0 (1); none of them is the version above" in notes


def test_before_the_first_deployment_nothing_is_known(place: Place) -> None:
    place.deploy(POLICY, "v1")
    with pytest.raises(Unknown, match="is not known: AppConfig lists no deployment"):
        policy_at(datetime.now(UTC) - timedelta(days=1), place.store, MemoryTable())


def test_a_group_that_no_decision_has_stored_is_not_known(place: Place) -> None:
    place.deploy(POLICY, "v1")
    policy, people, notes = policy_at(datetime.now(UTC) + timedelta(seconds=1), place.store, MemoryTable())
    assert "no decision in the 30 days before has stored its members" in table_of(policy, people, notes)


def test_a_day_means_its_end_and_a_time_needs_its_zone() -> None:
    assert moment("2026-11-24") == datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    assert moment("2026-11-24T10:00+01:00") == datetime(2026, 11, 24, 9, tzinfo=UTC)
    with pytest.raises(Exception, match="has no zone"):
        moment("2026-11-24T10:00")
