"""Cases of `bot.remediations.redshift.vpc_routing`."""

from __future__ import annotations

from typing import ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.redshift.vpc_routing import RouteClusterWithinVpc
from tests.remediations.cases.redshift.public_access import APublicWarehouse


class AWarehouseAroundTheVpc(APublicWarehouse):
    remediation: ClassVar[type[Remediation]] = RouteClusterWithinVpc

    def edit_same(self, target: Target) -> None:
        self.change(EnhancedVpcRouting=False)
