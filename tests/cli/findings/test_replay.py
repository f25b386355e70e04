"""`cspm replay`: each file by itself, one line for each, and no tracebacks."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.cli.findings.json_files import load
from bot.domain.errors import BadInput
from tests.sources.builders import EVENTS, a_compliance_change, a_finding

FIELDS = {
    "key",
    "source",
    "control",
    "account",
    "region",
    "resource_type",
    "resource",
    "severity",
    "status",
    "remediation",
}


class Console:
    """Runs the command as a person would."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys = capsys
        self.folder = folder

    def file(self, content: Any) -> str:
        """A file with this content: bytes as they are, anything else as JSON."""
        path = self.folder / f"{len(list(self.folder.iterdir()))}.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    def replay(self, *arguments: str) -> list[dict[str, Any]]:
        """The JSON lines of `cspm replay … --json`, which must succeed."""
        assert main(["replay", *arguments, "--json"]) == 0
        return [json.loads(text) for text in self.capsys.readouterr().out.splitlines()]

    def replay_content(self, content: Any) -> dict[str, Any]:
        """Replay a file with this content."""
        (answer,) = self.replay(self.file(content))
        return answer


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Console:
    return Console(capsys, tmp_path)


def test_a_stored_finding_is_printed_in_full(console: Console) -> None:
    (answer,) = console.replay(str(EVENTS / "securityhub_failed.json"))
    (finding,) = answer.pop("findings")
    assert answer == {"file": str(EVENTS / "securityhub_failed.json"), "outcome": "stored", "reason": ""}
    assert finding.keys() == FIELDS
    assert finding.pop("key")
    assert finding == {
        "source": "asff",
        "control": "S3.8",
        "account": "111122223333",
        "region": "eu-west-1",
        "resource_type": "AWS::S3::Bucket",
        "resource": "arn:aws:s3:::acme-payroll-exports",
        "severity": "HIGH",
        "status": "open",
        "remediation": "BlockPublicAccess",
    }


def test_a_line_a_file_in_the_order_given(console: Console) -> None:
    files = [str(EVENTS / f"{name}.json") for name in ("guardduty", "config_item_change", "findings_v2")]
    answers = console.replay(*files)
    assert [answer["file"] for answer in answers] == files
    assert [answer["outcome"] for answer in answers] == ["stored", "ignored", "stored"]


def test_files_are_independent(console: Console) -> None:
    file = str(EVENTS / "securityhub_failed.json")
    first, second = console.replay(file, file)
    assert first == second


def test_rejected_parts_of_a_stored_file_are_reported(console: Console) -> None:
    answer = console.replay_content([a_finding(), {"Id": "x"}, a_finding()])
    assert (answer["outcome"], len(answer["findings"])) == ("stored", 2)
    assert answer["reason"].startswith("1 of 3 not kept: no accepted shape (it has Id)")


def test_the_answer_of_get_findings_is_a_file(console: Console) -> None:
    assert len(console.replay_content({"Findings": [a_finding(), a_finding(Id="another")]})["findings"]) == 2


def test_json_lines_are_a_file_and_a_torn_line_costs_only_itself(console: Console) -> None:
    line = json.dumps(a_finding()).encode()
    answer = console.replay_content(b"\n".join([line, line, line[:90]]))
    assert (answer["outcome"], len(answer["findings"])) == ("stored", 2)
    assert answer["reason"].startswith("1 of 3 not kept: line 3 is no JSON document")


@pytest.mark.parametrize(
    ("finding", "severity"),
    [
        (a_finding(Severity={"Label": "LOW"}), "LOW"),
        (a_finding(Severity={"Normalized": 95}), "CRITICAL"),
        (a_finding(Severity=None), "HIGH"),
        (a_compliance_change(), "HIGH"),
        (a_compliance_change(configRuleName="our-own-rule"), "MEDIUM"),
    ],
)
def test_the_severity_is_the_sources_else_the_catalogues_else_medium(
    console: Console, finding: dict[str, Any], severity: str
) -> None:
    assert console.replay_content(finding)["findings"][0]["severity"] == severity


def test_no_fix_is_offered_for_an_untrusted_control_or_another_type(console: Console) -> None:
    forged = console.replay(str(EVENTS / "imported_by_anybody.json"))[0]["findings"][0]
    typed = console.replay_content(a_finding(Resources=[{"Type": "AwsS3Object", "Id": "x"}]))["findings"][0]
    assert (forged["remediation"], typed["remediation"]) == ("", "")


def test_the_policy_names_rules(console: Console, tmp_path: Path) -> None:
    file = console.file(a_compliance_change(configRuleName="our-own-rule"))
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "version: 1\nteams: [T0123ABCD]\nfallback_channel: C0SECFALL1\n"
        "config_rules: {our-own-rule: S3.8}\n"
        "routes:\n  - {channel: C0SECURITY, approvers: {groups: [S0SECENG1]}}\n"
    )
    assert console.replay(file, "--policy", str(policy))[0]["findings"][0]["control"] == "S3.8"


def test_a_policy_that_cannot_be_read_is_the_commands_failure(console: Console) -> None:
    assert main(["replay", console.file(a_finding()), "--policy", "/no/such/file"]) == 2
    assert "the policy /no/such/file cannot be read" in console.capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{", "not JSON"),
        (json.dumps(a_finding(), indent=2).encode()[:200], "not JSON"),
        (gzip.compress(json.dumps(a_finding()).encode()), "gunzip"),
        (json.dumps(a_finding()).encode("utf-16"), "UTF-16"),
        (json.dumps(a_finding()).encode("utf-16-le"), "NUL"),
        (b'{"Title": "caf\xe9"}', "not UTF-8"),
        (b'{"Title": "\x00"}', "NUL"),
        (b'{"Severity": {"Normalized": NaN}}', "NaN is not JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deep"),
        (b"7" * 5_000, "thousands of digits"),
        (b"7", "a number where an object was expected"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_the_reason(console: Console, content: bytes, why: str) -> None:
    answer = console.replay_content(content)
    assert (answer["outcome"], answer["findings"]) == ("rejected", [])
    assert why in answer["reason"]


def test_a_byte_order_mark_of_utf8_is_accepted(console: Console) -> None:
    assert console.replay_content(b"\xef\xbb\xbf" + json.dumps(a_finding()).encode())["outcome"] == "stored"


def test_missing_files_and_folders_are_rejected(console: Console, tmp_path: Path) -> None:
    answers = console.replay(str(tmp_path / "no.json"), str(tmp_path))
    assert [answer["outcome"] for answer in answers] == ["rejected", "rejected"]
    assert all("cannot be read" in answer["reason"] for answer in answers)


def test_a_file_over_the_limit_is_not_read_whole(console: Console) -> None:
    with pytest.raises(BadInput, match="split it"):
        load(console.file(a_finding()), limit=100)


def test_people_read_a_table(console: Console) -> None:
    names = ("securityhub_custom_action", "config_item_change")
    assert main(["replay", *(str(EVENTS / f"{name}.json") for name in names)]) == 0
    lines = console.capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["stored", str(EVENTS / "securityhub_custom_action.json")]
    assert lines[1].split() == [
        *("HIGH", "open", "S3.8", "111122223333", "eu-west-1", "arn:aws:s3:::acme-payroll-exports"),
        *("→", "BlockPublicAccess"),
    ]
    assert lines[3].startswith("ignored")
    assert "carries no compliance" in lines[4]


def test_the_table_shows_no_control_characters_of_external_text(console: Console) -> None:
    hostile = a_finding(Resources=[{"Type": "AwsS3Bucket", "Id": "x\u001b[2Jy\nstored"}])
    assert main(["replay", console.file(hostile)]) == 0
    out = console.capsys.readouterr().out
    assert "\u001b" not in out
    assert len(out.splitlines()) == 2


def summary(console: Console, *arguments: str) -> dict[str, Any]:
    assert main(["replay", *arguments, "--summary", "--json"]) == 0
    found: dict[str, Any] = json.loads(console.capsys.readouterr().out)
    return found


def a_policy(console: Console, most: int = 20) -> str:
    return console.file(
        b"version: 1\nteams: [T0123ABCD]\nfallback_channel: C0SECFALL1\n"
        + f"cards: {{from: '2020-01-01', min_severity: HIGH, per_channel_per_day: {most}}}\n".encode()
        + b"routes:\n  - {match: {controls: [S3.*]}, channel: C0BUCKETS}\n  - {channel: C0SECURITY}\n"
    )


def on_bucket(control: str, bucket: str, day: int = 22) -> dict[str, Any]:
    return a_finding(
        Id=f"{control}/{bucket}",
        Compliance={"Status": "FAILED", "SecurityControlId": control},
        Resources=[{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{bucket}"}],
        UpdatedAt=f"2026-09-{day}T08:00:00Z",
    )


def test_a_summary_counts_cards_by_day_and_channel_as_the_policy_routes_them(console: Console) -> None:
    one_case = [on_bucket("S3.8", "a", 22), on_bucket("S3.8", "b", 23), on_bucket("S3.2", "a", 21)]
    file = console.file([*one_case, on_bucket("IAM.4", "a", 23), on_bucket("S3.5", "a")])
    told = summary(console, file, "--policy", a_policy(console))
    assert told["cards"] == {"2026-09-21": {"C0BUCKETS": 1}, "2026-09-23": {"C0SECURITY": 1}}
    assert told["no_card"] == {"below HIGH": 1}
    assert told["severities"] == {"CRITICAL": 2, "HIGH": 2, "MEDIUM": 1}
    assert (told["open_findings"], told["controls"]["S3.8"]) == (5, 2)
    assert told["score"]["score"] == 0.0


def test_a_summary_has_the_number_of_deferred_cards(console: Console) -> None:
    file = console.file([on_bucket("IAM.4", "a"), on_bucket("EC2.9", "a")])
    told = summary(console, file, "--policy", a_policy(console, most=1))
    assert told["put_off"] == {"2026-09-22": {"C0SECURITY": 1}}


def test_a_summary_for_people_ends_with_the_cards(console: Console) -> None:
    file = console.file([on_bucket("S3.8", "a")])
    assert main(["replay", file, "--summary", "--policy", a_policy(console)]) == 0
    out = console.capsys.readouterr().out
    assert "1 open findings, a fix exists for 1 (100%)" in out
    assert "2026-09-22  C0BUCKETS  1" in out


def test_a_summary_leaves_out_a_file_that_cannot_be_read_and_reports_it(console: Console) -> None:
    good = console.file([on_bucket("S3.8", "a")])
    assert main(["replay", "/no/such/file", good, "--summary", "--json"]) == 0
    told = console.capsys.readouterr()
    assert json.loads(told.out)["open_findings"] == 1
    assert "not counted: /no/such/file" in told.err


def test_a_summary_without_a_policy_knows_no_channels(console: Console) -> None:
    assert summary(console, console.file([on_bucket("S3.8", "a")]))["cards"] is None
