"""Cases of `bot.remediations.elb.connection_draining`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.elb.connection_draining import DrainConnections
from tests.remediations.cases.elb.load_balancers import ClassicCase


class AClassicBalancerThatDrainsNothing(ClassicCase):
    remediation = DrainConnections
    wrong: ClassVar = {"ConnectionDraining": {"Enabled": False}}
    later: ClassVar = {"ConnectionDraining": {"Enabled": True, "Timeout": 20}}
