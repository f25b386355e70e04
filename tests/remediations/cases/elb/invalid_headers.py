"""Cases of `bot.remediations.elb.invalid_headers`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.elb.invalid_headers import DropInvalidHeaders
from tests.remediations.cases.elb.load_balancers import BalancerCase


class ABalancerThatPassesInvalidHeaders(BalancerCase):
    remediation = DropInvalidHeaders
    wrong: ClassVar = {"routing.http.drop_invalid_header_fields.enabled": "false"}
