"""`cspm catalogue`: what scripts rely on."""

from __future__ import annotations

import json

import pytest

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


def test_a_fix_says_what_it_reads_writes_and_cuts(capsys: pytest.CaptureFixture[str]) -> None:
    entries = {entry["id"]: entry for entry in json.loads(Cspm(capsys)("catalogue", "--json").out)}
    block = entries["BlockPublicAccess"]
    assert (block["kind"], block["resource_type"], block["reversible"]) == ("fix", "AWS::S3::Bucket", "yes")
    assert block["effects"] == ["CUTS_TRAFFIC"]
    assert block["writes"] == ["s3:PutBucketPublicAccessBlock"]
    assert "S3.8" in block["controls"]


def test_words_are_those_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
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
