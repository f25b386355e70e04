"""Restrict KMS keys that are open to the public."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Final

from bot.domain.plan import Evidence, Target
from bot.domain.ports import Account
from bot.remediations.kms.keys import alias_evidence, describe_key_to_keep
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.resource_policy import Document, RestrictPublicPolicy

_POLICY: Final = "default"
"""A key has one policy, of this name (API_PutKeyPolicy)."""


class CloseKey(RestrictPublicPolicy):
    """Let only this account, and the principals that the policy names, use the key.

    The statement stays for the account, so that the key can still be managed. PutKeyPolicy refuses a policy that would
    lock out its caller (API_PutKeyPolicy, BypassPolicyLockoutSafetyCheck); the bot never bypasses that check.
    """

    title = "Close the key to the public"
    problem = "Public key"
    controls = ("KMS.5",)
    config_rules = ("KMS_KEY_POLICY_NO_PUBLIC_ACCESS",)
    resource_type = "AWS::KMS::Key"
    reads = ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListAliases", "kms:ListGrants")
    writes = ("kms:PutKeyPolicy",)

    def document(self, target: Target, aws: Account) -> Document:
        kms, key = aws.client("kms"), target.resource.id
        describe_key_to_keep(aws, target)
        with gone_if("NotFoundException"):
            answer: Document = json.loads(kms.get_key_policy(KeyId=key, PolicyName=_POLICY)["Policy"])
        return answer

    def put(self, target: Target, document: Document, aws: Account) -> None:
        aws.client("kms").put_key_policy(KeyId=target.resource.id, PolicyName=_POLICY, Policy=json.dumps(document))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield alias_evidence(target, aws)
        yield evidence_of("Who works with it by grants, which stay?", lambda: _grants(aws, target))
        yield Evidence(
            "Who uses it as the public? CloudTrail knows: Decrypt by other accounts", "not known", known=False
        )


def _grants(aws: Account, target: Target) -> str:
    pages = aws.client("kms").get_paginator("list_grants").paginate(KeyId=target.resource.id)
    holders = Counter(one.get("GranteePrincipal", "?") for page in pages for one in page["Grants"])
    return ", ".join(f"{who} ({number})" for who, number in sorted(holders.items())) or "nobody"
