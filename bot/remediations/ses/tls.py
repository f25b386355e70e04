"""SES: mail goes out encrypted, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle


class RequireTlsForMail(Toggle):
    """Send with TLS only. Mail to servers that speak none bounces (Amazon SES Developer Guide, "SES and TLS")."""

    title = "Send mail with TLS only"
    problem = "Mail may go out in plain text"
    controls = ("SES.3",)
    config_rules = ("SES_SENDING_TLS_REQUIRED",)
    resource_type = "AWS::SES::ConfigurationSet"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = ("ses:GetConfigurationSet",)
    writes = ("ses:PutConfigurationSetDeliveryOptions",)
    proved_on = "extended"
    setting = "TLS required"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Optional unless it says otherwise."""
        return bool(_options(aws, target).get("TlsPolicy") == "REQUIRE")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """The call replaces the delivery options, so the pool and the time to live go with it."""
        options = {**_options(aws, target), "TlsPolicy": "REQUIRE" if on else "OPTIONAL"}
        aws.client("sesv2").put_configuration_set_delivery_options(ConfigurationSetName=target.resource.name, **options)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The set's ARN, also where AWS Config names it by its name."""
        where = target.resource
        return (f"arn:{where.partition}:ses:{where.region}:{where.account}:configuration-set/{where.name}",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:  # nothing tells
        """SES does not tell with whom it spoke how."""
        yield Evidence("Which receivers take mail without TLS only?", "not known", known=False)


def _options(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("NotFoundException"):
        answer = aws.client("sesv2").get_configuration_set(ConfigurationSetName=target.resource.name)
    found: dict[str, Any] = answer.get("DeliveryOptions", {})
    return found
