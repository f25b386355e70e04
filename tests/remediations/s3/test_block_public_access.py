"""Block Public Access: what the contract does not say."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from bot.domain.errors import BadInput
from bot.domain.plan import Change, Target
from bot.domain.remediation import Remediation, plan
from bot.domain.resource import Resource
from bot.remediations.s3.block_public_access import BlockPublicAccess, describe_flags, parse_flags
from bot.remediations.s3.require_tls import RequireTls
from tests.aws import MotoAccount
from tests.remediations.cases.s3.block_public_access import AHalfPublicBucket, APublicBucket
from tests.remediations.contract import planned

ARN = "arn:aws:s3:::acme-payroll-exports"


@pytest.mark.parametrize("on", [(), ("BlockPublicAcls",), ("IgnorePublicAcls", "BlockPublicPolicy")])
def test_flags_are_words_and_back(on: tuple[str, ...]) -> None:
    flags = {**dict.fromkeys(parse_flags("all four off"), False), **dict.fromkeys(on, True)}
    assert parse_flags(describe_flags(flags)) == flags


def test_words_that_are_no_flags_are_not_written() -> None:
    with pytest.raises(BadInput):
        parse_flags("only BlockEverything on")


def test_the_card_reads_absent_to_all_four_on(aws: MotoAccount) -> None:
    half = planned(BlockPublicAccess(), AHalfPublicBucket().make(), aws)
    before = "only BlockPublicAcls and IgnorePublicAcls on"
    assert half.changes == (Change("public access block", before, "all four on"),)


@pytest.mark.parametrize("recipe", [BlockPublicAccess(), RequireTls()])
def test_a_bucket_that_another_account_took_over_is_never_touched(recipe: Remediation, aws: MotoAccount) -> None:
    APublicBucket().make()
    theirs = Target(recipe.id, Resource("aws", "2" * 12, "eu-west-1", "AWS::S3::Bucket", ARN))
    with pytest.raises(ClientError, match="AccessDenied"):
        plan(recipe, theirs, aws)
