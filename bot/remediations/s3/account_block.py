"""Block public access to all S3 buckets of an account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.s3.block_public_access import ALL_ON, describe_flags, parse_flags
from bot.remediations.s3.buckets import NO_PUBLIC_ACCESS_BLOCK
from bot.remediations.toolkit.aws_calls import evidence_of, none_if

_BLOCK: Final = "the account's public access block"
_MAX_READ: Final = 50
_MAX_NAMED: Final = 5


class BlockPublicAccessOfAccount(Remediation):
    """Turn on all four Block Public Access settings of the account, as one setting (see BlockPublicAccess)."""

    title = "Block public access to all buckets of the account"
    problem = "Account lets buckets be public"
    controls = ("S3.1",)
    config_rules = ("S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS", "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC")
    resource_type = "AWS::::Account"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = ("s3:GetAccountPublicAccessBlock", "s3:GetBucketPolicyStatus", "s3:ListAllMyBuckets")
    writes = ("s3:PutAccountPublicAccessBlock",)
    deadline_seconds = 600
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the four flags; ABSENT where the account has no configuration."""
        answer = none_if(
            lambda: aws.client("s3control").get_public_access_block(AccountId=target.resource.account),
            NO_PUBLIC_ACCESS_BLOCK,
        )
        return {_BLOCK: describe_flags(answer["PublicAccessBlockConfiguration"]) if answer else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _BLOCK: ALL_ON}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        control = aws.client("s3control")
        account = target.resource.account
        if value is ABSENT:
            control.delete_public_access_block(AccountId=account)
        else:
            control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=parse_flags(value))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because these actions take no resource (Service Authorization Reference, Amazon S3)."""
        return ("*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Which buckets does a policy make public?", lambda: _public_buckets(aws, target))
        yield Evidence("Which buckets does an ACL make public?", "not known (not read for the account)", known=False)


def _public_buckets(aws: Account, target: Target) -> str:
    buckets = list(islice(_buckets(aws), _MAX_READ + 1))
    public = [name for name in buckets[:_MAX_READ] if _is_public(aws, target, name)]
    named = ", ".join(public[:_MAX_NAMED]) + (
        f" and {len(public) - _MAX_NAMED} more" if len(public) > _MAX_NAMED else ""
    )
    scope = "" if len(buckets) <= _MAX_READ else f" (of the first {_MAX_READ}; the others were not read)"
    return (named or "none") + scope


def _buckets(aws: Account) -> Iterator[str]:
    for page in aws.client("s3").get_paginator("list_buckets").paginate():
        yield from sorted(bucket["Name"] for bucket in page["Buckets"])


def _is_public(aws: Account, target: Target, bucket: str) -> bool:
    status = none_if(
        lambda: aws.client("s3").get_bucket_policy_status(Bucket=bucket, ExpectedBucketOwner=target.resource.account),
        "NoSuchBucketPolicy",
        "NoSuchBucket",
    )
    return bool(status and status["PolicyStatus"]["IsPublic"])
