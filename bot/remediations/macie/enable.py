"""Enable Macie in an account and Region."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from bot.domain.plan import Effect, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import error_code
from bot.remediations.toolkit.toggle import Toggle


class EnableMacie(Toggle):
    """Enable Macie, or resume it where it is paused.

    Undo pauses Macie and never disables it, because that would delete its findings and settings (Amazon Macie User
    Guide, "Suspending or disabling Macie").
    """

    title = "Turn on Macie"
    problem = "Macie is off"
    controls = ("Macie.1",)
    config_rules = ("MACIE_STATUS_CHECK",)
    resource_type = "AWS::::Account"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "the state before Macie was ever on: Undo pauses it, and keeps what it has found"
    reads = ("macie2:GetMacieSession",)
    writes = ("iam:CreateServiceLinkedRole", "macie2:EnableMacie", "macie2:UpdateMacieSession")
    proved_on = "extended"
    setting = "Macie"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        return _session_status(aws) == "ENABLED"

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        macie, now = aws.client("macie2"), _session_status(aws)
        if now:
            macie.update_macie_session(status="ENABLED" if on else "PAUSED")
        elif on:
            macie.enable_macie(status="ENABLED")

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because Macie's actions take no resource."""
        return ("*",)


def is_not_enabled(error: ClientError) -> bool:
    """Return whether Macie is not enabled: it then denies access to every call, and only the message says so."""
    return error_code(error) == "AccessDeniedException" and "not enabled" in error.response["Error"].get("Message", "")


def _session_status(aws: Account) -> str:
    """Return `ENABLED`, `PAUSED`, or "" where Macie is not enabled."""
    try:
        answer: dict[str, Any] = aws.client("macie2").get_macie_session()
    except ClientError as error:
        if is_not_enabled(error):
            return ""
        raise
    return str(answer["status"])
