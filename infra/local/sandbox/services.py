"""Keys, databases, topics, queues, trails and load balancers."""

from __future__ import annotations

from typing import Any

from infra.local.sandbox.accounts import AccountRegion, tags


def key(place: AccountRegion, alias: str, *, rotated: bool, **tagged: str) -> str:
    """Create a customer managed key with an alias; returns its ARN."""
    kms = place.client("kms")
    tag_list = [{"TagKey": name, "TagValue": value} for name, value in tagged.items()]
    made = kms.create_key(Description=alias, Tags=tag_list)["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{alias}", TargetKeyId=made["KeyId"])
    if rotated:
        kms.enable_key_rotation(KeyId=made["KeyId"])
    return str(made["Arn"])


def database(place: AccountRegion, name: str, *, public: bool, **tagged: str) -> None:
    place.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.t3.medium",
        AllocatedStorage=20,
        MasterUsername="admin_user",
        MasterUserPassword="not-a-real-password",
        PubliclyAccessible=public,
        StorageEncrypted=True,
        Tags=tags(**tagged),
    )


def topic(place: AccountRegion, name: str, key_arn: str | None = None, **tagged: str) -> None:
    """Create a topic, encrypted if a key is given."""
    attributes = {"KmsMasterKeyId": key_arn} if key_arn else {}
    place.client("sns").create_topic(Name=name, Attributes=attributes, Tags=tags(**tagged))


def queue(place: AccountRegion, name: str, *, encrypted: bool, **tagged: str) -> None:
    """Create a queue, encrypted by SQS or not."""
    attributes = {"SqsManagedSseEnabled": "true" if encrypted else "false"}
    place.client("sqs").create_queue(QueueName=name, Attributes=attributes, tags=tagged)


def trail(place: AccountRegion, name: str, bucket: str, *, validated: bool, **tagged: str) -> None:
    """Create a trail that logs to a bucket."""
    cloudtrail = place.client("cloudtrail")
    cloudtrail.create_trail(Name=name, S3BucketName=bucket, EnableLogFileValidation=validated, TagsList=tags(**tagged))
    cloudtrail.start_logging(Name=name)


def load_balancer(place: AccountRegion, name: str, action: dict[str, Any], **tagged: str) -> None:
    """Create an Application Load Balancer with one HTTP listener; without `action` it forwards."""
    found = place.client("ec2").describe_subnets()["Subnets"]
    elb = place.client("elbv2")
    made = elb.create_load_balancer(Name=name, Subnets=[item["SubnetId"] for item in found], Tags=tags(**tagged))
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    target = elb.create_target_group(Name=f"{name}-targets", Protocol="HTTP", Port=80, VpcId=found[0]["VpcId"])
    forward = {"Type": "forward", "TargetGroupArn": target["TargetGroups"][0]["TargetGroupArn"]}
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[action or forward])


_REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}


def seed_prod(place: AccountRegion) -> None:
    key(place, "payroll-data", rotated=False, owner="payments", env="prod")
    analytics = key(place, "analytics", rotated=True, owner="analytics", env="prod")
    database(place, "reporting-db", public=True, owner="analytics", env="prod")
    database(place, "orders-db", public=False, owner="orders", env="prod")
    topic(place, "payroll-alerts", owner="payments", env="prod")
    topic(place, "analytics-alerts", analytics, owner="analytics", env="prod")
    queue(place, "payroll-events", encrypted=False, owner="payments", env="prod")
    queue(place, "orders-events", encrypted=True, owner="orders", env="prod")
    trail(place, "prod-data-trail", "acme-cloudtrail-logs", validated=False, owner="security", env="prod")
    load_balancer(place, "web-frontend", {}, owner="web", env="prod")


def seed_dev(place: AccountRegion) -> None:
    """Account payments-dev, eu-west-1: encrypted by default, with a key that is never rotated."""
    place.client("ec2").enable_ebs_encryption_by_default()
    key(place, "payments-dev", rotated=False, owner="payments", env="dev")
    queue(place, "payments-dev-jobs", encrypted=False, owner="payments", env="dev")
    load_balancer(place, "payments-dev", _REDIRECT, owner="payments", env="dev")
