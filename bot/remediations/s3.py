"""S3 buckets: closed to the public, and spoken to over TLS only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import BadInput
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.asking import ask, gone_on, none_on

FLAGS: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ALL_ON: Final = "all four on"
ALL_OFF: Final = "all four off"
_BLOCK: Final = "public access block"
_NO_BLOCK: Final = "NoSuchPublicAccessBlockConfiguration"
_EVERYBODY: Final = frozenset(
    {
        "http://acs.amazonaws.com/groups/global/AllUsers",
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    }
)


def bucket_of(target: Target) -> dict[str, str]:
    """The arguments that every call about a bucket takes; S3 refuses where the bucket is another account's."""
    return {"Bucket": target.resource.name, "ExpectedBucketOwner": target.resource.account}


def flags_to_words(flags: Mapping[str, Any]) -> str:
    """A configuration as one value that people can read: `all four on`, `BlockPublicAcls, IgnorePublicAcls on`."""
    on = [flag for flag in FLAGS if flags.get(flag)]
    if len(on) == len(FLAGS):
        return ALL_ON
    return f"{', '.join(on)} on" if on else ALL_OFF


def words_to_flags(words: str) -> dict[str, bool]:
    """The inverse of `flags_to_words`. Raises BadInput."""
    if words == ALL_ON:
        return dict.fromkeys(FLAGS, True)
    on = [] if words == ALL_OFF else words.removesuffix(" on").split(", ")
    if not set(on) <= set(FLAGS):
        raise BadInput(f"{words!r} is no public access block")
    return {flag: flag in on for flag in FLAGS}


class BlockPublicAccess(Remediation):
    """Turn on all four Block Public Access settings of one bucket.

    The four are one setting, because S3 replaces them together and its bucket configurations are eventually
    consistent (Amazon S3 User Guide, "Amazon S3 data consistency model"): four read-merge-writes in a row could lose
    one another. One call also leaves no half-done state. CloudTrail.6 names the bucket, not the trail (its resource
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
        """The four flags, or ABSENT where the bucket has no configuration."""
        s3 = aws.client("s3")
        with gone_on("NoSuchBucket"):
            answer = none_on(lambda: s3.get_public_access_block(**bucket_of(target)), _NO_BLOCK)
        return {_BLOCK: flags_to_words(answer["PublicAccessBlockConfiguration"]) if answer else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:  # noqa: ARG002
        """All four on."""
        return {**settings, _BLOCK: ALL_ON}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:  # noqa: ARG002
        """Put the four flags, or delete the configuration."""
        s3 = aws.client("s3")
        if value is ABSENT:
            s3.delete_public_access_block(**bucket_of(target))
        else:
            s3.put_public_access_block(**bucket_of(target), PublicAccessBlockConfiguration=words_to_flags(value))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who reads the bucket as the public today."""
        s3 = aws.client("s3")
        yield ask("Does its policy make it public?", lambda: _policy(s3, target))
        yield ask("Does its ACL make it public?", lambda: _acl(s3, target))
        yield ask("Is it a website?", lambda: _website(s3, target))
        yield Evidence("Does CloudFront read it as the public?", "not known", known=False)


def _policy(s3: Any, target: Target) -> str:
    status = none_on(lambda: s3.get_bucket_policy_status(**bucket_of(target)), "NoSuchBucketPolicy")
    if status is None:
        return "it has no policy"
    return "yes: readers by that statement are cut off" if status["PolicyStatus"]["IsPublic"] else "no public statement"


def _acl(s3: Any, target: Target) -> str:
    grants = s3.get_bucket_acl(**bucket_of(target)).get("Grants", [])
    rights = sorted({grant["Permission"] for grant in grants if grant["Grantee"].get("URI") in _EVERYBODY})
    return f"yes: everybody has {', '.join(rights)}" if rights else "no public grant"


def _website(s3: Any, target: Target) -> str:
    found = none_on(lambda: s3.get_bucket_website(**bucket_of(target)), "NoSuchWebsiteConfiguration")
    return "yes: its website endpoint stops serving" if found else "no website"
