"""Turn on Macie's automated discovery of sensitive data, which samples all buckets."""

from __future__ import annotations

from botocore.exceptions import ClientError

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.macie.enable import is_not_enabled
from bot.remediations.toolkit.toggle import Toggle


class DiscoverSensitiveData(Toggle):
    """Turn on automated sensitive data discovery. Turned off again, Macie keeps its results for 30 days."""

    title = "Let Macie look for sensitive data"
    problem = "Macie does not look for sensitive data by itself"
    controls = ("Macie.2",)
    config_rules = ("MACIE_AUTO_SENSITIVE_DATA_DISCOVERY_CHECK",)
    resource_type = "AWS::::Account"
    effects = (Effect.COSTS_MONEY,)
    reads = ("macie2:GetAutomatedDiscoveryConfiguration",)
    writes = ("macie2:UpdateAutomatedDiscoveryConfiguration",)
    proved_on = "extended"
    setting = "automated sensitive data discovery"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether discovery is enabled. Raises Refusal where Macie itself is not enabled."""
        try:
            answer = aws.client("macie2").get_automated_discovery_configuration()
        except ClientError as error:
            if is_not_enabled(error):
                raise Refusal("Macie is off: turn it on first (Macie.1)") from error
            raise
        return bool(answer["status"] == "ENABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Turn it on or off; the members of an organization are left unchanged."""
        aws.client("macie2").update_automated_discovery_configuration(status="ENABLED" if on else "DISABLED")

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because Macie's actions take no resource."""
        return ("*",)
