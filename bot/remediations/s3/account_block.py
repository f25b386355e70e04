"""The account's own Block Public Access, which stands above that of every bucket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.s3.public_access_and_tls import ALL_ON, flags_to_words, words_to_flags
from bot.remediations.toolkit.aws_calls import evidence_of, none_if

_BLOCK: Final = "the account's public access block"
_MOST: Final = 50
_NAMED: Final = 5


class BlockPublicAccessOfAccount(Remediation):
    """Turn on all four Block Public Access settings of the account; as one setting, for the reasons of the bucket's."""

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
        """The four flags, or ABSENT where the account has no configuration."""
        answer = none_if(
            lambda: aws.client("s3control").get_public_access_block(AccountId=target.resource.account),
            "NoSuchPublicAccessBlockConfiguration",
        )
        return {_BLOCK: flags_to_words(answer["PublicAccessBlockConfiguration"]) if answer else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """All four on."""
        return {**settings, _BLOCK: ALL_ON}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Put the four flags, or delete the configuration."""
        control = aws.client("s3control")
        account = target.resource.account
        if value is ABSENT:
            control.delete_public_access_block(AccountId=account)
        else:
            control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=words_to_flags(value))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """These actions take no resource (Service Authorization Reference, Amazon S3)."""
        return ("*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Which buckets are public today."""
        yield evidence_of("Which buckets does a policy make public?", lambda: _public(aws, target))
        yield Evidence("Which buckets does an ACL make public?", "not known (not read for the account)", known=False)


def _public(aws: Account, target: Target) -> str:
    buckets = list(islice(_buckets(aws), _MOST + 1))
    public = [name for name in buckets[:_MOST] if _is_public(aws, target, name)]
    named = ", ".join(public[:_NAMED]) + (f" and {len(public) - _NAMED} more" if len(public) > _NAMED else "")
    scope = "" if len(buckets) <= _MOST else f" (of the first {_MOST}; the others were not read)"
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
