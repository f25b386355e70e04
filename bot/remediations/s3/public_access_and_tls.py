"""S3 buckets: closed to the public, and spoken to over TLS only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import BadInput, Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if
from bot.remediations.toolkit.statements import Statement, denies_without_tls, normalized, statements_of

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
    """A configuration as one value that people can read: `all four on`, `only BlockPublicAcls on`."""
    on = [flag for flag in FLAGS if flags.get(flag)]
    if len(on) == len(FLAGS):
        return ALL_ON
    return f"only {' and '.join(on)} on" if on else ALL_OFF


def words_to_flags(words: str) -> dict[str, bool]:
    """The inverse of `flags_to_words`. Raises BadInput."""
    if words == ALL_ON:
        return dict.fromkeys(FLAGS, True)
    on = [] if words == ALL_OFF else words.removeprefix("only ").removesuffix(" on").split(" and ")
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
        with gone_if("NoSuchBucket"):
            answer = none_if(lambda: s3.get_public_access_block(**bucket_of(target)), _NO_BLOCK)
        return {_BLOCK: flags_to_words(answer["PublicAccessBlockConfiguration"]) if answer else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """All four on."""
        return {**settings, _BLOCK: ALL_ON}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Put the four flags, or delete the configuration."""
        s3 = aws.client("s3")
        if value is ABSENT:
            s3.delete_public_access_block(**bucket_of(target))
        else:
            s3.put_public_access_block(**bucket_of(target), PublicAccessBlockConfiguration=words_to_flags(value))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who reads the bucket as the public today."""
        s3 = aws.client("s3")
        yield evidence_of("Does its policy make it public?", lambda: _policy(s3, target))
        yield evidence_of("Does its ACL make it public?", lambda: _acl(s3, target))
        yield evidence_of("Is it a website?", lambda: _website(s3, target))
        yield Evidence("Does CloudFront read it as the public?", "not known", known=False)


def _policy(s3: Any, target: Target) -> str:
    status = none_if(lambda: s3.get_bucket_policy_status(**bucket_of(target)), "NoSuchBucketPolicy")
    if status is None:
        return "it has no policy"
    return "yes: readers by that statement are cut off" if status["PolicyStatus"]["IsPublic"] else "no public statement"


def _acl(s3: Any, target: Target) -> str:
    grants = s3.get_bucket_acl(**bucket_of(target)).get("Grants", [])
    rights = sorted({grant["Permission"] for grant in grants if grant["Grantee"].get("URI") in _EVERYBODY})
    return f"yes: everybody has {', '.join(rights)}" if rights else "no public grant"


def _website(s3: Any, target: Target) -> str:
    found = none_if(lambda: s3.get_bucket_website(**bucket_of(target)), "NoSuchWebsiteConfiguration")
    return "yes: its website endpoint stops serving" if found else "no website"


_SID: Final = "CspmDenyRequestsWithoutTls"
_OURS: Final = f"policy statement {_SID}"
_THEIRS: Final = "other statements that deny it"
DENIED: Final = "deny every request without TLS"


class RequireTls(Remediation):
    """Deny requests without TLS by one statement of the bucket's policy; all other statements stay as they are.

    A statement that means the same under another Sid is as good. S3.5: https://docs.aws.amazon.com/securityhub/latest/
    userguide/s3-controls.html#s3-5.
    """

    title = "Require TLS for every request to the bucket"
    problem = "Bucket without TLS"
    controls = ("S3.5",)
    config_rules = ("S3_BUCKET_SSL_REQUESTS_ONLY",)
    resource_type = "AWS::S3::Bucket"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = (
        "s3:GetAccountPublicAccessBlock",
        "s3:GetBucketLogging",
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketWebsite",
    )
    writes = ("s3:DeleteBucketPolicy", "s3:PutBucketPolicy")
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Our statement by its Sid, and how many others do the same. Raises Refusal where S3 takes no new policy."""
        ours: Value = ABSENT
        theirs = 0
        for statement in statements_of(_document(aws.client("s3"), target)):
            denies = denies_without_tls(statement, target.resource.id)
            if statement.get("Sid") == _SID:
                ours = DENIED if denies else normalized(statement)
            elif denies:
                theirs += 1
        if ours != DENIED and not theirs:
            refuse_what_s3_would(target, aws)
        return {_OURS: ours, _THEIRS: theirs}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Ours, unless others do the same already."""
        return dict(settings) if settings.get(_THEIRS) else {**settings, _OURS: DENIED}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Replace our statement in a policy that is read afresh; a policy with nothing left in it is deleted."""
        s3 = aws.client("s3")
        document = _document(s3, target)
        others = [one for one in statements_of(document) if one.get("Sid") != _SID]
        ours = [] if value is ABSENT else [_tls_statement(target) if value == DENIED else dict(value)]
        if others or ours:
            whole = {"Version": "2012-10-17", **document, "Statement": others + ours}
            s3.put_bucket_policy(**bucket_of(target), Policy=json.dumps(whole))
        elif document:
            s3.delete_bucket_policy(**bucket_of(target))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who speaks to the bucket without TLS."""
        s3 = aws.client("s3")
        yield evidence_of("Is it a website? (S3's website endpoints know no TLS)", lambda: _website(s3, target))
        yield evidence_of("Where could a client without TLS be seen?", lambda: _access_logs(s3, target))
        yield Evidence("Does a client come without TLS today?", "not known", known=False)


def _document(s3: Any, target: Target) -> dict[str, Any]:
    with gone_if("NoSuchBucket"):
        answer = none_if(lambda: s3.get_bucket_policy(**bucket_of(target)), "NoSuchBucketPolicy")
    document: dict[str, Any] = json.loads(answer["Policy"]) if answer else {}
    return document


def refuse_what_s3_would(target: Target, aws: Account) -> None:
    """Where BlockPublicPolicy is on, S3 refuses every new version of a policy that is public, however harmless.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
    """
    status = none_if(lambda: aws.client("s3").get_bucket_policy_status(**bucket_of(target)), "NoSuchBucketPolicy")
    if not (status and status["PolicyStatus"]["IsPublic"]):
        return
    account = {"AccountId": target.resource.account}
    of_bucket = none_if(lambda: aws.client("s3").get_public_access_block(**bucket_of(target)), _NO_BLOCK)
    of_account = none_if(lambda: aws.client("s3control").get_public_access_block(**account), _NO_BLOCK)
    if any(one and one["PublicAccessBlockConfiguration"].get("BlockPublicPolicy") for one in (of_bucket, of_account)):
        raise Refusal(
            "its policy has a public statement, and with Block Public Access on S3 takes no new version of it:"
            " take that statement out first"
        )


def _tls_statement(target: Target) -> Statement:
    return {
        "Sid": _SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [target.resource.id, f"{target.resource.id}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _access_logs(s3: Any, target: Target) -> str:
    logs = s3.get_bucket_logging(**bucket_of(target)).get("LoggingEnabled")
    return f"server access logs in {logs['TargetBucket']}" if logs else "nowhere: it writes no server access logs"
