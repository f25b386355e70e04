"""A finding's status is a pure function of what its sources say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.finding import Finding, Observation, Order, Severity, SourceKind, SourceState, Status, fold, order
from tests.domain.builders import BUCKET


def a_source(verdict: str = "FAILED", **more: Any) -> SourceState:
    base = SourceState("asff|1", SourceKind.ASFF, verdict, updated="2026-09-22T07:00:00.000000Z")
    return replace(base, **more)


def an_observation(source: SourceState) -> Observation:
    return Observation(BUCKET, "S3.8", source)


def a_finding(*sources: SourceState) -> Finding:
    known = None
    for source in sources:
        known = fold(an_observation(source), known, Severity.HIGH)
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("sources", "status"),
    [
        ((a_source(), a_source("PASSED", id="ocsf|1")), Status.OPEN),
        ((a_source("WARNING"), a_source("PASSED", id="ocsf|1")), Status.UNKNOWN),
        ((a_source(workflow="SUPPRESSED"), a_source("PASSED", id="config|r")), Status.SUPPRESSED),
        ((a_source(record_state="ARCHIVED"), a_source("PASSED", id="config|r")), Status.PASSED),
        ((a_source(record_state="ARCHIVED"),), Status.ARCHIVED),
        ((a_source(workflow="RESOLVED"),), Status.OPEN),
        ((a_source("", workflow="RESOLVED"),), Status.PASSED),
    ],
)
def test_the_worst_active_source_decides(sources: tuple[SourceState, ...], status: Status) -> None:
    assert a_finding(*sources).status is status


def test_the_order_of_arrival_does_not_matter() -> None:
    one, other = a_source(), a_source("PASSED", id="ocsf|1")
    assert a_finding(one, other).status is a_finding(other, one).status


@pytest.mark.parametrize("order_of", [list, reversed])
@pytest.mark.parametrize("verdict", ["FAILED", "PASSED"])
def test_a_believed_failure_stays_believed_whatever_strangers_add(verdict: str, order_of: Any) -> None:
    strange = a_source(verdict, id="asff|strange", trusted=False)
    assert a_finding(*order_of([a_source(), strange])).trusted


def test_a_failure_that_only_strangers_claim_is_not_believed() -> None:
    strange = a_source(id="asff|strange", trusted=False)
    assert not a_finding(a_source("PASSED"), strange).trusted
    assert a_finding(a_source("PASSED"), replace(strange, verdict="PASSED")).trusted


def test_a_repeated_arrival_says_nothing_new() -> None:
    assert order(a_source(updated="2027"), a_source()) is Order.SAME


def test_another_word_at_the_same_moment_is_a_tie() -> None:
    assert order(a_source(workflow="NOTIFIED"), a_source()) is Order.TIE
    assert order(a_source(workflow="NOTIFIED", arrived="2026"), a_source()) is Order.NEWER


def test_the_source_knows_the_id_that_its_service_uses() -> None:
    assert a_source(id="asff|arn:aws:x|y").finding_id == "arn:aws:x|y"


def test_no_more_than_twenty_sources_are_kept_the_newest() -> None:
    several = [a_source(id=f"config|{number}", updated=f"2026-01-{number:02}") for number in range(1, 31)]
    kept = a_finding(*several).sources
    assert len(kept) == 20
    assert "config|30" in kept
    assert "config|1" not in kept


def test_dropping_sources_never_hides_a_failing_one() -> None:
    passing = [a_source("PASSED", id=f"config|{number}", updated=f"2027-01-{number:02}") for number in range(1, 31)]
    assert a_finding(a_source(), *passing).status is Status.OPEN
