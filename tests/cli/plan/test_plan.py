"""`cspm plan` on a moto account: output, errors, and no changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from bot.adapters.memory.accounts import MemoryAccounts
from bot.cli.plan.command import outcome_of
from bot.domain.errors import Unknown
from bot.domain.plan import Changes, Target
from bot.domain.remediation import plan
from bot.domain.resource import identify
from bot.remediations.s3.block_public_access import BlockPublicAccess
from tests.aws import ACCOUNT, REGION, MotoAccount, plain_client
from tests.cli.command_line import Answer, Cspm

BUCKET = "acme-payroll-exports"


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws(config={"core": {"mock_credentials": False}}):
        location = {"LocationConstraint": REGION}
        plain_client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
        yield


@pytest.fixture
def cspm(capsys: pytest.CaptureFixture[str]) -> Cspm:
    return Cspm(capsys)


def made(answer: Answer) -> dict[str, Any]:
    assert answer.err == ""
    parsed: dict[str, Any] = json.loads(answer.out)
    return parsed


def put_right() -> None:
    flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    block = dict.fromkeys(flags, True)
    plain_client("s3").put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=block)


def test_the_change_is_shown_as_on_the_card_with_the_evidence_above_it(cspm: Cspm) -> None:
    answer = cspm("plan", "S3.8", BUCKET)
    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0] == f"Public bucket · {BUCKET}"
    assert f"{ACCOUNT} · {REGION} · S3.8 · BlockPublicAccess" in lines[1]
    asked, shown = lines.index("Depends on it"), lines.index("Approve changes exactly this")
    assert asked < shown
    assert lines[shown + 1] == "  public access block  absent  →  all four on"
    assert "cuts traffic" in answer.out
    assert lines[-1] == "Nothing was changed: this command only reads."


def test_nothing_is_changed(cspm: Cspm) -> None:
    first = made(cspm("plan", "S3.8", BUCKET, "--json"))
    assert made(cspm("plan", "S3.8", BUCKET, "--json")) == first
    assert first["outcome"] == "changes"


def test_the_digest_is_the_one_that_the_bot_would_ask_about(cspm: Cspm) -> None:
    resource = identify("AWS::S3::Bucket", BUCKET, account=ACCOUNT, region=REGION)
    bots = plan(BlockPublicAccess(), Target("BlockPublicAccess", resource), MotoAccount())
    assert isinstance(bots, Changes)
    assert made(cspm("plan", "S3.8", BUCKET, "--json"))["digest"] == bots.plan.digest


def test_the_object_has_all_fields_for_scripts(cspm: Cspm) -> None:
    found = made(cspm("plan", "S3.8", BUCKET, "--json"))
    assert found["changes"] == [
        {"setting": "public access block", "before": {"$cspm": "absent"}, "after": "all four on"}
    ]
    assert (found["account"], found["region"], found["resource_type"]) == (ACCOUNT, REGION, "AWS::S3::Bucket")
    assert found["resource"] == f"arn:aws:s3:::{BUCKET}"
    assert {"question", "answer", "known"} == set(found["evidence"][0])


@pytest.mark.parametrize("named", [BUCKET, f"arn:aws:s3:::{BUCKET}"])
@pytest.mark.parametrize("control", ["S3.8", "s3.8", "BlockPublicAccess"])
def test_control_and_resource_may_be_spelled_in_several_ways(cspm: Cspm, control: str, named: str) -> None:
    assert made(cspm("plan", control, named, "--json"))["resource"] == f"arn:aws:s3:::{BUCKET}"


def test_what_is_right_already_is_compliant(cspm: Cspm) -> None:
    put_right()
    answer = cspm("plan", "S3.8", BUCKET)
    assert (answer.code, "Compliant" in answer.out) == (0, True)
    assert made(cspm("plan", "S3.8", BUCKET, "--json"))["outcome"] == "compliant"


def test_what_does_not_exist_is_gone_and_no_success(cspm: Cspm) -> None:
    answer = cspm("plan", "S3.8", "no-such-bucket-anywhere")
    assert (answer.code, "Gone" in answer.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("S3.999", BUCKET), "no control or remediation is called S3.999"),
        (("ECS.1", BUCKET), "there is no remediation for ECS.1"),
        (("S3.8", BUCKET, "--account", "999988887777"), f"your credentials are for account {ACCOUNT}"),
        (("EC2.13", "arn:aws:ec2:eu-west-1:999988887777:security-group/sg-1"), "use a profile of that account"),
        (("S3.8", "not a bucket!"), "AWS has no AWS::S3::Bucket"),
        (("S3.8", BUCKET, "--region", "no region"), "region"),
        (("S3.8", BUCKET, "--policy", "no-such-file.yaml"), "the policy no-such-file.yaml cannot be read"),
    ],
)
def test_invalid_input_is_reported_on_stderr(cspm: Cspm, words: tuple[str, ...], said: str) -> None:
    answer = cspm("plan", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_without_a_region_it_asks_for_one(cspm: Cspm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    answer = cspm("plan", "EC2.13", "sg-0123456789abcdef0")
    assert (answer.code, "which Region?" in answer.err) == (2, True)


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_may_come_from_either_variable(cspm: Cspm, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv(variable, REGION)
    assert made(cspm("plan", "S3.8", BUCKET, "--json"))["region"] == REGION


def test_a_missing_profile_is_reported(cspm: Cspm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    answer = cspm("plan", "S3.8", BUCKET)
    assert (answer.code, "nobody" in answer.err) == (2, True)


def test_without_credentials_nothing_is_known(cspm: Cspm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    answer = cspm("plan", "S3.8", BUCKET)
    assert (answer.code, answer.out) == (1, "")
    assert "cannot tell whose credentials these are" in answer.err


def test_a_bucket_that_may_not_be_read_is_neither_right_nor_wrong() -> None:
    resource = identify("AWS::S3::Bucket", BUCKET, account=ACCOUNT, region=REGION)
    accounts = MemoryAccounts(lambda _resource, _record: MotoAccount(denied="s3:GetPublicAccessBlock"))
    with pytest.raises(Unknown, match=f"{BUCKET} cannot be read: AccessDenied"):
        outcome_of(BlockPublicAccess(), Target("BlockPublicAccess", resource), accounts)


def test_a_policys_parameters_are_used(cspm: Cspm) -> None:
    policy = Path(__file__).parents[3] / "infra" / "policies" / "local.yaml"
    assert made(cspm("plan", "S3.8", BUCKET, "--json", "--policy", str(policy)))["outcome"] == "changes"
