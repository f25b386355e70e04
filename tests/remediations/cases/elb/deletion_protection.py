"""Cases of `bot.remediations.elb.deletion_protection`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.elb.deletion_protection import ProtectLoadBalancer
from tests.remediations.cases.elb.load_balancers import BalancerCase


class ABalancerThatOneCallDeletes(BalancerCase):
    remediation = ProtectLoadBalancer
    wrong: ClassVar = {"deletion_protection.enabled": "false"}
