"""Require TLS for requests to S3 buckets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.s3.buckets import bucket_args, bucket_policy, refuse_blocked_policy, website
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.statements import Statement, denies_without_tls, normalized, statements_of

_SID: Final = "CspmDenyRequestsWithoutTls"
_STATEMENT: Final = f"policy statement {_SID}"
_OTHERS: Final = "other statements that deny it"
_DENIED: Final = "deny every request without TLS"


class RequireTls(Remediation):
    """Deny requests without TLS with one statement of the bucket's policy; all other statements stay unchanged.

    A statement with the same effect under another Sid is enough. S3.5:
    https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5
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
        """Read the bot's statement and how many others have its effect. Raises Refusal where S3 takes no new policy."""
        own: Value = ABSENT
        others = 0
        for statement in statements_of(bucket_policy(aws, target)):
            denies = denies_without_tls(statement, target.resource.id)
            if statement.get("Sid") == _SID:
                own = _DENIED if denies else normalized(statement)
            elif denies:
                others += 1
        if own != _DENIED and not others:
            refuse_blocked_policy(target, aws)
        return {_STATEMENT: own, _OTHERS: others}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Add the bot's statement, unless another has its effect."""
        return dict(settings) if settings.get(_OTHERS) else {**settings, _STATEMENT: _DENIED}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Replace the bot's statement in the current policy; a policy without statements is deleted."""
        s3 = aws.client("s3")
        document = bucket_policy(aws, target)
        others = [one for one in statements_of(document) if one.get("Sid") != _SID]
        own = [] if value is ABSENT else [_tls_statement(target) if value == _DENIED else dict(value)]
        if others or own:
            whole = {"Version": "2012-10-17", **document, "Statement": others + own}
            s3.put_bucket_policy(**bucket_args(target), Policy=json.dumps(whole))
        elif document:
            s3.delete_bucket_policy(**bucket_args(target))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        s3 = aws.client("s3")
        yield evidence_of("Is it a website? (S3's website endpoints know no TLS)", lambda: website(aws, target))
        yield evidence_of("Where could a client without TLS be seen?", lambda: _access_logs(s3, target))
        yield Evidence("Does a client come without TLS today?", "not known", known=False)


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
    logs = s3.get_bucket_logging(**bucket_args(target)).get("LoggingEnabled")
    return f"server access logs in {logs['TargetBucket']}" if logs else "nowhere: it writes no server access logs"
