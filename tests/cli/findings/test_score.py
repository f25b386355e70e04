"""`cspm score` and `cspm gate`: numbers computed by hand, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.cli.command_line import Cspm
from tests.sources.builders import EVENTS, a_compliance_change, a_finding

PASSED: dict[str, Any] = {"Status": "RESOLVED"}


def a_control_finding(control: str, resource: str, status: str = "FAILED", **fields: Any) -> dict[str, Any]:
    """A finding of this control on this bucket."""
    arn = f"arn:aws:s3:::{resource}"
    return a_finding(
        Id=f"{control}/{resource}",
        Compliance={"Status": status, "SecurityControlId": control},
        Resources=[{"Type": "AwsS3Bucket", "Id": arn}],
        Workflow={"Status": "RESOLVED" if status == "PASSED" else "NEW"},
        **fields,
    )


@pytest.fixture
def cspm(capsys: pytest.CaptureFixture[str]) -> Cspm:
    return Cspm(capsys)


@pytest.fixture
def export(tmp_path: Path) -> str:
    """S3.2 (CRITICAL): one of two fails. S3.8 (HIGH): one of three, one more exempted. S3.5 (MEDIUM): passes."""
    found = [
        a_control_finding("S3.2", "a"),
        a_control_finding("S3.2", "b", "PASSED"),
        a_control_finding("S3.8", "a"),
        a_control_finding("S3.8", "b", "PASSED"),
        a_control_finding("S3.8", "c", "PASSED"),
        a_control_finding("S3.8", "d") | {"Workflow": {"Status": "SUPPRESSED"}},
        a_control_finding("S3.5", "a", "PASSED"),
    ]
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"Findings": found}))
    return str(path)


def scored(cspm: Cspm, *arguments: str) -> dict[str, Any]:
    answer = cspm("score", *arguments, "--json")
    assert answer.code == 0
    found: dict[str, Any] = json.loads(answer.out)
    return found


def test_the_weighted_score_is_the_one_made_by_hand(cspm: Cspm, export: str) -> None:
    found = scored(cspm, export)
    # (10·1/2 + 6·2/3 + 3·1) / 19 = 12 / 19; strict: (10·1/2 + 6·2/4 + 3·1) / 19 = 11 / 19
    assert (found["score"], found["strict"], found["grade"], found["model"]) == (63.1, 57.8, "D", "weighted")
    assert found["counts"] == {"controls": 3, "passed": 4, "failed": 2, "exempted": 1, "unknown": 0, "threats": {}}
    assert found["parts"][0] == {
        "control": "S3.2",
        "severity": "CRITICAL",
        "passed": 1,
        "failed": 1,
        "exempted": 0,
        "unknown": 0,
        "gain": 26.32,
    }


@pytest.mark.parametrize(("model", "score"), [("security-hub", 33.0), ("penalty", 93.0)])
def test_the_other_models_are_asked_for_by_name(cspm: Cspm, export: str, model: str, score: float) -> None:
    assert scored(cspm, export, "--model", model)["score"] == score


def test_files_are_one_population_and_the_same_file_twice_changes_nothing(cspm: Cspm, export: str) -> None:
    assert scored(cspm, export, export) == scored(cspm, export)


def test_the_newest_state_of_a_source_counts_in_whatever_file_it_is(cspm: Cspm, tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(a_control_finding("S3.8", "a", UpdatedAt="2026-09-22T01:00:00Z")))
    new.write_text(json.dumps(a_control_finding("S3.8", "a", "PASSED", UpdatedAt="2026-09-22T02:00:00Z")))
    assert scored(cspm, str(new), str(old))["score"] == 100.0


def test_threats_are_listed_beside_the_score(cspm: Cspm) -> None:
    found = scored(cspm, str(EVENTS / "guardduty.json"))
    assert (found["score"], found["parts"]) == (None, [])
    assert sum(found["counts"]["threats"].values()) == 1


def test_people_read_the_number_what_holds_it_down_and_what_gains_most(cspm: Cspm, export: str) -> None:
    lines = cspm("score", export).out.splitlines()
    assert lines[0] == "63.1 · 57.8 without exemptions · grade D (weighted)"
    assert lines[3].split() == ["S3.2", "CRITICAL", "1", "of", "2", "+26.32"]


def test_a_grade_that_is_held_down_names_the_controls(cspm: Cspm, tmp_path: Path) -> None:
    found = [a_control_finding("S3.2", f"b{n}", "PASSED") for n in range(40)] + [a_control_finding("S3.2", "a")]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(found))
    assert "no better than C while CRITICAL is open: S3.2" in cspm("score", str(path)).out


def test_a_part_that_cannot_be_read_is_reported_and_not_counted(cspm: Cspm, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps([a_control_finding("S3.8", "a", "PASSED"), {"Id": "x"}]))
    answer = cspm("score", str(path))
    assert answer.out.startswith("100.0")
    assert "not counted" in answer.err


def test_a_file_that_cannot_be_read_is_no_score_and_opens_no_gate(cspm: Cspm) -> None:
    assert cspm("score", "/no/such/file").code == 2
    assert cspm("gate", "/no/such/file", "--max-critical", "9").code == 2


def test_without_files_the_command_names_its_arguments(cspm: Cspm) -> None:
    answer = cspm("score")
    assert (answer.code, "--live" in answer.err) == (2, True)


def test_the_policy_names_config_rules(cspm: Cspm, tmp_path: Path) -> None:
    file, policy = tmp_path / "change.json", tmp_path / "policy.yaml"
    file.write_text(json.dumps(a_compliance_change(configRuleName="our-own-rule")))
    policy.write_text(
        "version: 1\nteams: [T0123ABCD]\nfallback_channel: C0SECFALL1\nconfig_rules: {our-own-rule: S3.8}\n"
    )
    assert scored(cspm, str(file), "--policy", str(policy))["parts"][0]["control"] == "S3.8"


@pytest.mark.parametrize(
    ("bar", "code"),
    [
        (("--min-score", "57.8"), 0),
        (("--min-score", "57.9"), 1),
        (("--max-critical", "1"), 0),
        (("--max-critical", "0"), 1),
        (("--min-score", "0", "--max-critical", "0"), 1),
        ((), 0),
    ],
)
def test_the_gate_holds_the_strict_score_and_the_open_criticals(
    cspm: Cspm, export: str, bar: tuple[str, ...], code: int
) -> None:
    answer = cspm("gate", export, *bar)
    assert answer.code == code
    assert ("falls short" in answer.out) is bool(code)


@pytest.mark.parametrize(("bar", "opens"), [("57.8", True), ("57.9", False)])
def test_the_gates_json_has_the_same_result(cspm: Cspm, export: str, bar: str, *, opens: bool) -> None:
    answer = cspm("gate", export, "--min-score", bar, "--json")
    told = json.loads(answer.out)
    assert (answer.code == 0, told["open"], told["reasons"] == []) == (opens, opens, opens)
    assert (told["strict"], told["critical"]) == (57.8, 1)


def test_a_gate_without_thresholds_is_reported(cspm: Cspm, export: str) -> None:
    assert "nothing was asked for" in cspm("gate", export).err


def test_no_data_opens_no_gate(cspm: Cspm, tmp_path: Path) -> None:
    path = tmp_path / "nothing.json"
    path.write_text("[]")
    answer = cspm("gate", str(path), "--min-score", "0")
    assert (answer.code, "for want of data" in answer.out) == (1, True)


@pytest.mark.parametrize("bar", [("--min-score", "101"), ("--min-score", "x"), ("--max-critical", "-1")])
def test_a_bar_that_makes_no_sense_is_refused(export: str, bar: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["gate", export, *bar])
    assert ended.value.code == 2
