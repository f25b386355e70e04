"""Keys, databases, topics, queues, trails and load balancers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.local.inventory.resource import Resource, tag_map
from infra.local.sandbox.accounts import AccountRegion


def _resource(place: AccountRegion, kind: str, arn: str, settings: dict[str, Any], **named: Any) -> Resource:
    last = arn.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
    tags: Mapping[str, str] = named.get("tags", {})
    return Resource(
        account=place.account,
        region=place.region,
        type=kind,
        id=named.get("id", last),
        arn=arn,
        name=named.get("name", last),
        settings=settings,
        tags=tags,
    )


def read_keys(place: AccountRegion) -> Iterator[Resource]:
    """Customer managed keys."""
    kms = place.client("kms")
    aliases = {alias.get("TargetKeyId"): alias["AliasName"] for alias in kms.list_aliases()["Aliases"]}
    for listed in kms.list_keys()["Keys"]:
        key = kms.describe_key(KeyId=listed["KeyId"])["KeyMetadata"]
        if key["KeyManager"] != "CUSTOMER":
            continue
        settings = {
            "KeyState": key["KeyState"],
            "KeySpec": key["KeySpec"],
            "KeyRotationEnabled": kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"],
        }
        tags = tag_map(kms.list_resource_tags(KeyId=key["KeyId"])["Tags"])
        name = aliases.get(key["KeyId"], key["KeyId"])
        yield _resource(place, "AWS::KMS::Key", key["Arn"], settings, name=name, tags=tags)


def read_databases(place: AccountRegion) -> Iterator[Resource]:
    """Database instances; Config's id is the DbiResourceId."""
    for database in place.client("rds").describe_db_instances()["DBInstances"]:
        settings = {
            "Engine": database["Engine"],
            "DBInstanceStatus": database["DBInstanceStatus"],
            "PubliclyAccessible": database.get("PubliclyAccessible", False),  # moto omits the default
        }
        tags = tag_map(database.get("TagList", []))
        name, identity = database["DBInstanceIdentifier"], database["DbiResourceId"]
        yield _resource(
            place, "AWS::RDS::DBInstance", database["DBInstanceArn"], settings, name=name, id=identity, tags=tags
        )


def read_topics(place: AccountRegion) -> Iterator[Resource]:
    """Topics; Config's id is the ARN."""
    sns = place.client("sns")
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        settings = {"KmsMasterKeyId": attributes.get("KmsMasterKeyId") or None}
        tags = tag_map(sns.list_tags_for_resource(ResourceArn=arn)["Tags"])
        yield _resource(place, "AWS::SNS::Topic", arn, settings, id=arn, tags=tags)


def read_queues(place: AccountRegion) -> Iterator[Resource]:
    """Queues; Config's id is the URL."""
    sqs = place.client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        settings = {
            "KmsMasterKeyId": attributes.get("KmsMasterKeyId"),
            "SqsManagedSseEnabled": attributes.get("SqsManagedSseEnabled") == "true",
        }
        tags = sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
        yield _resource(place, "AWS::SQS::Queue", attributes["QueueArn"], settings, id=url, tags=tags)


def read_trails(place: AccountRegion) -> Iterator[Resource]:
    """Trails whose home is this Region."""
    cloudtrail = place.client("cloudtrail")
    for trail in cloudtrail.describe_trails()["trailList"]:
        if trail.get("HomeRegion", place.region) != place.region:
            continue
        arn = trail["TrailARN"]
        settings = {
            "S3BucketName": trail["S3BucketName"],
            "LogFileValidationEnabled": trail.get("LogFileValidationEnabled", False),
        }
        listed = cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"]
        tags = tag_map(listed[0].get("TagsList", []) if listed else [])
        yield _resource(place, "AWS::CloudTrail::Trail", arn, settings, id=arn, tags=tags)


def read_load_balancers(place: AccountRegion) -> Iterator[Resource]:
    """Load balancers with their listeners; Config's id is the ARN."""
    elb = place.client("elbv2")
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        arn = balancer["LoadBalancerArn"]
        listeners = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
        settings = {"Type": balancer["Type"], "Listeners": [_listener(item) for item in listeners]}
        tags = tag_map(elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])
        name = balancer["LoadBalancerName"]
        yield _resource(place, "AWS::ElasticLoadBalancingV2::LoadBalancer", arn, settings, id=arn, name=name, tags=tags)


def _listener(listener: dict[str, Any]) -> dict[str, Any]:
    first = listener["DefaultActions"][0]
    return {
        "Port": listener["Port"],
        "Protocol": listener["Protocol"],
        "DefaultAction": first["Type"],
        "RedirectProtocol": first.get("RedirectConfig", {}).get("Protocol"),
    }
