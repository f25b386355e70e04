"""Cases of `bot.remediations.s3.account_block`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.s3.account_block import BlockPublicAccessOfAccount
from tests.aws import ACCOUNT, plain_client
from tests.remediations.cases.s3.buckets import EXPORTS_BUCKET, INVENTORY, make_exports_bucket, put_policy
from tests.remediations.contract import Case, Indestructible, targeted


class AnAccountThatLetsBucketsBePublic(Case):
    """An account without a configuration; one bucket has a policy."""

    remediation = BlockPublicAccessOfAccount

    def make(self) -> Target:
        make_exports_bucket()
        put_policy(INVENTORY)
        return targeted(BlockPublicAccessOfAccount, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        plain_client("s3").put_public_access_block(
            Bucket=EXPORTS_BUCKET, PublicAccessBlockConfiguration={"IgnorePublicAcls": True}
        )

    def beside(self, target: Target) -> Any:
        return plain_client("s3").get_public_access_block(Bucket=EXPORTS_BUCKET)["PublicAccessBlockConfiguration"]

    def edit_same(self, target: Target) -> None:
        plain_client("s3control").put_public_access_block(
            AccountId=ACCOUNT, PublicAccessBlockConfiguration={"IgnorePublicAcls": True}
        )

    def destroy(self, target: Target) -> None:
        raise Indestructible
