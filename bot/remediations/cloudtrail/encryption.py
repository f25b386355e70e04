"""Trails: encrypted with a key of one's own, and sent to CloudWatch Logs too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if

_KEY: Final = "KMS key"
_LOGS: Final = "CloudWatch Logs"


class EncryptTrail(Remediation):
    """Encrypt log files with the KMS key that the policy names; a trail that has a key keeps it.

    CloudTrail refuses a key whose policy does not let it encrypt. Readers of the logs need kms:Decrypt from then on;
    files that are there stay as they are.
    """

    title = "Encrypt the trail with a KMS key"
    problem = "Trail without a KMS key"
    controls = ("CloudTrail.2",)
    config_rules = ("CLOUD_TRAIL_ENCRYPTION_ENABLED",)
    resource_type = "AWS::CloudTrail::Trail"
    effects = (Effect.CUTS_ACCESS, Effect.FUTURE_ONLY, Effect.COSTS_MONEY)
    reads = ("cloudtrail:GetTrail",)
    writes = ("cloudtrail:UpdateTrail",)
    params: ClassVar[Mapping[str, Param]] = {"kmsKeyId": Param("", "ARN of the key for the trails; none, no fix")}

    def read(self, target: Target, aws: Account) -> Settings:
        """The trail's key."""
        return {_KEY: trail_of(aws, target).get("KmsKeyId") or ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Its own, else the policy's."""
        if settings[_KEY] is not ABSENT:
            return dict(settings)
        if not params["kmsKeyId"]:
            raise Refusal("the policy names no key for trails: set kmsKeyId of CloudTrail.2")
        return {_KEY: str(params["kmsKeyId"])}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """CloudTrail takes the key away when it is given the empty text."""
        update(aws, target, KmsKeyId="" if value is ABSENT else value)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The trail, in whichever Region it is at home."""
        return (anywhere(target),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who reads the files."""
        yield evidence_of("Where are the files?", lambda: f"in the bucket {trail_of(aws, target)['S3BucketName']}")
        yield Evidence("May their readers use the key?", "not known (key policies are not read)", known=False)


class SendTrailToCloudWatch(Remediation):
    """Send a trail's events to the log group that the policy names, too; one that is there stays."""

    title = "Send the trail to CloudWatch Logs"
    problem = "Trail is not in CloudWatch Logs"
    controls = ("CloudTrail.5",)
    config_rules = ("CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED",)
    resource_type = "AWS::CloudTrail::Trail"
    effects = (Effect.COSTS_MONEY,)
    reads = ("cloudtrail:GetTrail",)
    writes = ("cloudtrail:UpdateTrail", "iam:PassRole")
    params: ClassVar[Mapping[str, Param]] = {
        "logGroup": Param("", "ARN of the log group, ending in :*; none, no fix"),
        "role": Param("", "ARN of the role by which CloudTrail may write to it; none, no fix"),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """The log group and the role."""
        trail = trail_of(aws, target)
        group = trail.get("CloudWatchLogsLogGroupArn")
        return {_LOGS: {"log group": group, "role": trail.get("CloudWatchLogsRoleArn", "")} if group else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Its own, else the policy's. Raises Refusal where the policy names none."""
        if settings[_LOGS] is not ABSENT:
            return dict(settings)
        if not params["logGroup"] or not params["role"]:
            raise Refusal("the policy does not say where to: set logGroup and role of CloudTrail.5")
        return {_LOGS: {"log group": str(params["logGroup"]), "role": str(params["role"])}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Both at once; empty texts stop it (CloudTrail User Guide, "Stopping CloudTrail from sending events")."""
        group, role = ("", "") if value is ABSENT else (value["log group"], value["role"])
        update(aws, target, CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The trail in whichever Region it is at home, and the role that CloudTrail is given."""
        role = resolved_params(self, target)["role"]
        return (anywhere(target), *([str(role)] if role else []))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """How much comes."""
        yield evidence_of("Are its events of all Regions?", lambda: _scope(trail_of(aws, target)))


def trail_of(aws: Account, target: Target) -> dict[str, Any]:
    """The trail. Raises ResourceGone, or Refusal for one of the organisation's management account."""
    with gone_if("TrailNotFoundException"):
        trail: dict[str, Any] = _home(aws, target).get_trail(Name=target.resource.id)["Trail"]
    owner = parse_arn(trail["TrailARN"])
    if owner and owner.account != target.resource.account:
        raise Refusal(f"it is the organisation's trail: account {owner.account} has it")
    return trail


def update(aws: Account, target: Target, **change: str | bool) -> None:
    """Change what is named, and nothing else of the trail."""
    _home(aws, target).update_trail(Name=target.resource.id, **change)


def _home(aws: Account, target: Target) -> Any:
    """CloudTrail in the trail's home Region, which its ARN names; another Region refuses (API_UpdateTrail)."""
    arn = parse_arn(target.resource.id)
    return aws.client("cloudtrail", arn.region if arn else "")


def anywhere(target: Target) -> str:
    """The trail's ARN in any Region: a multi-Region trail is reported from all."""
    where = target.resource
    return f"arn:{where.partition}:cloudtrail:*:{where.account}:trail/{where.name}"


def _scope(trail: Mapping[str, Any]) -> str:
    return "yes" if trail.get("IsMultiRegionTrail") else "no: of its own Region only"
