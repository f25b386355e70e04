"""Block public access to S3 buckets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import BadInput
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.s3.buckets import (
    NO_PUBLIC_ACCESS_BLOCK,
    bucket_args,
    website,
)
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if

_FLAGS: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ALL_ON: Final = "all four on"
ALL_OFF: Final = "all four off"
_BLOCK: Final = "public access block"
_EVERYBODY: Final = frozenset(
    {
        "http://acs.amazonaws.com/groups/global/AllUsers",
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    }
)


def describe_flags(flags: Mapping[str, Any]) -> str:
    """Return a configuration as one readable value: `all four on`, `only BlockPublicAcls on`."""
    on = [flag for flag in _FLAGS if flags.get(flag)]
    if len(on) == len(_FLAGS):
        return ALL_ON
    return f"only {' and '.join(on)} on" if on else ALL_OFF


def parse_flags(text: str) -> dict[str, bool]:
    """Return the configuration of such a value. Raises BadInput."""
    if text == ALL_ON:
        return dict.fromkeys(_FLAGS, True)
    on = [] if text == ALL_OFF else text.removeprefix("only ").removesuffix(" on").split(" and ")
    if not set(on) <= set(_FLAGS):
        raise BadInput(f"{text!r} is no public access block")
    return {flag: flag in on for flag in _FLAGS}


class BlockPublicAccess(Remediation):
    """Turn on all four Block Public Access settings of the bucket.

    The four are one setting, because S3 replaces the four together and its bucket configurations are eventually
    consistent (Amazon S3 User Guide, "Amazon S3 data consistency model"): of four read-merge-writes in a row, one could
    overwrite another. One call also leaves no partial state. CloudTrail.6 names the bucket, not the trail (its resource
    type is AWS::S3::Bucket).
    """

    title = "Block public access to the bucket"
    problem = "Public bucket"
    controls = ("S3.2", "S3.3", "S3.8", "CloudTrail.6")
    config_rules = (
        "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
        "S3_BUCKET_PUBLIC_READ_PROHIBITED",
        "S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
    )
    resource_type = "AWS::S3::Bucket"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = (
        "s3:GetBucketAcl",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketWebsite",
    )
    writes = ("s3:PutBucketPublicAccessBlock",)
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the four flags; ABSENT where the bucket has no configuration."""
        s3 = aws.client("s3")
        with gone_if("NoSuchBucket"):
            answer = none_if(lambda: s3.get_public_access_block(**bucket_args(target)), NO_PUBLIC_ACCESS_BLOCK)
        return {_BLOCK: describe_flags(answer["PublicAccessBlockConfiguration"]) if answer else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _BLOCK: ALL_ON}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        s3 = aws.client("s3")
        if value is ABSENT:
            s3.delete_public_access_block(**bucket_args(target))
        else:
            s3.put_public_access_block(**bucket_args(target), PublicAccessBlockConfiguration=parse_flags(value))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        s3 = aws.client("s3")
        yield evidence_of("Does its policy make it public?", lambda: _policy_status(s3, target))
        yield evidence_of("Does its ACL make it public?", lambda: _public_grants(s3, target))
        yield evidence_of("Is it a website?", lambda: website(aws, target))
        yield Evidence("Does CloudFront read it as the public?", "not known", known=False)


def _policy_status(s3: Any, target: Target) -> str:
    status = none_if(lambda: s3.get_bucket_policy_status(**bucket_args(target)), "NoSuchBucketPolicy")
    if status is None:
        return "it has no policy"
    return "yes: readers by that statement are cut off" if status["PolicyStatus"]["IsPublic"] else "no public statement"


def _public_grants(s3: Any, target: Target) -> str:
    grants = s3.get_bucket_acl(**bucket_args(target)).get("Grants", [])
    rights = sorted({grant["Permission"] for grant in grants if grant["Grantee"].get("URI") in _EVERYBODY})
    return f"yes: everybody has {', '.join(rights)}" if rights else "no public grant"
