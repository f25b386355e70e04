"""One problem is one finding, whether its source knows the resource by its name or by an id of AWS's own."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.errors import CspmError
from bot.domain.finding import Finding, Status
from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from bot.store import cases, items
from tests.flows.counting import (
    ENCRYPTED,
    PROTECTED,
    config_on_a_database,
    recounted,
    stored_rows,
    the_hub_on_a_database,
)
from tests.flows.planning.test_internal_ids import ARN, NAME, make_database
from tests.flows.stage import CHANNEL, POLICY, Stage, deliver

OWN, OTHER = "db-ABCDEFGHIJ", "db-KLMNOPQRST"


def hub(own_id: str = OWN, says: str = "FAILED", minute: int = 0, name: str = NAME, **finding: Any) -> Any:
    return the_hub_on_a_database(name, own_id, says, minute, **finding)


def config(own_id: str = OWN, says: str = "FAILED", minute: int = 0, rule: str = PROTECTED) -> Any:
    return config_on_a_database(own_id, says, minute, rule=rule)


def told_of(stage: Stage) -> dict[str, Finding]:
    """The findings that anybody tells of, by their resources' ids."""
    stored = [items.finding_from(item) for item in stage.table.everything() if item["pk"].startswith("F#")]
    return {one.resource.id: one for one in stored if one.sources}


def kinds(finding: Finding) -> list[str]:
    return sorted(source.kind for source in finding.sources.values())


def counted_right(stage: Stage) -> bool:
    return stored_rows(stage.table.everything()) == recounted(stage.table.everything())


def failing(stage: Stage) -> int:
    (row,) = [item for item in stage.table.everything() if (item["pk"], item["sk"]) == ("POSTURE#all", "RDS.8")]
    return int(row["failed"])


@pytest.mark.parametrize("order", [(hub, config), (config, hub), (hub, config, hub), (config, hub, config)])
def test_what_the_hub_and_config_say_is_one_finding_whoever_is_first(stage: Stage, order: Any) -> None:
    for tell in order:
        stage.tell(tell())
    (finding,) = told_of(stage).values()
    assert (finding.resource.id, kinds(finding)) == (ARN, ["asff", "config"])
    assert (failing(stage), counted_right(stage)) == (1, True)


def test_both_in_one_batch_are_one_finding(stage: Stage) -> None:
    stage.tell(config(), hub())
    assert [kinds(one) for one in told_of(stage).values()] == [["asff", "config"]]
    assert (failing(stage), counted_right(stage)) == (1, True)


def test_the_card_that_was_there_has_the_resource_by_its_name_and_no_second_one_comes(stage: Stage) -> None:
    stage.tell(config(make_database()))
    stage.tell(hub(stage.target.resource.id))
    stage.settle()
    assert (stage.target.resource.id, stage.state()) == (ARN, State.PROPOSED)
    assert len([item for item in stage.table.everything() if item["sk"] == "CASE"]) == 1
    assert stage.case.total == 1
    assert f"`{NAME}`" in stage.card_text
    assert "db-" not in stage.card_text


def test_the_card_turns_green_after_the_fix(stage: Stage) -> None:
    stage.tell(config(make_database()))
    stage.settle()
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert (stage.state(), stage.card["attachments"][0]["color"]) == (State.FIXED, "#2EB67D")


def test_what_the_account_itself_calls_it_serves_where_the_hub_tells_no_id(stage: Stage) -> None:
    stage.tell(config(make_database()))
    stage.settle()
    stage.tell(hub(own_id=""))
    (finding,) = told_of(stage).values()
    assert (finding.resource.id, kinds(finding), counted_right(stage)) == (ARN, ["asff", "config"], True)


def test_the_record_tells_of_the_move_and_of_the_calls_that_learned_the_name(stage: Stage) -> None:
    stage.tell(config(make_database()))
    stage.settle()
    everything = [item for item in stage.table.everything() if item["pk"].startswith("AUDIT#")]
    (entry,) = [item for item in everything if item["what"] == "known by its name"]
    assert (entry["reason"], entry["after"]) == (ARN, State.RESOLVED)
    assert "rds:DescribeDBInstances" in entry["calls"]


def test_without_a_name_nothing_is_merged(stage: Stage) -> None:
    stage.tell(config(), hub(own_id=""))
    assert sorted(told_of(stage)) == [ARN, OWN]


@pytest.mark.parametrize(
    "finding",
    [
        {"ProductArn": "arn:aws:securityhub:eu-west-1::product/acme/scanner"},
        {"ProductArn": "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default"},
        {"AwsAccountId": "444455556666"},
        {"RecordState": "ARCHIVED"},
    ],
)
def test_a_name_is_learned_only_of_the_hub_of_its_own_account_and_of_what_is_there(stage: Stage, finding: Any) -> None:
    stage.tell(config(), hub(**finding))
    assert OWN in told_of(stage)


@pytest.mark.parametrize("own_id", ["db-lowercasename", "AIDAABCDEFGHIJKLM", "x" * 900, "db-A"])
def test_an_id_of_another_form_names_nothing(stage: Stage, own_id: str) -> None:
    stage.tell(hub(own_id))
    assert not [item for item in stage.table.everything() if item["pk"].startswith("ALIAS#")]


@pytest.fixture
def denied(stage: Stage) -> Stage:
    """A database that Config alone has told of, by its own id; there is no fix, and somebody has said no."""
    stage.tell(config(rule=ENCRYPTED))
    stage.settle()
    assert (stage.state(), stage.target.resource.id) == (State.GUIDANCE, OWN)
    stage.submit(CallbackId.DENY, reason="it is being replaced")
    stage.settle()
    assert stage.state() is State.DENIED
    return stage


def test_what_people_have_decided_stays_where_it_is(denied: Stage) -> None:
    denied.tell(hub(rule=ENCRYPTED))
    denied.settle()
    assert sorted(told_of(denied)) == [ARN, OWN]
    assert {one.resource.id: one.state for one in denied.targets} == {OWN: State.DENIED, ARN: State.GUIDANCE}
    assert counted_right(denied)


def test_words_about_it_go_there_too_until_it_has_ended(denied: Stage) -> None:
    denied.tell(hub(rule=ENCRYPTED))
    denied.tell(config(says="PASSED", minute=5, rule=ENCRYPTED))
    assert {name: one.status for name, one in told_of(denied).items()} == {ARN: Status.OPEN, OWN: Status.PASSED}
    assert {one.resource.id: one.state for one in denied.targets}[OWN] is State.RESOLVED
    assert counted_right(denied)


def test_when_it_has_ended_the_next_word_goes_by_the_name(denied: Stage) -> None:
    denied.tell(hub(rule=ENCRYPTED))
    denied.tell(config(says="PASSED", minute=5, rule=ENCRYPTED))
    denied.tell(config(minute=8, rule=ENCRYPTED))
    denied.settle()
    (finding,) = told_of(denied).values()
    assert (finding.resource.id, kinds(finding), counted_right(denied)) == (ARN, ["asff", "config"], True)
    assert (denied.target.resource.id, denied.target.no_auto) == (ARN, "denied by U0DANA")


def test_what_was_given_another_name_is_told_of_by_that(stage: Stage) -> None:
    stage.tell(config(), hub(minute=1))
    stage.tell(hub(name="ledger", minute=5))
    moved = told_of(stage)
    ledger = ARN.replace(NAME, "ledger")
    assert {name: kinds(one) for name, one in moved.items()} == {ARN: ["asff"], ledger: ["asff", "config"]}
    stage.tell(config(says="PASSED", minute=6), hub(minute=2), hub(RecordState="ARCHIVED", minute=7))
    assert [kinds(one) for one in told_of(stage).values() if one.status is Status.OPEN] == [["asff", "config"]]
    assert counted_right(stage)


def test_what_was_made_anew_under_a_name_is_not_hidden_by_the_end_of_the_old_one(stage: Stage) -> None:
    stage.tell(config(), hub(minute=1))
    stage.tell(config(OTHER, minute=5), hub(OTHER, minute=5))
    stage.tell(config(says="ARCHIVED", minute=9))
    (finding,) = told_of(stage).values()
    said = {source.own_id: source.status for source in finding.sources.values()}
    assert said == {"": Status.OPEN, OWN: Status.ARCHIVED, OTHER: Status.OPEN}


@pytest.mark.parametrize("number", range(1, 5))
def test_a_name_that_is_told_while_a_word_is_being_stored_holds_for_that_word(number: int) -> None:
    seen: list[str] = []

    def meanwhile(name: str) -> None:
        seen.append(name)
        if len(seen) == number:
            faults.watch = None
            stage.tell(hub())

    faults = FaultPlan(watch=meanwhile)
    stage = Stage(faults)
    assert not stage.tell(config())
    (finding,) = told_of(stage).values()
    assert (finding.resource.id, kinds(finding), counted_right(stage)) == (ARN, ["asff", "config"], True)


def test_a_decision_that_is_taken_while_the_name_is_learned_is_kept_or_refused() -> None:
    kept = [_denied_at(number) for number in range(1, 20)]
    assert kept[0]
    assert not kept[-1]


def _denied_at(number: int) -> bool:
    """Whether a no counted that came at this call of ingest, which has just heard what the resource is called."""
    stage = Stage(FaultPlan())
    stage.tell(config(rule=ENCRYPTED))
    stage.settle()
    calls: list[str] = []

    def meanwhile(name: str) -> None:
        calls.append(name)
        if len(calls) == number:
            stage.faults.watch = None
            stage.submit(CallbackId.DENY, reason="it is being replaced")
            stage.pump()

    stage.faults.watch = meanwhile
    assert not stage.tell(hub(rule=ENCRYPTED))
    recorded = [item for item in stage.table.everything() if item["pk"].startswith("AUDIT#")]
    counted = any((item["what"], item.get("after")) == ("deny", "denied") for item in recorded)
    assert counted == (State.DENIED in {one.state for one in stage.targets})
    assert (OWN in told_of(stage)) == counted
    return counted


@pytest.mark.slow
def test_a_crash_of_plan_between_the_move_and_the_new_target_leaves_nothing_without_one() -> None:
    own_id = make_database()
    for number in range(1, 60):
        stage = Stage(FaultPlan())
        stage.tell(config(own_id))
        stage.faults.crash_after = stage.faults.calls + number
        queues: Any = stage.world.queues
        (message,) = queues.plan.receive()
        try:
            deliver(message.body, stage.world)
        except Crash:
            stage.faults.crash_after = None
            deliver(message.body, stage.world)
        stage.faults.crash_after = None
        stage.settle()
        assert [target.resource.id for target in stage.targets] == [ARN], f"crash after call {number}"
        assert counted_right(stage)


def test_a_card_whose_one_target_is_on_another_card_now_says_so() -> None:
    prod = "  - {match: {tags: {env: prod}}, channel: C0SECPROD, approvers: {groups: [S0SECENG]}}\n"
    stage = Stage(policy=POLICY.replace("  - {channel", f"{prod}  - {{channel"))
    stage.tell(config(rule=ENCRYPTED))
    stage.settle()
    first = stage.case
    stage.tell(hub(own_id="", rule=ENCRYPTED, Resources=[_tagged("")]))
    stage.tell(hub(rule=ENCRYPTED, minute=3, Resources=[_tagged(OWN)]))
    stage.clock.advance(minutes=1)
    stage.settle()
    assert {channel: len(found) for channel, found in _by_channel(stage).items()} == {CHANNEL: 1, "C0SECPROD": 1}
    card = json.dumps(stage.slack.message(first.channel, first.ts), ensure_ascii=False)
    assert f"On another card* · told of by its name from now on: {NAME}" in card
    assert counted_right(stage)


def _tagged(own_id: str) -> dict[str, Any]:
    details = {"Details": {"AwsRdsDbInstance": {"DbiResourceId": own_id}}} if own_id else {}
    return {"Type": "AwsRdsDbInstance", "Id": ARN, "Region": "eu-west-1", "Tags": {"env": "prod"}, **details}


def _by_channel(stage: Stage) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in stage.table.everything():
        if item["sk"] == "CASE":
            found.setdefault(item["channel"], []).append(item["pk"])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_crashes_and_rivals_leave_each_problem_once(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a repeatable test needs a seed
    own_id = make_database()
    faults = FaultPlan(conflict_chance=0.15, lost_response_chance=0.1, repeat_chance=0.3, reorder=True, seed=seed)
    stage = Stage(faults)
    words = [config(own_id), config(own_id, rule=ENCRYPTED), hub(own_id), hub(own_id, rule=ENCRYPTED)]
    dice.shuffle(words)
    for word in words:
        faults.crash_after = faults.calls + dice.randint(3, 25)
        for _ in range(20):  # SQS brings it again
            try:
                if not stage.tell(word):
                    break
            except (Crash, CspmError):
                faults.crash_after = None
        faults.crash_after = None
        stage.pump(dice.randint(0, 3))
    faults.conflict_chance = faults.lost_response_chance = 0
    stage.clock.advance(minutes=2)
    stage.sweep()
    stage.settle()
    assert [(name, kinds(one)) for name, one in _all(stage)] == [(ARN, ["asff", "config"])] * 2
    assert {target.resource.id for case in _cases(stage) for target in cases.load_targets(stage.table, case)} == {ARN}
    assert counted_right(stage)


def _all(stage: Stage) -> list[tuple[str, Finding]]:
    stored = [items.finding_from(item) for item in stage.table.everything() if item["pk"].startswith("F#")]
    return [(one.resource.id, one) for one in stored if one.sources]


def _cases(stage: Stage) -> list[str]:
    return [item["pk"].removeprefix("CASE#") for item in stage.table.everything() if item["sk"] == "CASE"]
