"""What fails, as a list: every finding once, worst first, and no more read than a page may cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.memory.faults import FaultPlan
from bot.domain.canonical import short_id
from bot.domain.errors import BadInput
from bot.domain.finding import Finding, Severity, SourceKind, SourceState, Status
from bot.domain.ports import Key, Put
from bot.domain.resource import identify
from bot.flows.posture import list_findings
from bot.flows.posture.list_findings import (
    MAX_FINDINGS_READ,
    PAGE,
    STRETCH,
    Cursor,
    FindingsPage,
    load_page,
    parse_query,
)
from bot.slack.ids import ActionId, ListPage
from bot.store import cases, findings, keys
from tests.flows.slack_stage import SlackStage
from tests.infra.recording import RecordedTable

PROD, DEV = "111122223333", "444455556666"


def a_finding(
    name: str,
    control: str = "S3.8",
    *,
    severity: Severity = Severity.HIGH,
    account: str = PROD,
    region: str = "eu-west-1",
    verdict: str = "FAILED",
    no_card: str = "below CRITICAL",
) -> Finding:
    """A finding on a bucket, stored as one that has no card."""
    bucket = identify("AWS::S3::Bucket", name, account=account, region=region, control=control)
    state = SourceState("asff|x", SourceKind.ASFF, verdict)
    fid = short_id(account, region, control, bucket.id)
    made = Finding(fid, bucket, control, severity, {"asff|x": state}, title="Public bucket", rev=1, placed=1)
    return replace(made, first_seen="2026-09-21T05:00:00.000Z", no_card=no_card)


def saying(verdict: str = "FAILED", **more: Any) -> dict[str, SourceState]:
    """What one source says."""
    return {"asff|x": SourceState("asff|x", SourceKind.ASFF, verdict, **more)}


def a_store(some: Iterable[Finding], table: RecordedTable | None = None) -> RecordedTable:
    """A table with these findings and their counters."""
    table = table or RecordedTable()
    for one in some:
        table.write(findings.writes([(None, one)]))
    return table


def pages(table: RecordedTable, said: str = "") -> Iterator[FindingsPage]:
    """All pages that the list comes to."""
    asked = parse_query(said)
    at: Cursor | None = Cursor()
    while at:
        found = load_page(asked, Cursor.parse(at.text), list_findings.matching_units(asked, table), table)
        yield found
        at = found.next


def all_of(table: RecordedTable, said: str = "") -> list[Finding]:
    return [one for page in pages(table, said) for one in page.findings]


def mixed(number: int = 130) -> list[Finding]:
    """Findings of two accounts, two Regions, three severities and two verdicts."""
    severities = (Severity.CRITICAL, Severity.HIGH, Severity.LOW)
    return [
        a_finding(
            f"bucket-{at:04}",
            ("S3.2", "S3.8", "S3.13")[at % 3],
            severity=severities[at % 3],
            account=(PROD, DEV)[at % 2],
            region=("eu-west-1", "us-east-1")[at // 2 % 2],
            verdict="PASSED" if at % 5 == 0 else "FAILED",
        )
        for at in range(number)
    ]


def test_every_open_finding_is_on_one_page_worst_first() -> None:
    made = mixed()
    shown = all_of(a_store(made))
    wanted = [one for one in made if one.status is Status.OPEN]
    assert sorted(one.fid for one in shown) == sorted(one.fid for one in wanted)
    assert [one.severity.rank for one in shown] == sorted(one.severity.rank for one in wanted)


def test_a_page_is_full_before_the_next_begins() -> None:
    assert [len(page.findings) for page in pages(a_store(mixed()))] == [PAGE] * 5 + [4]


def test_within_a_severity_an_account_and_a_region_the_order_is_peoples() -> None:
    made = [a_finding(name, control) for control in ("S3.13", "S3.8") for name in ("b", "A", "c")]
    assert [(one.control, one.resource.name) for one in all_of(a_store(made))] == [
        *(("S3.8", name) for name in ("A", "b", "c")),
        *(("S3.13", name) for name in ("A", "b", "c")),
    ]


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        (PROD, lambda one: one.resource.account == PROD),
        ("us-east-1", lambda one: one.resource.region == "us-east-1"),
        ("critical low", lambda one: one.severity is not Severity.HIGH),
        ("s3.8", lambda one: one.control == "S3.8"),
        ("S3.*", lambda _: True),
        ("s3.13 444455556666", lambda one: one.control == "S3.13" and one.resource.account == DEV),
        ("resource:T-001", lambda one: "t-001" in one.resource.name),
        ("ec2.*", lambda _: False),
    ],
)
def test_a_question_is_narrowed_in_the_words_of_the_score(said: str, fits: Callable[[Finding], bool]) -> None:
    made = mixed()
    wanted = {one.fid for one in made if one.status is Status.OPEN and fits(one)}
    assert {one.fid for one in all_of(a_store(made), said)} == wanted


def test_other_statuses_are_asked_for_by_name() -> None:
    made = [a_finding(verdict.lower(), verdict=verdict) for verdict in ("FAILED", "PASSED", "WARNING")]
    made.append(replace(a_finding("archived"), sources=saying(record_state="ARCHIVED")))
    made.append(replace(a_finding("suppressed"), sources=saying(workflow="SUPPRESSED")))
    table = a_store(made)
    statuses = ("open", "passed", "suppressed", "unknown", "archived", "all")
    assert {status: [one.resource.name for one in all_of(table, f"status:{status}")] for status in statuses} == {
        "open": ["failed"],
        "passed": ["passed"],
        "suppressed": ["suppressed"],
        "unknown": ["warning"],
        "archived": ["archived"],
        "all": sorted(["failed", "passed", "warning", "archived", "suppressed"]),
    }


@pytest.mark.slow
def test_a_page_reads_no_more_than_it_may_and_the_next_goes_on() -> None:
    passed = (a_finding(f"bucket-{at:05}", verdict="PASSED") for at in range(MAX_FINDINGS_READ + 1_500))
    table = a_store([*passed, *(a_finding(f"open-{at}") for at in range(3))])
    found = list(pages(table))
    assert all(page.read <= MAX_FINDINGS_READ for page in found)
    assert {one.resource.name for page in found for one in page.findings} == {"open-0", "open-1", "open-2"}
    assert len(found) == 2


def test_many_accounts_with_little_in_each_end_a_page_too() -> None:
    few = [a_finding("one", "S3.8", account=f"{number:012}") for number in range(list_findings.MAX_READS + 10)]
    threats = [replace(one, sources=saying("", trusted=False)) for one in few]
    first = next(pages(a_store(threats), "critical"))
    assert (first.findings, first.read, first.next is not None) == ((), list_findings.MAX_READS, True)


def test_a_name_is_looked_for_once_whatever_the_severity() -> None:
    made = [replace(one, severity=list(Severity)[at % 5]) for at, one in enumerate(mixed(500))]
    table = a_store(made)
    found = list(pages(table, "resource:bucket-01"))
    wanted = [one for one in made if "bucket-01" in one.resource.name and one.status is Status.OPEN]
    shown = [one for page in found for one in page.findings]
    assert sorted(one.fid for one in shown) == sorted(one.fid for one in wanted)
    assert sum(page.read for page in found) < 2 * len(made)


def test_only_accounts_and_regions_are_read_where_the_counters_know_of_something() -> None:
    table = RecordedTable(watched := FaultPlan())
    a_store([*mixed(), a_finding("lonely", "S3.5", severity=Severity.MEDIUM, account="777788889999")], table)
    before = watched.calls
    assert [one.resource.name for one in all_of(table, "s3.5")] == ["lonely"]
    assert watched.calls - before < 10


def test_what_is_gone_when_the_page_is_turned_costs_nobody_else_a_place() -> None:
    made = [a_finding(f"bucket-{at:02}") for at in range(30)]
    table = a_store(made)
    first = next(pages(table))
    solved = replace(first.findings[-1], sources=saying("PASSED"), rev=2)
    table.write(findings.writes([(first.findings[-1], solved)]))
    assert first.next
    second = load_page(parse_query(""), first.next, list_findings.matching_units(parse_query(""), table), table)
    assert [one.resource.name for one in second.findings] == [f"bucket-{at}" for at in range(20, 30)]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("nonsense", "I do not know “nonsense”: say an account"),
        ("status:bad", "open, passed, suppressed, unknown, archived, all"),
        ("status:open status:passed", "one status:"),
        ("resource:", "one resource:"),
        ("model:weighted", "is for the score"),
        ("eu-west-1 eu-west-2", "one region at a time"),
        ("x" * 301, "too much"),
    ],
)
def test_a_wrong_word_is_answered_with_what_may_stand_there(said: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        parse_query(said)


@pytest.mark.parametrize("text", ["", "5||||", "0|a|b|c", "0|||||", "0|a|b|C!|", "x"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Cursor.parse(text)


class Lists(SlackStage):
    """The list as people open it."""

    def list(self, said: str = "", user: str = "U0DANA") -> str:
        """`/cspm findings`, filled."""
        self.command(f"findings {said}", user)
        self.answer()
        return self.shown

    def turn(self, action: ActionId) -> str:
        """The page before or after."""
        self.press_in_view(action, value="turn")
        self.answer()
        return self.shown


@pytest.fixture
def stage() -> Lists:
    return Lists()


def test_the_list_opens_at_once_and_is_filled(stage: Lists) -> None:
    a_store(mixed(), stage.table)
    stage.command("findings")
    assert "Looking" in stage.shown
    stage.answer()
    assert "*104 open findings* · all accounts · page 1" in stage.shown
    assert "Looked at" in stage.shown


def test_pages_are_turned_on_and_back(stage: Lists) -> None:
    a_store(mixed(), stage.table)
    first = stage.list()
    assert ActionId.PREVIOUS_FINDINGS not in first
    second = stage.turn(ActionId.NEXT_FINDINGS)
    assert "page 2" in second
    assert stage.turn(ActionId.PREVIOUS_FINDINGS) == first
    for _ in range(5):
        last = stage.turn(ActionId.NEXT_FINDINGS)
    assert ActionId.NEXT_FINDINGS not in last
    assert "That is all" in last


def test_it_says_why_something_has_no_card(stage: Lists) -> None:
    made = [
        a_finding("one", no_card="stage observe"),
        a_finding("two", no_card="below CRITICAL"),
        a_finding("three", no_card="older than the deployment"),
        a_finding("four", no_card="exempted:01X"),
    ]
    a_store(made, stage.table)
    shown = stage.list()
    for words in ("stage `observe`", "below CRITICAL", "`cards.from`", "/cspm exemptions 111122223333"):
        assert words in shown


def test_what_waits_can_be_reviewed_from_the_list(stage: Lists) -> None:
    (target,) = cases.load_targets(stage.table, stage.case.id)
    waiting = replace(a_finding("acme"), case_id=target.case_id, target_id=target.target_id, no_card="")
    a_store([waiting], stage.table)
    shown = stage.list()
    assert ActionId.REVIEW_CASE in shown
    assert "waits for a decision · <https://" in shown


def test_who_is_no_full_member_is_told_nothing(stage: Lists) -> None:
    a_store(mixed(), stage.table)
    assert "Guests" in stage.type("findings", "U0GUEST")
    assert not stage.slack.views


def test_a_wrong_word_opens_nothing(stage: Lists) -> None:
    assert "say an account" in stage.type("findings nonsense")
    assert not stage.slack.views


def of_another_version(stage: Lists, *rows: Key) -> None:
    stage.table.write([Put({"pk": row.pk, "sk": row.sk, "format": 99}) for row in rows])


def test_one_that_cannot_be_read_hides_no_other_and_is_told(stage: Lists) -> None:
    made = mixed()
    lost = [one for one in made if one.status is Status.OPEN and one.resource.account == PROD][:2]
    a_store(made, stage.table)
    of_another_version(stage, findings.key_of(lost[0]))
    assert "; 1 could not be read, and is not shown." in stage.list()
    of_another_version(stage, findings.key_of(lost[1]))
    assert "; 2 could not be read, and are not shown." in stage.list()
    assert len(all_of(stage.table)) == sum(one.status is Status.OPEN for one in made) - 2


@pytest.mark.slow
def test_a_stretch_that_ends_with_one_that_cannot_be_read_is_gone_on_from() -> None:
    table = a_store(a_finding(f"bucket-{at:04}") for at in range(STRETCH + 5))
    last = findings.rows(table, PROD, "eu-west-1", "", STRETCH)[-1]
    table.write([Put({"pk": last["pk"], "sk": last["sk"], "format": 99})])
    assert len(all_of(table)) == STRETCH + 4


@pytest.mark.parametrize("row", ["case", "target"])
def test_a_card_that_cannot_be_read_hides_no_finding(stage: Lists, row: str) -> None:
    (target,) = cases.load_targets(stage.table, stage.case.id)
    carded = replace(a_finding("acme"), case_id=target.case_id, target_id=target.target_id, no_card="")
    a_store([carded, a_finding("other")], stage.table)
    of_another_version(
        stage, keys.case(target.case_id) if row == "case" else keys.case_target(target.case_id, target.target_id)
    )
    shown = stage.list()
    assert "what became of it could not be read" in shown
    assert "*2 open findings*" in shown


def test_nothing_open_is_said_as_that(stage: Lists) -> None:
    assert "*No open findings* · all accounts" in stage.list()


def test_a_long_way_back_fits_into_what_slack_keeps_and_still_knows_the_first_page() -> None:
    page = ListPage("critical", Cursor().text)
    for _ in range(200):
        further = Cursor(1, "9" * 64, "eu-west-1", f"{'a' * 26}", "b" * 26).text
        page = ListPage.parse(replace(page, next=further).text).next_page
        assert len(page.text) < 3_000
    assert (page.query, page.previous[0], page.number) == ("critical", Cursor().text, 200)
    while page.previous:
        page = ListPage.parse(page.previous_page.text)
    assert (page.at, page.number) == (Cursor().text, 0)
