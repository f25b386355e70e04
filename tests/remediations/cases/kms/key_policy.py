"""Cases of `bot.remediations.kms.key_policy`."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.plan import Target
from bot.remediations.kms.key_policy import CloseKey
from tests.aws import plain_client
from tests.remediations.cases.public_policies import PARTNER, PublicPolicyCase
from tests.remediations.contract import PLANTED, targeted


class APublicKey(PublicPolicyCase):
    remediation = CloseKey
    allowed, everything = "kms:Decrypt", "kms:*"
    key = ""

    def make(self) -> Target:
        tags = [{"TagKey": "password", "TagValue": PLANTED}]
        made = plain_client("kms").create_key(Description=PLANTED, Tags=tags)["KeyMetadata"]
        self.key = made["KeyId"]
        self.put({"Version": "2012-10-17", "Statement": self.statements()})
        plain_client("kms").create_grant(KeyId=self.key, GranteePrincipal=PARTNER, Operations=["Decrypt"])
        return targeted(CloseKey, made["Arn"])

    def get(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(
            plain_client("kms").get_key_policy(KeyId=self.key, PolicyName="default")["Policy"]
        )
        return document

    def put(self, document: dict[str, Any]) -> None:
        plain_client("kms").put_key_policy(KeyId=self.key, PolicyName="default", Policy=json.dumps(document))

    def destroy(self, target: Target) -> None:
        plain_client("kms").schedule_key_deletion(KeyId=self.key)
