"""Published invocations of custom rules through every rule: evaluations within the contract, or a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import BadInput
from bot.rules.evaluate import evaluate, rules
from bot.rules.invocation import MessageType, read
from bot.rules.rule import MAX_ANNOTATION, Compliance
from tests.rules.builders import FakeConfig

CORPUS = Path(__file__).parents[3] / "shared" / "events" / "config_rule_invocation"
FILES = sorted(CORPUS.glob("*.json")) if CORPUS.is_dir() else []
REFUSED = {
    "aws-config-rdk__test_event_template__e983a2e0": "configurationItem.resourceType: field required",
    "aws-config-rules__IAM_USER_USED_LAST_90_DAYS_test__bfe7bcd2": "cannot evaluate a message of type 'invalid-type'",
    "aws-lambda-dotnet__config-event__aafac6c2": "a message of type 'ConfigurationSnapshotDeliveryCompleted'",
    "aws-lambda-go__config-event__9b483be9": "a message of type 'ConfigurationSnapshotDeliveryCompleted'",
    "aws-config-rules__LAMBDA_CONCURRENCY_CHECK_test__113981f5": "configurationItem.resourceType: field required",
    "aws-config-rules__RDS_ENHANCED_MONITORING_ENABLED_test__1401501d": "names no account",
    "aws-serverless-config-rules-workshop__compliant-test-event__f7f0dfb2": "'REPLACE WITH YOUR ACCOUNT ID'",
}
"""Templates to be filled in, fragments of unit tests, and messages that no rule is sent."""


def summary(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event["invokingEvent"])["configurationItemSummary"]
    return found


@pytest.mark.skipif(not FILES, reason="the published events are not in the repository")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_published_invocation_is_answered(path: Path) -> None:
    event = json.loads(path.read_text())
    try:
        asked = read(event)
    except BadInput as problem:
        assert REFUSED.get(path.stem, "(this one should be answered)") in str(problem)  # noqa: PT017 - some are to be answered
        return
    config = FakeConfig([summary(event)] if asked.message_type is MessageType.OVERSIZED else [])
    for rule in rules().values():
        for evaluation in evaluate(asked, config, rule):
            assert evaluation["ComplianceType"] in set(Compliance)
            assert len(evaluation.get("Annotation", "")) <= MAX_ANNOTATION
            assert evaluation["OrderingTimestamp"]
    assert len(config.put_calls) == len(rules())
