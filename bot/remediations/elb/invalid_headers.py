"""Invalid HTTP headers that application load balancers receive."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.elb.access_logs import log_location
from bot.remediations.elb.attributes import AttributeRemediation, read_attributes
from bot.remediations.toolkit.aws_calls import evidence_of


class DropInvalidHeaders(AttributeRemediation):
    """Drop headers with invalid names, instead of forwarding them.

    Letters, digits and hyphens are valid in names; underscores and dots are not.
    """

    title = "Drop invalid HTTP headers"
    problem = "Invalid headers reach the servers"
    controls = ("ELB.4",)
    config_rules = ("ALB_HTTP_DROP_INVALID_HEADER_ENABLED",)
    effects = (Effect.CUTS_TRAFFIC,)
    setting = "drop invalid headers"
    attribute = "routing.http.drop_invalid_header_fields.enabled"
    default = "false"
    compliant_value = "true"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Where could such headers be seen?", lambda: log_location(read_attributes(aws, target)))
        yield Evidence("Do clients send headers with _ or . in their names?", "not known", known=False)
