"""Cases of `bot.remediations.elb.cross_zone`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.elb.cross_zone import BalanceAcrossZones
from tests.remediations.cases.elb.load_balancers import ClassicCase


class AClassicBalancerOfOneZone(ClassicCase):
    remediation = BalanceAcrossZones
    two_valued = True
    wrong: ClassVar = {"CrossZoneLoadBalancing": {"Enabled": False}}
