"""Cases of `bot.remediations.elb.desync`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.elb.desync import DefendAgainstDesync, DefendClassicAgainstDesync
from tests.remediations.cases.elb.load_balancers import BalancerCase, ClassicCase


class ABalancerThatOnlyMonitorsDesync(BalancerCase):
    remediation = DefendAgainstDesync
    two_valued = False
    wrong: ClassVar = {"routing.http.desync_mitigation_mode": "monitor"}
    later: ClassVar = {"routing.http.desync_mitigation_mode": "strictest"}


class AClassicBalancerThatOnlyMonitorsDesync(ClassicCase):
    remediation = DefendClassicAgainstDesync
    wrong: ClassVar = {"AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "monitor"}]}
    later: ClassVar = {"AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "strictest"}]}
