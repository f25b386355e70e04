"""Compliance tests of all other resources; each docstring states the condition to pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from infra.local.detector.context import EvaluationContext, Verdict
from infra.local.inventory import Resource

_OLDEST_KEY = timedelta(days=90)


def account_block(account: Resource, _: EvaluationContext) -> Verdict:
    """S3.1: the account's four public access block settings are on. Evaluated in the home Region."""
    if "PublicAccessBlock" not in account.settings:
        return None
    block: Mapping[str, bool] = account.settings["PublicAccessBlock"] or {}
    return bool(block) and all(block.values())


def default_encryption(account: Resource, _: EvaluationContext) -> Verdict:
    """EC2.7: new volumes are encrypted."""
    return bool(account.settings["EbsEncryptionByDefault"])


def metadata_tokens(instance: Resource, _: EvaluationContext) -> Verdict:
    """EC2.8: IMDSv2 is required, or the metadata service is off."""
    return bool(instance.settings["HttpTokens"] == "required" or instance.settings["HttpEndpoint"] == "disabled")


def public_address(instance: Resource, _: EvaluationContext) -> Verdict:
    """EC2.9: no interface of the instance has a public IPv4 address."""
    return not any(interface["PublicIp"] for interface in instance.settings["NetworkInterfaces"])


def subnet_addresses(subnet: Resource, _: EvaluationContext) -> Verdict:
    """EC2.15: the subnet assigns no public addresses."""
    return not subnet.settings["MapPublicIpOnLaunch"]


def http_redirect(balancer: Resource, _: EvaluationContext) -> Verdict:
    """ELB.1: every HTTP listener of an Application Load Balancer redirects to HTTPS."""
    if balancer.settings["Type"] != "application":
        return None
    plain = [listener for listener in balancer.settings["Listeners"] if listener["Protocol"] == "HTTP"]
    return all(item["DefaultAction"] == "redirect" and item["RedirectProtocol"] == "HTTPS" for item in plain)


def key_age(user: Resource, scene: EvaluationContext) -> Verdict:
    """IAM.3: no active access key is older than 90 days."""
    active = [key for key in user.settings["AccessKeys"] if key["Status"] == "Active"]
    return all(scene.now - datetime.fromisoformat(key["CreateDate"]) <= _OLDEST_KEY for key in active)


def key_rotation(key: Resource, _: EvaluationContext) -> Verdict:
    """KMS.4: an enabled symmetric key is rotated."""
    if key.settings["KeySpec"] != "SYMMETRIC_DEFAULT" or key.settings["KeyState"] != "Enabled":
        return None
    return bool(key.settings["KeyRotationEnabled"])


def public_database(database: Resource, _: EvaluationContext) -> Verdict:
    """RDS.2: the instance is not publicly accessible."""
    return not database.settings["PubliclyAccessible"]


def topic_encryption(topic: Resource, _: EvaluationContext) -> Verdict:
    """SNS.1: the topic has a KMS key."""
    return bool(topic.settings["KmsMasterKeyId"])


def queue_encryption(queue: Resource, _: EvaluationContext) -> Verdict:
    """SQS.1: the queue is encrypted, by KMS or by SQS."""
    return bool(queue.settings["KmsMasterKeyId"] or queue.settings["SqsManagedSseEnabled"])


def trail_validation(trail: Resource, _: EvaluationContext) -> Verdict:
    """CloudTrail.4: the trail's log files are validated."""
    return bool(trail.settings["LogFileValidationEnabled"])
