"""Enable GuardDuty in an account and Region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.toggle import Toggle

_NEW_DETECTOR: Final = (
    "the protection plans for S3, EKS audit logs, Lambda, RDS and malware on EC2 too: AWS turns them on in a new"
    " detector, each free for 30 days"
)
_RESUMED_DETECTOR: Final = "what the suspended detector had on"


class EnableGuardDuty(Toggle):
    """Enable GuardDuty: create the Region's detector, or resume a suspended one.

    Undo suspends the detector and never deletes it, because deletion would also delete its findings and any
    configuration made since (Amazon GuardDuty User Guide, "Suspending or disabling GuardDuty").
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

    def is_on(self, target: Target, aws: Account) -> bool:
        guardduty, detector = aws.client("guardduty"), _detector_id(aws)
        return bool(detector) and guardduty.get_detector(DetectorId=detector)["Status"] == "ENABLED"

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Update the detector, or create it. A Region has one at most, so one created before a crash is found."""
        guardduty, detector = aws.client("guardduty"), _detector_id(aws)
        if detector:
            guardduty.update_detector(DetectorId=detector, Enable=on)
        elif on:
            guardduty.create_detector(Enable=True)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """A new detector has all protection plans on but runtime monitoring (API_CreateDetector)."""
        yield evidence_of("What comes on with it?", lambda: _RESUMED_DETECTOR if _detector_id(aws) else _NEW_DETECTOR)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because a detector that does not exist yet has no ARN."""
        return ("*",)


def _detector_id(aws: Account) -> str:
    pages = aws.client("guardduty").get_paginator("list_detectors").paginate()
    found = [one for page in pages for one in page["DetectorIds"]]
    return str(found[0]) if found else ""
