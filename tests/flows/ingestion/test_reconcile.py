"""Reconciliation mends what was missed, closes what the hub has forgotten, and is never in the way of events."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.errors import Busy, CspmError, Unknown
from bot.domain.finding import Status
from bot.domain.ports import Put
from bot.messages import StartReconciliation
from bot.store import items, keys, reconciliation
from tests.flows.counting import a_word, recounted, stored_rows
from tests.flows.stage import POLICY, Stage, deliver, event, run_job

QUIET = POLICY.replace("min_severity: LOW", "from: '2030-01-01', min_severity: LOW")
"""Nothing of what is there already gets a card."""


def bare(word: Any) -> dict[str, Any]:
    (found,) = word["detail"]["findings"]
    return dict(found)


def a_stage(*words: Any, faults: FaultPlan | None = None) -> Stage:
    """A stage whose hub holds these findings; the bot has heard of none."""
    stage = Stage(faults or FaultPlan(), policy=QUIET)
    stage.hub.findings = [bare(word) for word in words]
    return stage


def walk(stage: Stage, job: str = "reconcile", most: int = 400) -> None:
    """The job, and its messages a second apart."""
    run_job(job, stage.world)
    for _ in range(most):
        stage.pump(rounds=1)
        stage.clock.advance(seconds=1)
        found = reconciliation.load(stage.world.table)
        if found and found.finished:
            return
    raise AssertionError("the walk does not end")


def statuses(stage: Stage) -> dict[str, Status]:
    findings = [items.finding_from(item) for item in stage.table.everything() if item["pk"].startswith("F#")]
    return {f"{one.control} {one.resource.name}": one.status for one in findings}


def test_the_first_inventory_reads_every_account_and_floods_nobody() -> None:
    stage = a_stage(*(a_word("S3.2", f"b{number}", "FAILED", 1) for number in range(250)))
    walk(stage, "inventory")
    assert len(statuses(stage)) == 250
    assert stage.slack.calls == []
    assert stored_rows(stage.table.everything()) == recounted(stage.table.everything())
    assert stage.hub.pages_read == 3


def test_while_it_goes_on_people_are_told_how_far_it_is() -> None:
    stage = a_stage(*(a_word("S3.2", f"b{number}", "FAILED", 1) for number in range(250)))
    run_job("inventory", stage.world)
    stage.pump(rounds=3)
    assert reconciliation.progress(stage.world.table).startswith("First inventory: 0 of 1 accounts read")
    walk(stage, "inventory")
    assert reconciliation.progress(stage.world.table) == ""


def test_one_request_a_second_at_most() -> None:
    stage = a_stage(*(a_word("S3.2", f"b{number}", "FAILED", 1) for number in range(450)))
    run_job("inventory", stage.world)
    stage.pump()
    before = stage.hub.pages_read
    for second in range(1, 4):
        stage.clock.advance(seconds=1)
        stage.pump()
        assert stage.hub.pages_read - before <= second


def settled(*words: Any, faults: FaultPlan | None = None) -> Stage:
    """A stage that has had its first inventory of these, an hour ago."""
    stage = a_stage(*words, faults=faults)
    walk(stage, "inventory")
    stage.clock.advance(hours=1)
    return stage


def test_what_was_missed_is_mended() -> None:
    stage = settled(a_word("S3.2", "a", "FAILED", 1), a_word("S3.2", "b", "FAILED", 1))
    stage.hub.findings = [
        bare(a_word("S3.2", "a", "PASSED", 9)),
        bare(a_word("S3.2", "b", "SUPPRESSED", 1)),
        bare(a_word("S3.5", "c", "FAILED", 9)),
    ]
    walk(stage)
    assert statuses(stage) == {"S3.2 a": Status.PASSED, "S3.2 b": Status.SUPPRESSED, "S3.5 c": Status.OPEN}


def test_what_the_hub_has_forgotten_is_asked_for_by_id_and_then_closed() -> None:
    stage = settled(
        a_word("S3.2", "a", "FAILED", 1), a_word("S3.2", "b", "FAILED", 1), a_word("S3.5", "c", "FAILED", 1)
    )
    stage.hub.findings = [bare(a_word("S3.2", "a", "FAILED", 1)), bare(a_word("S3.2", "b", "ARCHIVED", 2))]
    walk(stage)
    assert statuses(stage) == {"S3.2 a": Status.OPEN, "S3.2 b": Status.ARCHIVED, "S3.5 c": Status.ARCHIVED}
    assert stored_rows(stage.table.everything()) == recounted(stage.table.everything())


def test_many_forgotten_ones_are_asked_for_twenty_at_a_time() -> None:
    stage = settled(*(a_word("S3.2", f"b{number}", "FAILED", 1) for number in range(45)))
    stage.hub.findings = [bare(a_word("S3.2", "other", "FAILED", 1))]
    asked: list[str] = []
    stage.faults.watch = lambda name: asked.append(name) if name == "hub.findings_by_id" else None
    walk(stage)
    assert len(asked) == 3
    assert list(statuses(stage).values()).count(Status.ARCHIVED) == 45


def test_what_arrives_while_a_unit_is_read_wins_over_what_is_read() -> None:
    stage = settled(a_word("S3.2", "a", "FAILED", 1))
    run_job("reconcile", stage.world)
    stage.pump(rounds=2)
    found = reconciliation.load(stage.world.table)
    assert found
    assert found.phase == "list"
    stage.clock.advance(seconds=1)
    late = a_word("S3.2", "a", "SUPPRESSED", 1) | {"time": stage.clock.now().isoformat()}
    stage.tell(late, a_word("S3.5", "new", "FAILED", 1) | {"time": stage.clock.now().isoformat()})
    for _ in range(20):
        stage.pump()
        stage.clock.advance(seconds=1)
    assert statuses(stage) == {"S3.2 a": Status.SUPPRESSED, "S3.5 new": Status.OPEN}


def test_what_another_feed_says_is_not_closed_because_this_list_lacks_it() -> None:
    stage = settled(a_word("S3.2", "a", "FAILED", 1))
    stage.tell(event("findings_v2"))
    stage.clock.advance(hours=1)
    walk(stage)
    assert statuses(stage)["S3.8 acme-payroll-exports"] is Status.OPEN


def test_a_message_that_comes_twice_does_its_step_once() -> None:
    stage = a_stage(*(a_word("S3.2", f"b{number}", "FAILED", 1) for number in range(250)))
    stage.faults.repeat_chance = 0.5
    walk(stage, "inventory")
    stage.faults.repeat_chance = 0.0
    for _ in range(10):
        stage.pump()
        stage.clock.advance(seconds=1)
    assert stage.hub.pages_read == 3


def test_while_the_hub_throttles_or_fails_the_same_step_comes_again() -> None:
    stage = a_stage(a_word("S3.2", "a", "FAILED", 1))
    for problem in (Busy("slowly", 2), Unknown("not now")):
        stage.hub.problem = problem
        with pytest.raises(CspmError):
            deliver(StartReconciliation(scope="first"), stage.world)
    stage.hub.problem = None
    walk(stage, "inventory")
    assert statuses(stage) == {"S3.2 a": Status.OPEN}


def test_a_place_in_the_list_that_holds_no_more_begins_the_unit_again() -> None:
    stage = a_stage(*(a_word("S3.2", f"b{number}", "FAILED", 1) for number in range(150)))
    stage.hub.expired = {"100"}
    walk(stage, "inventory")
    assert len(statuses(stage)) == 150
    assert stage.hub.pages_read == 4


def test_a_crash_after_any_call_is_taken_up_again() -> None:
    words = [a_word("S3.2", "a", "FAILED", 1), a_word("S3.2", "b", "FAILED", 1)]
    forgotten = [bare(words[0])]
    counting = settled(*words)
    counting.hub.findings = forgotten
    counting.faults.calls = 0
    walk(counting)
    for number in range(1, counting.faults.calls + 1, 3):
        stage = settled(*words)
        stage.hub.findings = forgotten
        stage.faults.crash_after = stage.faults.calls + number
        with pytest.raises(Crash):
            walk(stage)
        stage.faults.crash_after = None
        stage.clock.advance(minutes=25)
        if reconciliation.load(stage.world.table) and not _finished(stage):
            walk(stage, "inventory")
        else:
            walk(stage)
        assert statuses(stage) == {"S3.2 a": Status.OPEN, "S3.2 b": Status.ARCHIVED}, f"crash after call {number}"


def _finished(stage: Stage) -> bool:
    found = reconciliation.load(stage.world.table)
    return bool(found and found.finished)


def test_at_night_only_units_whose_counters_are_wrong_are_read() -> None:
    stage = settled(a_word("S3.2", "a", "FAILED", 1), a_word("S3.5", "a", "PASSED", 1, region="us-east-1"))
    before = stage.hub.pages_read
    walk(stage, "recount")
    assert stage.hub.pages_read == before
    (item,) = stage.table.query("POSTURE#111122223333#us-east-1")
    stage.table.write([Put(item | {"failed": 7})])
    walk(stage, "recount")
    assert stage.hub.pages_read == before + 1


def test_at_night_the_counters_of_global_resources_are_compared_too_and_what_differs_is_told(caplog: Any) -> None:
    stage = settled(a_word("S3.2", "a", "FAILED", 1), a_word("IAM.6", "r", "FAILED", 1, region="global"))
    before = stage.hub.pages_read
    stage.table.write([Put({"pk": "POSTURE#111122223333#global", "sk": "IAM.9", "failed": 7})])
    walk(stage, "recount")
    assert stage.hub.pages_read > before
    assert "POSTURE#111122223333#global IAM.9" in caplog.text


def test_a_finding_that_cannot_be_read_does_not_end_the_walk(caplog: Any) -> None:
    stage = settled(a_word("S3.2", "a", "FAILED", 1), a_word("S3.2", "b", "FAILED", 1))
    (first, second) = [item for item in stage.table.everything() if item["pk"].startswith("F#")]
    stage.table.write([Put(first | {"severity": "DREADFUL"}), Put(second | {"sources": {}})])
    walk(stage)
    assert f"{first['sk']} cannot be read" in caplog.text
    (mended,) = stage.table.get_many([keys.finding("111122223333", "eu-west-1", second["sk"])]).values()
    assert mended["sources"]


def a_copy(control: str, bucket: str, status: str = "Fail", *, product: str = "securityhub") -> Any:
    """The OCSF copy of a finding: the same Id."""
    document = event("findings_v2")
    (found,) = document["detail"]["findings"]
    found["finding_info"]["uid"] = _arn(control, bucket, product)
    found["compliance"] |= {"control": control, "status": status}
    found["resources"][0] |= {"uid": bucket, "uid_alt": f"arn:aws:s3:::{bucket}"}
    if product != "securityhub":
        found["metadata"]["product"]["uid"] = f"arn:aws:securityhub:eu-west-1::productv2/aws/{product}"
    return document


def _arn(control: str, bucket: str, service: str = "securityhub") -> str:
    return f"arn:aws:{service}:eu-west-1:111122223333:security-control/{control}/finding/{bucket}"


def an_original(control: str, bucket: str, says: str) -> dict[str, Any]:
    return bare(a_word(control, bucket, says, 9)) | {"Id": _arn(control, bucket)}


def test_what_is_known_from_ocsf_only_is_mended_and_closed_by_the_same_id() -> None:
    stage = settled(a_word("S3.5", "z", "PASSED", 1))
    for bucket in ("a", "b", "c", "d"):
        stage.tell(a_copy("S3.2", bucket))
    stage.clock.advance(hours=1)
    stage.hub.findings = [
        an_original("S3.2", "a", "PASSED"),
        an_original("S3.2", "b", "ARCHIVED"),
        an_original("S3.2", "c", "FAILED"),
        bare(a_word("S3.5", "z", "PASSED", 1)),
    ]
    walk(stage)
    found = statuses(stage)
    assert found["S3.2 a"] is Status.PASSED
    assert found["S3.2 b"] is Status.ARCHIVED
    assert found["S3.2 c"] is Status.OPEN
    assert found["S3.2 d"] is Status.ARCHIVED
    assert stored_rows(stage.table.everything()) == recounted(stage.table.everything())


def test_a_copy_that_says_something_after_the_list_was_begun_wins() -> None:
    stage = settled(a_word("S3.5", "z", "PASSED", 1))
    stage.hub.findings = [an_original("S3.2", "a", "PASSED")]
    run_job("reconcile", stage.world)
    stage.pump(rounds=1)
    stage.clock.advance(seconds=1)
    late = a_copy("S3.2", "a")
    late["time"] = "2026-09-22T23:00:01Z"
    late["detail"]["findings"][0]["finding_info"]["modified_time_dt"] = "2026-09-22T23:00:00.000Z"
    stage.tell(late)
    walk(stage)
    assert statuses(stage)["S3.2 a"] is Status.OPEN


def test_nothing_is_concluded_of_a_threat_that_comes_in_ocsf_alone() -> None:
    stage = settled(a_word("S3.5", "z", "PASSED", 1))
    stage.tell(a_copy("x", "a", product="guardduty"))
    stage.clock.advance(hours=1)
    walk(stage)
    (threat,) = [status for name, status in statuses(stage).items() if not name.startswith("S3.5")]
    assert threat is Status.OPEN
