"""Cases of `bot.remediations.emr.block_public_access`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.emr.block_public_access import BlockPublicEmr
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import Case, Indestructible, targeted


class AnAccountWhoseEmrMayBePublic(Case):
    remediation = BlockPublicEmr

    def make(self) -> Target:
        self.put((80, 81), (20, 25), on=False)
        return targeted(BlockPublicEmr, ACCOUNT)

    def put(self, *ports: tuple[int, int], on: bool) -> None:
        ranges = [{"MinRange": low, "MaxRange": high} for low, high in ports]
        plain_client("emr").put_block_public_access_configuration(
            BlockPublicAccessConfiguration={
                "BlockPublicSecurityGroupRules": on,
                "PermittedPublicSecurityGroupRuleRanges": ranges,
            }
        )

    def edit_beside(self, target: Target) -> None:
        plain_client("emr").create_security_configuration(Name="theirs", SecurityConfiguration="{}")

    def beside(self, target: Target) -> Any:
        return plain_client("emr").describe_security_configuration(Name="theirs")["SecurityConfiguration"]

    def edit_same(self, target: Target) -> None:
        self.put((443, 443), on=True)

    def destroy(self, target: Target) -> None:
        raise Indestructible
