"""Events, messages and lists are unwrapped into findings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sources.builders import a_compliance_change, a_finding, an_event, an_ocsf_finding, reading


@pytest.mark.parametrize(
    "document",
    [
        an_event("securityhub_failed"),
        a_finding(),
        an_ocsf_finding(),
        a_compliance_change(),
        [a_finding()],
        {"Findings": [a_finding()]},
        {"Type": "Notification", "Message": json.dumps(a_compliance_change()), "Timestamp": "2026-09-22T07:13:00Z"},
        [[an_event("findings_v2")]],
    ],
)
def test_every_accepted_shape_is_opened(document: Any) -> None:
    seen = reading(document)
    assert (len(seen.observations), seen.ignored, seen.rejected) == (1, (), ())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("config_item_change", "carries no compliance"),
        ("config_rule_invocation", "a rule invocation"),
        ("securityhub_insight", "they hold no findings"),
        ("config_hubs_own_rule", "is Security Hub's own"),
    ],
)
def test_what_is_well_formed_and_holds_nothing_is_ignored_with_the_reason(name: str, why: str) -> None:
    seen = reading(an_event(name))
    assert not seen.observations
    assert not seen.rejected
    assert why in seen.ignored[0]


@pytest.mark.parametrize(
    "document",
    [
        {"configurationItem": {}},
        {"fileVersion": "1.0", "configurationItems": []},
        {"messageType": "ScheduledNotification"},
        [],
        {"Findings": []},
    ],
)
def test_small_messages_without_findings_are_ignored(document: Any) -> None:
    assert len(reading(document).ignored) == 1


def test_another_services_event_is_ignored_by_name() -> None:
    (reason,) = reading(an_event("securityhub_failed") | {"source": "aws.ec2", "detail-type": "EC2 Spot"}).ignored
    assert reason.startswith("an event of aws.ec2 (EC2 Spot): the bot keeps")


def test_an_event_that_only_looks_like_security_hubs_is_not_trusted() -> None:
    assert not reading(an_event("securityhub_failed") | {"source": "our.app"}).observations


@pytest.mark.parametrize(
    "document",
    [
        None,
        True,
        "text",
        7,
        {},
        {"a": 1},
        {"detail-type": "x"},
        {"Type": "Notification", "Message": "no json"},
        {"EvaluationResultIdentifier": {}, "ComplianceType": "COMPLIANT"},
        an_event("securityhub_failed") | {"detail": {"findings": "x"}},
        an_event("securityhub_failed") | {"detail": {"findings": [None]}},
    ],
)
def test_what_has_no_accepted_shape_is_rejected_with_a_sentence(document: Any) -> None:
    seen = reading(document)
    assert not seen.observations
    assert len(seen.rejected) == 1
    assert len(seen.rejected[0]) > 30


def test_lists_nested_without_end_are_rejected() -> None:
    document: Any = a_finding()
    for _ in range(50):
        document = [document]
    assert "unwrap" in reading(document).rejected[0]


def test_the_envelopes_time_is_the_arrival() -> None:
    (seen,) = reading(an_event("securityhub_failed")).observations
    assert seen.source.arrived == "2026-09-22T07:12:46.000000Z"
    (bare,) = reading(a_finding()).observations
    assert bare.source.arrived == "2026-09-22T07:12:50.000000Z"
