"""Require TLS for mail that SES sends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.arns import arn_of
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle


class RequireTlsForMail(Toggle):
    """Send mail only with TLS. Mail to servers without TLS bounces (Amazon SES Developer Guide, "SES and TLS")."""

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
        return bool(_delivery_options(aws, target).get("TlsPolicy") == "REQUIRE")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Set the TLS policy, and send the other delivery options again: the call replaces all of them."""
        options = {**_delivery_options(aws, target), "TlsPolicy": "REQUIRE" if on else "OPTIONAL"}
        aws.client("sesv2").put_configuration_set_delivery_options(ConfigurationSetName=target.resource.name, **options)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARN of the configuration set, also where AWS Config gives its name."""
        return (arn_of(target, "ses", f"configuration-set/{target.resource.name}"),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """SES does not record which receivers used TLS."""
        yield Evidence("Which receivers take mail without TLS only?", "not known", known=False)


def _delivery_options(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("NotFoundException"):
        answer = aws.client("sesv2").get_configuration_set(ConfigurationSetName=target.resource.name)
    found: dict[str, Any] = answer.get("DeliveryOptions", {})
    return found
