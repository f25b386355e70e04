"""Macie looks for sensitive data by itself, in samples of all buckets."""

from __future__ import annotations

from botocore.exceptions import ClientError

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import error_code
from bot.remediations.toolkit.toggle import Toggle


class DiscoverSensitiveData(Toggle):
    """Turn automated sensitive data discovery on. Off again, Macie keeps its results for 30 days."""

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

    def is_on(self, target: Target, aws: Account) -> bool:  # of the account
        """Raises Refusal where Macie itself is off: it refuses access then, and only its words tell why."""
        try:
            answer = aws.client("macie2").get_automated_discovery_configuration()
        except ClientError as error:
            if error_code(error) == "AccessDeniedException" and "not enabled" in error.response["Error"].get(
                "Message", ""
            ):
                raise Refusal("Macie is off: turn it on first (Macie.1)") from error
            raise
        return bool(answer["status"] == "ENABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:  # of the account
        """Leave the members of an organisation as they are."""
        aws.client("macie2").update_automated_discovery_configuration(status="ENABLED" if on else "DISABLED")

    def write_resources(self, target: Target) -> tuple[str, ...]:  # its actions take no resource
        """Macie's own actions name no resource."""
        return ("*",)
