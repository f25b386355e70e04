"""What happens to a bot, one scene at a time, and the work that each takes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from functools import cache, partial
from typing import Final
from unittest import mock

from moto import mock_aws

from bot.domain.ports import Put
from bot.slack.ids import ActionId
from tests.aws import plain_client
from tests.flows.conftest import BUCKET
from tests.flows.counting import a_word
from tests.flows.slack_stage import SlackStage
from tests.flows.stage import POLICY, a_finding
from tests.infra.costs.meter import By, MeteredStage, MeteredTable, Work, doing

ACCOUNT: Final = "111122223333"
PACKED: Final = 100
"""Findings of a storm: they come in one batch and are packed by account and control."""

CONTROLS: Final = 250
QUIET: Final = POLICY.replace("cards: {min_severity: LOW", "cards: {min_severity: CRITICAL")
"""No card for what is less than critical."""


@contextmanager
def clean() -> Iterator[None]:
    """Moto in process, with the one bucket that the cards are about."""
    with mock.patch.dict(os.environ, {"MOTO_ACCOUNT_ID": ACCOUNT}), mock_aws():
        place = {"LocationConstraint": "eu-west-1"}
        plain_client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        yield


def _during(stage: MeteredStage, act: Callable[[], object], times: float = 1) -> By:
    """The work of one of `times` things that happen while `act` runs."""
    before = dict(stage.by)
    act()
    return {name: (work - before.get(name, Work())) * (1 / times) for name, work in stage.by.items()}


@cache
def first_inventory() -> By:
    """A finding is heard of for the first time, among a hundred in one batch."""
    stage = MeteredStage(policy=QUIET)
    stage.tell(a_word("S3.2", "another", "PASSED", 0))
    several = [a_word("S3.5", f"bucket-{number}", "PASSED", 1) for number in range(PACKED)]
    return _during(stage, lambda: stage.tell(*several), PACKED)


@cache
def heard_alone() -> By:
    """A finding is heard of for the first time, alone in its batch."""
    stage = MeteredStage(policy=QUIET)
    stage.tell(a_word("S3.2", "another", "PASSED", 0))
    return _during(stage, lambda: stage.tell(a_word("S3.5", "a", "FAILED", 1)))


@cache
def checked_again() -> By:
    """Security Hub has checked again and says the same, alone in its batch."""
    stage = MeteredStage(policy=QUIET)
    stage.tell(a_word("S3.5", "a", "FAILED", 1))
    return _during(stage, lambda: stage.tell(a_word("S3.5", "a", "FAILED", 2)))


@cache
def verdict_changed() -> By:
    """A finding passes that failed, and has no card; alone in its batch."""
    stage = MeteredStage(policy=QUIET)
    stage.tell(a_word("S3.5", "a", "FAILED", 1))
    return _during(stage, lambda: stage.tell(a_word("S3.5", "a", "PASSED", 2)))


@cache
def a_card() -> By:
    """A failing finding becomes a card: case, plan with evidence, post."""
    with clean():
        stage = MeteredStage()
        stage.tell(a_word("S3.2", "another", "PASSED", 0))
        stage.pump()

        def act() -> None:
            stage.tell(a_finding("S3.8", minute=1))
            stage.settle()

        return _during(stage, act)


@cache
def a_decision() -> By:
    """A press of Approve, its run, the proof, Security Hub's PASSED, and the card after each; the press included."""
    with clean():
        stage = MeteredStage()
        stage.tell(a_finding("S3.8"))
        stage.settle()

        def act() -> None:
            stage.press(ActionId.APPROVE)
            for _ in range(4):
                stage.settle()
            stage.tell(a_finding("S3.8", status="PASSED", minute=30))
            stage.settle()

        done = _during(stage, act)
    return {**done, "slack": a_press()}


@cache
def a_press() -> Work:
    """What the Slack function does for a press."""
    stage, by = SlackStage(), dict[str, Work]()
    table = MeteredTable(stage.table)
    stage.world = replace(stage.world, table=table)

    def used() -> Work:
        return table.used + Work(fifo_messages=len(stage.bodies("decisions")), slack_calls=len(stage.slack.calls))

    with doing("slack", by, used):
        stage.press(ActionId.APPROVE)
    return by["slack"]


@cache
def a_command() -> By:
    """`/cspm score`, with counters of as many controls as a large organisation has data for."""
    stage, by = SlackStage(), dict[str, Work]()
    counts = {"passed": 4000, "failed": 120, "exempted": 3}
    for start in range(0, CONTROLS, 50):
        rows = [{"pk": "POSTURE#all", "sk": f"Service.{at}", **counts} for at in range(start, start + 50)]
        stage.table.write([Put(row) for row in rows])
    table = MeteredTable(stage.table)
    stage.world = replace(stage.world, table=table)
    with doing("slack", by, lambda: table.used + Work(slack_calls=len(stage.slack.calls))):
        stage.type("score")
    return by


@cache
def a_job(name: str) -> By:
    """A scheduled job where nothing is due, after its first time today."""
    stage = _organisation(1)
    _run(stage, name)
    return _during(stage, lambda: _run(stage, name))


@cache
def a_job_per_account(name: str) -> By:
    """What one account more adds to a scheduled job."""
    costs = {}
    for accounts in (2, 12):
        stage = _organisation(accounts)
        _run(stage, name)
        costs[accounts] = _during(stage, partial(_run, stage, name))
    return {function: (work - costs[2].get(function, Work())) * 0.1 for function, work in costs[12].items()}


@cache
def a_walk_per_finding(name: str) -> By:
    """What one finding more adds to the nightly recount or the weekly reconciliation."""
    costs = {}
    for findings in (50, 150):
        stage = _organisation(1, findings)
        costs[findings] = _during(stage, partial(_run, stage, name))
    return {function: (work - costs[50].get(function, Work())) * 0.01 for function, work in costs[150].items()}


def _organisation(accounts: int, findings: int = 1) -> MeteredStage:
    """Accounts with so many findings each, known since their first inventory."""
    stage = MeteredStage(policy=QUIET)
    events = [a_word("S3.5", f"b-{at}", "PASSED", 1) for _ in range(accounts) for at in range(findings)]
    for number, event in enumerate(events):
        (finding,) = event["detail"]["findings"]
        finding |= {"AwsAccountId": f"{int(ACCOUNT) + number // findings}", "Id": f"hub/{number}"}
    stage.hub.findings = [event["detail"]["findings"][0] for event in events]
    stage.tell(*events)
    _run(stage, "inventory")
    return stage


def _run(stage: MeteredStage, job: str) -> None:
    """A job, and the steps that follow it, each a second after the last. What it prints is for CloudWatch."""
    with redirect_stdout(io.StringIO()):
        stage.job(job)
    for _ in range(40):
        stage.settle(2)
