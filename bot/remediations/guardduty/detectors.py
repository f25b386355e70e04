"""GuardDuty and Macie: on, in every account and Region. Undo suspends them; what they have found stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from botocore.exceptions import ClientError

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import error_code, evidence_of
from bot.remediations.toolkit.toggle import Toggle

_NEW: Final = (
    "the protection plans for S3, EKS audit logs, Lambda, RDS and malware on EC2 too: AWS turns them on in a new"
    " detector, each free for 30 days"
)
_RESUMED: Final = "what the suspended detector had on"


class EnableGuardDuty(Toggle):
    """Turn GuardDuty on: make the Region's detector, or resume the one that there is.

    Undo suspends the detector and never deletes it, because with it would go its findings and whatever others have
    set up in it since (Amazon GuardDuty User Guide, "Suspending or disabling GuardDuty").
    """

    title = "Turn on GuardDuty"
    problem = "GuardDuty is off"
    controls = ("GuardDuty.1",)
    config_rules = ("GUARDDUTY_ENABLED_CENTRALIZED",)
    resource_type = "AWS::::Account"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "the absence of a detector: Undo suspends it, which costs nothing, and keeps what it has found"
    reads = ("guardduty:GetDetector", "guardduty:ListDetectors")
    writes = ("guardduty:CreateDetector", "guardduty:UpdateDetector", "iam:CreateServiceLinkedRole")
    setting = "GuardDuty"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:  # of the account
        """Whether there is a detector, and it is not suspended."""
        guardduty, detector = aws.client("guardduty"), _detector(aws)
        return bool(detector) and guardduty.get_detector(DetectorId=detector)["Status"] == "ENABLED"

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:  # of the account
        """A Region has one detector at most, so one that was made before a crash is found again."""
        guardduty, detector = aws.client("guardduty"), _detector(aws)
        if detector:
            guardduty.update_detector(DetectorId=detector, Enable=on)
        elif on:
            guardduty.create_detector(Enable=True)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:  # of the account
        """A new detector starts with all protection plans but runtime monitoring (API_CreateDetector)."""
        yield evidence_of("What comes on with it?", lambda: _RESUMED if _detector(aws) else _NEW)

    def write_resources(self, target: Target) -> tuple[str, ...]:  # creating takes no resource
        """A detector that is not there yet has no ARN."""
        return ("*",)


def _detector(aws: Account) -> str:
    pages = aws.client("guardduty").get_paginator("list_detectors").paginate()
    found = [one for page in pages for one in page["DetectorIds"]]
    return str(found[0]) if found else ""


class EnableMacie(Toggle):
    """Turn Macie on: enable it, or resume it where it is paused.

    Undo pauses it and never disables it, which would delete its findings and settings (Amazon Macie User Guide,
    "Suspending or disabling Macie").
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

    def is_on(self, target: Target, aws: Account) -> bool:  # of the account
        """Whether it is enabled and not paused."""
        return _macie(aws) == "ENABLED"

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:  # of the account
        """What is so already is left alone."""
        macie, now = aws.client("macie2"), _macie(aws)
        if now:
            macie.update_macie_session(status="ENABLED" if on else "PAUSED")
        elif on:
            macie.enable_macie(status="ENABLED")

    def write_resources(self, target: Target) -> tuple[str, ...]:  # its actions take no resource
        """Macie's own actions name no resource."""
        return ("*",)


def _macie(aws: Account) -> str:
    """`ENABLED`, `PAUSED`, or nothing: Macie refuses access where it is not enabled, and only its words tell why."""
    try:
        answer: dict[str, Any] = aws.client("macie2").get_macie_session()
    except ClientError as error:
        if error_code(error) == "AccessDeniedException" and "not enabled" in error.response["Error"].get("Message", ""):
            return ""
        raise
    return str(answer["status"])
