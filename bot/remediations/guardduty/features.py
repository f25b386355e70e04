"""GuardDuty's protection plans: each is a feature of the Region's detector, on or off.

In an organisation they belong to GuardDuty's administrator: a member's own call is refused, so the bot does not make it
(Amazon GuardDuty User Guide, "Managing multiple accounts").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle

_READS: Final = ("guardduty:GetAdministratorAccount", "guardduty:GetDetector")
_RUNTIME: Final = "RUNTIME_MONITORING"
_LEGACY: Final = "EKS_RUNTIME_MONITORING"
_ON: Final = "ENABLED"
_OFF: Final = "DISABLED"


class _Feature(Toggle):
    """One feature; UpdateDetector leaves those alone that it does not name (API_UpdateDetector)."""

    resource_type = "AWS::GuardDuty::Detector"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = _READS
    writes: ClassVar[tuple[str, ...]] = ("guardduty:UpdateDetector",)
    proved_on = "extended"
    compliant_value = True
    feature: ClassVar[str]

    def is_on(self, target: Target, aws: Account) -> bool:
        """Whether the detector has it on."""
        return _status(_detector(aws, target), self.feature) == _ON

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this feature."""
        _set(aws, target, {"Name": self.feature, "Status": _ON if on else _OFF})

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The detector's ARN, also where AWS Config names it by its id."""
        return _arns(target)


class WatchEksAuditLogs(_Feature):
    """Let GuardDuty read the audit logs of EKS clusters; it reads them itself, nothing is set up in a cluster."""

    title = "Watch the audit logs of EKS clusters"
    problem = "GuardDuty does not watch EKS audit logs"
    controls = ("GuardDuty.5",)
    config_rules = ("GUARDDUTY_EKS_PROTECTION_AUDIT_ENABLED",)
    setting = "EKS audit log monitoring"
    feature = "EKS_AUDIT_LOGS"


class WatchLambdaTraffic(_Feature):
    """Let GuardDuty watch the network traffic of Lambda functions."""

    title = "Watch the network traffic of functions"
    problem = "GuardDuty does not watch Lambda functions"
    controls = ("GuardDuty.6",)
    config_rules = ("GUARDDUTY_LAMBDA_PROTECTION_ENABLED",)
    setting = "Lambda protection"
    feature = "LAMBDA_NETWORK_LOGS"


class ScanVolumesForMalware(_Feature):
    """Let GuardDuty scan copies of the volumes of instances about which it has a finding."""

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
        """The detector, and the role that GuardDuty makes for the scans at first."""
        where = target.resource
        role = "malware-protection.guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDutyMalwareProtection"
        return (*_arns(target), f"arn:{where.partition}:iam::{where.account}:role/aws-service-role/{role}")


class WatchDatabaseLogins(_Feature):
    """Let GuardDuty watch logins to Aurora and RDS databases."""

    title = "Watch logins to databases"
    problem = "GuardDuty does not watch database logins"
    controls = ("GuardDuty.9",)
    config_rules = ("GUARDDUTY_RDS_PROTECTION_ENABLED",)
    setting = "RDS protection"
    feature = "RDS_LOGIN_EVENTS"


class WatchObjectAccess(_Feature):
    """Let GuardDuty watch who reads and writes objects in S3."""

    title = "Watch access to objects in S3"
    problem = "GuardDuty does not watch S3 objects"
    controls = ("GuardDuty.10",)
    config_rules = ("GUARDDUTY_S3_PROTECTION_ENABLED",)
    setting = "S3 protection"
    feature = "S3_DATA_EVENTS"


class WatchRuntime(Remediation):
    """Turn runtime monitoring on, and let GuardDuty install its agent where the open controls want it.

    GuardDuty.11 is about the monitoring, 7, 12 and 13 about the agent on EKS clusters, in Fargate tasks and on
    instances; an agent without the monitoring does nothing, so it comes along. A detector may have the older monitoring
    of EKS alone, which excludes the newer: moving over is for people ("Migrating from EKS Runtime Monitoring").
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
        """The monitoring, and each agent. Raises Refusal where the older monitoring of EKS is on."""
        detector = _detector(aws, target)
        if _status(detector, _LEGACY) == _ON:
            raise Refusal("the older EKS runtime monitoring is on, which excludes this one: migrate by hand first")
        feature = _feature(detector, _RUNTIME)
        more = {one["Name"]: one["Status"] for one in feature.get("AdditionalConfiguration", [])}
        managed = {setting: more.get(name) == _ON for setting, name in self.agents.values()}
        return {self.monitoring: feature.get("Status") == _ON, **managed}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The monitoring first, then the agents of the open controls."""
        wanted = {self.agents[one][0]: True for one in sorted(target.controls) if one in self.agents}
        return {**settings, self.monitoring: True, **wanted}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """An agent is changed and the monitoring left as it is, which the call has to name, too."""
        status = _ON if value else _OFF
        if setting == self.monitoring:
            _set(aws, target, {"Name": _RUNTIME, "Status": status})
            return
        more = [{"Name": dict(self.agents.values())[setting], "Status": status}]
        now = _status(_detector(aws, target), _RUNTIME)
        _set(aws, target, {"Name": _RUNTIME, "Status": now, "AdditionalConfiguration": more})

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The detector."""
        return _arns(target)


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


def _arns(target: Target) -> tuple[str, ...]:
    where = target.resource
    return (f"arn:{where.partition}:guardduty:{where.region}:{where.account}:detector/{where.name}",)
