"""`cspm catalogue`: the output that scripts rely on."""

from __future__ import annotations

import json

import pytest

from bot.cli.catalogue.coverage import coverage
from bot.data.controls import controls
from bot.domain.plan import Effect
from bot.remediations.catalogue import catalogue
from tests.cli.command_line import Cspm

KEYS = (
    "id", "kind", "title", "controls", "config_rules", "resource_type", "effects", "reversible", "not_restored",
    "reads", "writes", "proved_on",
)  # fmt: skip


def test_the_list_has_every_entry_with_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    answer = Cspm(capsys)("catalogue", "--json")
    entries = json.loads(answer.out)
    assert answer.code == 0
    assert all(tuple(entry) == KEYS for entry in entries)
    known = catalogue()
    names = {entry["id"] for entry in entries}
    assert names == set(known.by_id) | {one.id for one in known.guidance_by_control.values()}
    assert len(names) == len(entries)


def test_a_fix_lists_its_reads_writes_and_effects(capsys: pytest.CaptureFixture[str]) -> None:
    entries = {entry["id"]: entry for entry in json.loads(Cspm(capsys)("catalogue", "--json").out)}
    block = entries["BlockPublicAccess"]
    assert (block["kind"], block["resource_type"], block["reversible"]) == ("fix", "AWS::S3::Bucket", "yes")
    assert block["effects"] == ["CUTS_TRAFFIC"]
    assert block["writes"] == ["s3:PutBucketPublicAccessBlock"]
    assert "S3.8" in block["controls"]


def test_keys_are_those_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    for entry in json.loads(Cspm(capsys)("catalogue", "--json").out):
        assert entry["kind"] in {"fix", "guidance"}
        assert entry["reversible"] in {"yes", "partly", "no"}
        assert set(entry["effects"]) <= set(Effect.__members__)
        assert entry["proved_on"] in ({"moto", "extended", "stub"} if entry["kind"] == "fix" else {""})
        assert bool(entry["not_restored"]) == (entry["reversible"] == "partly")


def test_people_read_titles_controls_and_effects(capsys: pytest.CaptureFixture[str]) -> None:
    out = Cspm(capsys)("catalogue").out
    assert "BlockPublicAccess  Block public access to the bucket" in out
    assert "S3.2, S3.3, S3.8" in out
    assert "CUTS_TRAFFIC" in out


def test_the_coverage_counts_each_living_control_once(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(Cspm(capsys)("catalogue", "--coverage", "--json").out)
    living = [one for one in controls().all if not one.retired]
    fixed = {control for control in catalogue().by_control if not retired(control)}
    guided = {control for control in catalogue().guidance_by_control if not retired(control)} - fixed
    assert found["controls"] == {
        "fixed": len(fixed), "guided": len(guided), "not_yet": len(living) - len(fixed) - len(guided),
    }  # fmt: skip
    for state, number in found["controls"].items():
        assert sum(counts[state] for counts in found["severity"].values()) == number


def test_a_control_counts_in_each_of_its_standards(capsys: pytest.CaptureFixture[str]) -> None:
    standards = json.loads(Cspm(capsys)("catalogue", "--coverage", "--json").out)["standard"]
    assert next(iter(standards)) == "AWS Foundational Security Best Practices"
    assert sum(standards["CIS AWS Foundations Benchmark 5.0.0"].values()) == len(
        [one for one in controls().all if "CIS-5.0.0" in one.standards and not one.retired]
    )


def test_people_read_the_coverage_below_the_entries(capsys: pytest.CaptureFixture[str]) -> None:
    whole, alone = Cspm(capsys)("catalogue").out, Cspm(capsys)("catalogue", "--coverage").out
    assert whole.endswith(f"\n\n{alone}")
    assert [line.split()[0] for line in alone.splitlines()[1:5]] == ["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    assert " ".join(alone.splitlines()[1].split()).endswith("0 100 %")  # nothing CRITICAL is left out


def retired(control: str) -> bool:
    known = controls().get(control)
    return known is None or known.retired


def test_no_control_is_left_without_a_fix_or_steps() -> None:
    assert coverage().controls["not_yet"] == 0
