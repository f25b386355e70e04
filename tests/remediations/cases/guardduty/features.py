"""Cases of `bot.remediations.guardduty.features`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.guardduty.features import (
    ScanVolumesForMalware,
    WatchDatabaseLogins,
    WatchEksAuditLogs,
    WatchLambdaTraffic,
    WatchObjectAccess,
    WatchRuntime,
)
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class ADetectorWithoutEksAuditLogs(Case):
    """A detector with another feature; somebody else changes its publishing frequency."""

    remediation: ClassVar[type[Remediation]] = WatchEksAuditLogs
    two_valued = True
    feature = "EKS_AUDIT_LOGS"

    def make(self) -> Target:
        others = [{"Name": "AI_PROTECTION", "Status": "ENABLED"}]
        made = plain_client("guardduty").create_detector(Enable=True, Tags={"password": PLANTED}, Features=others)
        detector = made["DetectorId"]
        return targeted(self.remediation, f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{detector}")

    def edit_beside(self, target: Target) -> None:
        self.update(target, FindingPublishingFrequency="ONE_HOUR")

    def beside(self, target: Target) -> Any:
        found = plain_client("guardduty").get_detector(DetectorId=target.resource.name)
        return found["FindingPublishingFrequency"], [one for one in found["Features"] if one["Name"] == "AI_PROTECTION"]

    def edit_same(self, target: Target) -> None:
        self.update(target, Features=[{"Name": self.feature, "Status": "DISABLED"}])

    def destroy(self, target: Target) -> None:
        plain_client("guardduty").delete_detector(DetectorId=target.resource.name)

    def update(self, target: Target, **change: Any) -> None:
        plain_client("guardduty").update_detector(DetectorId=target.resource.name, **change)


class ADetectorWithoutLambda(ADetectorWithoutEksAuditLogs):
    remediation = WatchLambdaTraffic
    feature = "LAMBDA_NETWORK_LOGS"


class ADetectorWithoutMalwareScans(ADetectorWithoutEksAuditLogs):
    remediation = ScanVolumesForMalware
    feature = "EBS_MALWARE_PROTECTION"


class ADetectorWithoutDatabaseLogins(ADetectorWithoutEksAuditLogs):
    remediation = WatchDatabaseLogins
    feature = "RDS_LOGIN_EVENTS"


class ADetectorWithoutObjectAccess(ADetectorWithoutEksAuditLogs):
    remediation = WatchObjectAccess
    feature = "S3_DATA_EVENTS"


class ADetectorWithoutRuntimeMonitoring(ADetectorWithoutEksAuditLogs):
    remediation = WatchRuntime

    def edit_same(self, target: Target) -> None:
        agents = [{"Name": name, "Status": "DISABLED"} for _, name in WatchRuntime.agents.values()]
        off = {"Name": "RUNTIME_MONITORING", "Status": "DISABLED", "AdditionalConfiguration": agents}
        self.update(target, Features=[off])
