"""Published events of every kind, where they lie beside the project: none raises, and each ends as its kind should.

They are other people's and not part of this repository; without the folder these tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli.findings.replay import Outcome, ReplayResult, replay
from bot.domain.resource import identify, parse_arn
from bot.sources.read import SourceContext

EVENTS = Path(__file__).parents[3] / "shared" / "events"
CONTEXT = SourceContext("2026-09-22T07:12:50Z", {})
STATUSES = {"open", "unknown", "suppressed", "resolved", "passed", "archived"}

pytestmark = pytest.mark.skipif(not EVENTS.is_dir(), reason="the published events do not lie beside the project")


def _files(folder: str) -> list[Path]:
    return sorted((EVENTS / folder).glob("*.json"))


def _replayed(folder: str) -> dict[str, ReplayResult]:
    return {file.name: replay(str(file), CONTEXT) for file in _files(folder)}


def _not(answers: dict[str, ReplayResult], outcome: Outcome) -> dict[str, str]:
    return {name: one.reason for name, one in answers.items() if one.outcome is not outcome}


@pytest.mark.parametrize("folder", ["config_ci", "config_rule_invocation", "securityhub_insight"])
def test_what_holds_no_finding_is_ignored(folder: str) -> None:
    assert _not(_replayed(folder), Outcome.IGNORED) == {}


@pytest.mark.parametrize("folder", ["asff_bare", "securityhub_imported"])
def test_every_finding_of_security_hub_is_stored(folder: str) -> None:
    assert _not(_replayed(folder), Outcome.STORED) == {}


def test_custom_actions_are_stored_but_for_one_that_was_sent_with_nothing() -> None:
    others = _not(_replayed("securityhub_custom_action"), Outcome.STORED)
    assert [reason.endswith("holds no findings") for reason in others.values()] == [True]


def test_every_ocsf_finding_is_stored() -> None:
    assert _not(_replayed("ocsf"), Outcome.STORED) == {}


def test_compliance_messages_are_stored_and_answers_of_the_api_are_rejected() -> None:
    for name, answer in _replayed("config_compliance").items():
        body = json.loads((EVENTS / "config_compliance" / name).read_text())
        is_message = "messageType" in body or "detail" in body
        assert answer.outcome is (Outcome.STORED if is_message else Outcome.REJECTED), name
        assert is_message or "names no account and no Region" in answer.reason


@pytest.mark.parametrize("folder", ["asff_bare", "securityhub_imported", "securityhub_custom_action"])
def test_a_finding_is_told_as_it_was_written(folder: str) -> None:
    for name, answer in _replayed(folder).items():
        written = list(_findings(json.loads((EVENTS / folder / name).read_text())))
        told = [(one.account, one.resource) for one in answer.findings]
        assert told == [(one["AwsAccountId"], _resource(one)) for one in written], name


@pytest.mark.parametrize(
    "folder", [folder.name for folder in sorted(EVENTS.glob("*/")) if folder.name != "slack_payloads"]
)
def test_outcomes_have_reasons_and_findings_have_every_field(folder: str) -> None:
    for name, answer in _replayed(folder).items():
        assert bool(answer.findings) is (answer.outcome is Outcome.STORED), name
        assert answer.reason or answer.outcome is Outcome.STORED, name
        assert all(one.key and one.control and one.status in STATUSES for one in answer.findings), name


def test_arns_made_from_configs_ids_are_the_arns_that_config_gives() -> None:
    matching: set[str] = set()
    differing: set[str] = set()
    for kind, raw, arn in _published_items():
        parts = parse_arn(arn)
        if parts is None or raw == arn or raw not in arn:
            continue
        made = identify(kind, raw, account=parts.account, region=parts.region, partition=parts.partition).id
        (matching if made == arn else differing).add(kind)
    made_wrongly = {kind for kind in differing if kind in matching}
    assert len(matching) >= 18
    assert made_wrongly == {"AWS::ECS::TaskDefinition"}, "one published item leaves out the revision"


def _findings(document: Any) -> Iterator[dict[str, Any]]:
    yield from document["detail"]["findings"] if "detail" in document else [document]


def _resource(finding: dict[str, Any]) -> str:
    first = (finding.get("Resources") or [{}])[0]
    return str(first.get("Id") or finding["AwsAccountId"])


def _published_items() -> Iterator[tuple[str, str, str]]:
    for file in _files("config_ci"):
        body = json.loads(file.read_text())
        item = body.get("configurationItem") or body.get("detail", {}).get("configurationItem") or body
        yield str(item.get("resourceType")), str(item.get("resourceId")), str(item.get("arn") or item.get("ARN"))
