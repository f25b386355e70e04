# ruff: noqa: ARG002 - a case knows its resource without the target
"""Detection that is off: GuardDuty's features, Inspector's scans, Macie's discovery, Access Analyzer."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.access_analyzer.analyzers import NAME, AnalyseExternalAccess
from bot.remediations.guardduty.features import (
    ScanVolumesForMalware,
    WatchDatabaseLogins,
    WatchEksAuditLogs,
    WatchLambdaTraffic,
    WatchObjectAccess,
    WatchRuntime,
)
from bot.remediations.inspector.scans import ScanWithInspector
from bot.remediations.macie.discovery import DiscoverSensitiveData
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class ADetectorWithoutEksAuditLogs(Case):
    """A detector with one other feature, of which somebody changes how often it publishes."""

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


class AnAccountWithoutInspector(Case):
    remediation = ScanWithInspector
    two_valued = True
    types: ClassVar[list[str]] = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]

    def make(self) -> Target:
        self.edit_same(targeted(ScanWithInspector, ACCOUNT))
        return targeted(ScanWithInspector, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        criteria = {"severity": [{"comparison": "EQUALS", "value": "LOW"}]}
        plain_client("inspector2").create_filter(name="theirs", action="NONE", filterCriteria=criteria)

    def beside(self, target: Target) -> Any:
        return [one["name"] for one in plain_client("inspector2").list_filters()["filters"]]

    def edit_same(self, target: Target) -> None:
        plain_client("inspector2").disable(accountIds=[ACCOUNT], resourceTypes=self.types)

    def destroy(self, target: Target) -> None:
        raise Indestructible


class AnAccountThatDoesNotScanCode(AnAccountWithoutInspector):
    """One control is open: functions come along, instances and images do not."""

    def make(self) -> Target:
        super().make()
        return targeted(ScanWithInspector, ACCOUNT, "Inspector.3")


class AnAccountWithoutDiscovery(Case):
    remediation = DiscoverSensitiveData
    two_valued = True

    def make(self) -> Target:
        plain_client("macie2").enable_macie(status="ENABLED")
        return targeted(DiscoverSensitiveData, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        plain_client("macie2").update_macie_session(findingPublishingFrequency="ONE_HOUR")

    def beside(self, target: Target) -> Any:
        return plain_client("macie2").get_macie_session()["findingPublishingFrequency"]

    def edit_same(self, target: Target) -> None:
        plain_client("macie2").update_automated_discovery_configuration(status="DISABLED")

    def destroy(self, target: Target) -> None:
        raise Indestructible


class ARegionWithoutAnalyzer(Case):
    """There is one of unused access, which is something else."""

    remediation = AnalyseExternalAccess
    two_valued = True

    def make(self) -> Target:
        self.create("theirs", "ACCOUNT_UNUSED_ACCESS")
        return targeted(AnalyseExternalAccess, ACCOUNT)

    def create(self, name: str, kind: str) -> None:
        plain_client("accessanalyzer").create_analyzer(analyzerName=name, type=kind, tags={"password": PLANTED})

    def edit_beside(self, target: Target) -> None:
        self.create("inner", "ACCOUNT_INTERNAL_ACCESS")

    def beside(self, target: Target) -> Any:
        found = plain_client("accessanalyzer").list_analyzers()["analyzers"]
        return [one["name"] for one in found if one["name"] != NAME]

    def edit_same(self, target: Target) -> None:
        plain_client("accessanalyzer").delete_analyzer(analyzerName=NAME)

    def destroy(self, target: Target) -> None:
        raise Indestructible
