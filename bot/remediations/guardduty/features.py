"""Turn on GuardDuty's protection plans, each of which is a feature of the Region's detector.

In an organization the GuardDuty administrator manages them: GuardDuty refuses a member's own call, so the bot does not
make it (Amazon GuardDuty User Guide, "Managing multiple accounts").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.arns import arn_of
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle

_READS: Final = ("guardduty:GetAdministratorAccount", "guardduty:GetDetector")
_RUNTIME_MONITORING: Final = "RUNTIME_MONITORING"
_EKS_RUNTIME_MONITORING: Final = "EKS_RUNTIME_MONITORING"
_ON: Final = "ENABLED"
_OFF: Final = "DISABLED"


class _Feature(Toggle):
    """One feature of a detector; UpdateDetector leaves those that it does not name unchanged (API_UpdateDetector)."""

    resource_type = "AWS::GuardDuty::Detector"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = _READS
    writes: ClassVar[tuple[str, ...]] = ("guardduty:UpdateDetector",)
    proved_on = "extended"
    compliant_value = True
    feature: ClassVar[str]

    def is_on(self, target: Target, aws: Account) -> bool:
        return _status(_detector(aws, target), self.feature) == _ON

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        _set(aws, target, {"Name": self.feature, "Status": _ON if on else _OFF})

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the detector's ARN, also where AWS Config gives its id."""
        return (_detector_arn(target),)


class WatchEksAuditLogs(_Feature):
    """Monitor the audit logs of EKS clusters; GuardDuty reads them directly, nothing is configured in a cluster."""

    title = "Watch the audit logs of EKS clusters"
    problem = "GuardDuty does not watch EKS audit logs"
    controls = ("GuardDuty.5",)
    config_rules = ("GUARDDUTY_EKS_PROTECTION_AUDIT_ENABLED",)
    setting = "EKS audit log monitoring"
    feature = "EKS_AUDIT_LOGS"


class WatchLambdaTraffic(_Feature):
    """Monitor the network traffic of Lambda functions."""

    title = "Watch the network traffic of functions"
    problem = "GuardDuty does not watch Lambda functions"
    controls = ("GuardDuty.6",)
    config_rules = ("GUARDDUTY_LAMBDA_PROTECTION_ENABLED",)
    setting = "Lambda protection"
    feature = "LAMBDA_NETWORK_LOGS"


class ScanVolumesForMalware(_Feature):
    """Scan copies of the volumes of instances with a finding for malware."""

    title = "Scan suspicious instances for malware"
    problem = "GuardDuty does not scan for malware"
    controls = ("GuardDuty.8",)
    config_rules = ("GUARDDUTY_MALWARE_PROTECTION_ENABLED",)
    writes = ("guardduty:UpdateDetector", "iam:CreateServiceLinkedRole")
    reversible = Reversible.PARTLY
    not_restored = "the absence of GuardDuty's service-linked role for malware protection, which stays"
    setting = "malware protection for EC2"
    feature = "EBS_MALWARE_PROTECTION"

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the detector and the service-linked role that GuardDuty creates for the scans."""
        role = "malware-protection.guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDutyMalwareProtection"
        return (_detector_arn(target), arn_of(target, "iam", f"role/aws-service-role/{role}"))


class WatchDatabaseLogins(_Feature):
    """Monitor logins to Aurora and RDS databases."""

    title = "Watch logins to databases"
    problem = "GuardDuty does not watch database logins"
    controls = ("GuardDuty.9",)
    config_rules = ("GUARDDUTY_RDS_PROTECTION_ENABLED",)
    setting = "RDS protection"
    feature = "RDS_LOGIN_EVENTS"


class WatchObjectAccess(_Feature):
    """Monitor access to objects in S3."""

    title = "Watch access to objects in S3"
    problem = "GuardDuty does not watch S3 objects"
    controls = ("GuardDuty.10",)
    config_rules = ("GUARDDUTY_S3_PROTECTION_ENABLED",)
    setting = "S3 protection"
    feature = "S3_DATA_EVENTS"


class WatchRuntime(Remediation):
    """Turn on runtime monitoring, and automatic agent management where the open controls require it.

    GuardDuty.11 is about the monitoring; 7, 12 and 13 are about the agent on EKS clusters, in Fargate tasks and on
    instances. An agent without the monitoring does nothing, so the monitoring is always turned on. A detector may have
    the older EKS-only runtime monitoring, which excludes the newer one: a person has to migrate it ("Migrating from EKS
    Runtime Monitoring").
    """

    title = "Watch what runs on clusters and instances"
    problem = "GuardDuty does not watch workloads at run time"
    controls = ("GuardDuty.7", "GuardDuty.11", "GuardDuty.12", "GuardDuty.13")
    config_rules = (
        "GUARDDUTY_EKS_PROTECTION_RUNTIME_ENABLED",
        "GUARDDUTY_RUNTIME_MONITORING_ENABLED",
        "GUARDDUTY_ECS_PROTECTION_RUNTIME_ENABLED",
        "GUARDDUTY_EC2_PROTECTION_RUNTIME_ENABLED",
    )
    resource_type = "AWS::GuardDuty::Detector"
    effects = (Effect.COSTS_MONEY, Effect.TAKES_LONG)
    reversible = Reversible.PARTLY
    not_restored = "agents and VPC endpoints that GuardDuty has put in place by then: it may leave them there"
    reads = _READS
    writes = ("guardduty:UpdateDetector",)
    proved_on = "extended"
    monitoring: ClassVar[str] = "runtime monitoring"
    agents: ClassVar[Mapping[str, tuple[str, str]]] = {
        "GuardDuty.7": ("agent on EKS clusters", "EKS_ADDON_MANAGEMENT"),
        "GuardDuty.12": ("agent in Fargate tasks", "ECS_FARGATE_AGENT_MANAGEMENT"),
        "GuardDuty.13": ("agent on instances", "EC2_AGENT_MANAGEMENT"),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the monitoring and each agent. Raises Refusal where EKS-only runtime monitoring is on."""
        detector = _detector(aws, target)
        if _status(detector, _EKS_RUNTIME_MONITORING) == _ON:
            raise Refusal("the older EKS runtime monitoring is on, which excludes this one: migrate by hand first")
        feature = _feature(detector, _RUNTIME_MONITORING)
        more = {one["Name"]: one["Status"] for one in feature.get("AdditionalConfiguration", [])}
        managed = {setting: more.get(name) == _ON for setting, name in self.agents.values()}
        return {self.monitoring: feature.get("Status") == _ON, **managed}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        wanted = {self.agents[one][0]: True for one in sorted(target.controls) if one in self.agents}
        return {**settings, self.monitoring: True, **wanted}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set the monitoring, or one agent. The call for an agent has to repeat the status of the monitoring."""
        status = _ON if value else _OFF
        if setting == self.monitoring:
            _set(aws, target, {"Name": _RUNTIME_MONITORING, "Status": status})
            return
        more = [{"Name": dict(self.agents.values())[setting], "Status": status}]
        now = _status(_detector(aws, target), _RUNTIME_MONITORING)
        _set(aws, target, {"Name": _RUNTIME_MONITORING, "Status": now, "AdditionalConfiguration": more})

    def write_resources(self, target: Target) -> tuple[str, ...]:
        return (_detector_arn(target),)


def _detector(aws: Account, target: Target) -> dict[str, Any]:
    guardduty, detector = aws.client("guardduty"), target.resource.name
    with gone_if("BadRequestException"):
        found: dict[str, Any] = guardduty.get_detector(DetectorId=detector)
    if found["Status"] != _ON:
        raise Refusal("the detector is suspended: resume it first (GuardDuty.1)")
    administrator = guardduty.get_administrator_account(DetectorId=detector).get("Administrator", {})
    if administrator.get("RelationshipStatus") == "Enabled":
        raise Refusal(f"account {administrator['AccountId']} administers this detector: change it there")
    return found


def _feature(detector: Mapping[str, Any], name: str) -> dict[str, Any]:
    return next((dict(one) for one in detector.get("Features", []) if one["Name"] == name), {})


def _status(detector: Mapping[str, Any], name: str) -> str:
    return str(_feature(detector, name).get("Status", _OFF))


def _set(aws: Account, target: Target, feature: Mapping[str, Any]) -> None:
    aws.client("guardduty").update_detector(DetectorId=target.resource.name, Features=[feature])


def _detector_arn(target: Target) -> str:
    return arn_of(target, "guardduty", f"detector/{target.resource.name}")
