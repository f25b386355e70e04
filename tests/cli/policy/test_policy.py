"""`cspm policy`: check, explain, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import Cspm

EXAMPLES = Path(__file__).parents[3] / "infra" / "policies"
ORGANISATION = str(EXAMPLES / "organisation.yaml")


@pytest.fixture
def cspm(capsys: pytest.CaptureFixture[str]) -> Cspm:
    return Cspm(capsys)


def a_finding(**more: Any) -> dict[str, Any]:
    """A finding of Security Hub's, as get-findings prints it."""
    account = more.pop("account", "111122223333")
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:eu-west-1:{account}:security-control/S3.8/finding/1",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        "GeneratorId": "security-control/S3.8",
        "AwsAccountId": account,
        "Region": "eu-west-1",
        "Types": ["Software and Configuration Checks"],
        "FirstObservedAt": "2025-09-21T09:00:00.000Z",
        "CreatedAt": "2025-09-21T09:00:00.000Z",
        "UpdatedAt": "2025-09-21T09:00:00.000Z",
        "Severity": {"Label": "HIGH"},
        "Title": "S3 general purpose buckets should block public access",
        "Description": "",
        "Resources": [
            {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::acme-payroll-exports", "Tags": {"env": "prod"}},
        ],
        "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
        "Workflow": {"Status": "NEW"},
        "WorkflowState": "NEW",
        "RecordState": "ACTIVE",
    }
    return finding | more


def a_file(folder: Path, content: Any, name: str = "event.json") -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def rows(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines()]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_a_valid_policy_is_summed_up_route_by_route(cspm: Cspm, file: Path) -> None:
    answer = cspm("policy", "check", str(file))
    assert (answer.code, answer.err) == (0, "")
    assert f"{file} is valid." in answer.out
    assert "routes[0]" in answer.out


def test_an_invalid_policy_is_reported_line_by_line_and_fails(cspm: Cspm, tmp_path: Path) -> None:
    file = a_file(tmp_path, "version: 1\nteams: [T01]\nfallback_chanel: C01\n", "policy.yaml")
    answer = cspm("policy", "check", file)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        f"{file}: line 1: fallback_channel: missing",
        f"{file}: line 3: fallback_chanel: unknown key; did you mean fallback_channel?",
    ]


@pytest.mark.parametrize("words", [("check", "nothing.yaml"), ("explain", "nothing.yaml", "event.json")])
def test_a_policy_that_cannot_be_read_is_bad_input(cspm: Cspm, words: tuple[str, ...]) -> None:
    answer = cspm("policy", *words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "cspm: the policy nothing.yaml cannot be read: No such file or directory\n"


def test_the_route_the_approvers_the_stage_and_the_card_are_explained(cspm: Cspm, tmp_path: Path) -> None:
    answer = cspm("policy", "explain", ORGANISATION, a_file(tmp_path, a_finding()))
    assert answer.code == 0
    assert "S3.8 · arn:aws:s3:::acme-payroll-exports · 111122223333 · eu-west-1 · HIGH · open" in answer.out
    assert "remediation  BlockPublicAccess (CUTS_TRAFFIC)" in answer.out
    assert "routes[0] → C0SECPROD: account 1111*, severity CRITICAL or HIGH, tag env=prod" in answer.out
    assert "approvers    2 of S0SECENG" in answer.out
    assert "rules[0] asks for 2: CUTS_TRAFFIC" in answer.out
    assert "rules[1]" not in answer.out
    assert "stage        approve: cards have Approve (set for this account)" in answer.out
    assert "execution    approved now, it runs " in answer.out
    assert "window Mon–Thu 20:00–06:00 Europe/Berlin" in answer.out
    assert "freeze 2026-12-17 23:00 to 2027-01-03 23:00 UTC: year end" in answer.out
    assert "reminders    in the channel after 4 h, 24 h" in answer.out
    assert "escalation   after 24 h to C0SECLEADS; the same people may decide" in answer.out
    assert "reference    Approve asks for a Change ticket, like (CHG|INC)[0-9]{7}; Undo asks for none" in answer.out
    assert "card         yes" in answer.out


def test_quiet_hours_are_explained(cspm: Cspm, tmp_path: Path) -> None:
    out = cspm("policy", "explain", ORGANISATION, a_file(tmp_path, a_finding(account="444455556666"))).out
    assert "quiet        a new card now would " in out
    assert "cards come Mon–Fri 08:00–18:00 Europe/Berlin" in out
    assert "but on 2 holidays" in out
    assert "CRITICAL at any time" in out


def test_the_reason_why_an_earlier_route_does_not_match_is_written(cspm: Cspm, tmp_path: Path) -> None:
    event = a_file(tmp_path, a_finding(account="222233334444", Severity={"Label": "LOW"}))
    out = cspm("policy", "explain", ORGANISATION, event).out
    assert "routes[0]    no: it asks for account 1111*" in out
    assert "routes[1]    no: it asks for account 444455556666" in out
    assert "routes[2] → C0SECURITY: everything" in out
    assert "stage        propose: cards show the change, without Approve (the default)" in out


def test_without_a_matching_route_the_fallback_applies_and_nobody_may_approve(cspm: Cspm, tmp_path: Path) -> None:
    event = a_file(tmp_path, a_finding(account="222233334444"))
    out = cspm("policy", "explain", str(EXAMPLES / "local.yaml"), event).out
    assert "fallback → C0SECFALL: no route matches, so nobody may approve" in out
    assert "approvers    nobody may approve" in out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"Compliance": {"Status": "PASSED", "SecurityControlId": "S3.8"}}, "card         no: passed"),
        ({"Workflow": {"Status": "SUPPRESSED"}}, "card         no: suppressed"),
    ],
)
def test_the_reason_for_no_card_is_written(cspm: Cspm, tmp_path: Path, more: dict[str, Any], said: str) -> None:
    assert said in cspm("policy", "explain", ORGANISATION, a_file(tmp_path, a_finding(**more))).out


def test_what_was_there_before_the_deployment_gets_no_card(cspm: Cspm, tmp_path: Path) -> None:
    event = a_file(tmp_path, a_finding())
    answer = cspm("policy", "explain", ORGANISATION, event, "--deployed-at", "2025-10-01")
    assert "card         no: older than the deployment" in answer.out
    assert cspm("policy", "explain", ORGANISATION, event, "--deployed-at", "soon").code == 2


def test_every_finding_of_an_event_is_explained(cspm: Cspm, tmp_path: Path) -> None:
    event = a_file(tmp_path, {"Findings": [a_finding(), a_finding(Id="2", account="222233334444")]})
    out = cspm("policy", "explain", ORGANISATION, event).out
    assert (out.count("· 111122223333 ·"), out.count("· 222233334444 ·")) == (1, 1)


@pytest.mark.parametrize("content", ["", "{", "[1]", '"text"', "\x00"])
def test_an_event_that_is_none_is_bad_input_without_a_traceback(cspm: Cspm, tmp_path: Path, content: str) -> None:
    answer = cspm("policy", "explain", ORGANISATION, a_file(tmp_path, content))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("cspm: ")


def test_an_ignored_event_has_a_reason(cspm: Cspm, tmp_path: Path) -> None:
    event = {"source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification", "detail": {}}
    answer = cspm("policy", "explain", ORGANISATION, a_file(tmp_path, event))
    assert (answer.code, answer.out.startswith("ignored: ")) == (0, True)


def test_external_text_cannot_move_the_cursor(cspm: Cspm, tmp_path: Path) -> None:
    resources = [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::x\x1b[2J\u202etxt", "Tags": {}}]
    out = cspm("policy", "explain", ORGANISATION, a_file(tmp_path, a_finding(Resources=resources))).out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_the_schema_is_json_schema(cspm: Cspm) -> None:
    made = json.loads(cspm("policy", "schema").out)
    assert made["$schema"].startswith("https://json-schema.org/")
    assert made["properties"]["routes"]["type"] == "array"
