"""Arguments, policy and website of S3 buckets."""

from __future__ import annotations

import json
from typing import Any, Final

from bot.domain.errors import Refusal
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if, none_if
from bot.remediations.toolkit.resource_policy import Document

NO_PUBLIC_ACCESS_BLOCK: Final = "NoSuchPublicAccessBlockConfiguration"


def bucket_args(target: Target) -> dict[str, str]:
    """Return the arguments of every call about a bucket; S3 refuses the call if another account owns the bucket."""
    return {"Bucket": target.resource.name, "ExpectedBucketOwner": target.resource.account}


def bucket_policy(aws: Account, target: Target) -> Document:
    """Return the bucket's policy, {} where it has none. Raises ResourceGone."""
    document: Document = json.loads(bucket_policy_text(aws, target) or "{}")
    return document


def bucket_policy_text(aws: Account, target: Target) -> str:
    """Return the bucket's policy as JSON, "" where it has none. Raises ResourceGone."""
    s3 = aws.client("s3")
    with gone_if("NoSuchBucket"):
        answer = none_if(lambda: s3.get_bucket_policy(**bucket_args(target)), "NoSuchBucketPolicy")
    return str(answer["Policy"]) if answer else ""


def refuse_blocked_policy(target: Target, aws: Account) -> None:
    """Raise Refusal where Block Public Access makes S3 reject every new version of the bucket's policy.

    With BlockPublicPolicy on, S3 rejects every version of a policy that has a public statement, even if the new version
    is less public. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
    """
    status = none_if(lambda: aws.client("s3").get_bucket_policy_status(**bucket_args(target)), "NoSuchBucketPolicy")
    if status and status["PolicyStatus"]["IsPublic"] and _blocks_public_policies(target, aws):
        raise Refusal(
            "its policy has a public statement, and with Block Public Access on S3 takes no new version of it:"
            " take that statement out first"
        )


def _blocks_public_policies(target: Target, aws: Account) -> bool:
    s3, s3control, account = aws.client("s3"), aws.client("s3control"), target.resource.account
    of_bucket = none_if(lambda: s3.get_public_access_block(**bucket_args(target)), NO_PUBLIC_ACCESS_BLOCK)
    of_account = none_if(lambda: s3control.get_public_access_block(AccountId=account), NO_PUBLIC_ACCESS_BLOCK)
    blocks: list[Any] = [one["PublicAccessBlockConfiguration"] for one in (of_bucket, of_account) if one]
    return any(block.get("BlockPublicPolicy") for block in blocks)


def website(aws: Account, target: Target) -> str:
    """Return whether the bucket is a website, as evidence. Needs s3:GetBucketWebsite."""
    s3 = aws.client("s3")
    found = none_if(lambda: s3.get_bucket_website(**bucket_args(target)), "NoSuchWebsiteConfiguration")
    return "yes: its website endpoint stops serving" if found else "no website"
