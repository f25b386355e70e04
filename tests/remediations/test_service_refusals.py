"""What the bot does not work on in further services, says why, or does without asking twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from moto.awslambda.models import lambda_backends
from moto.elasticache.models import elasticache_backends
from moto.kafka.models import kafka_backends
from moto.redshift.models import redshift_backends

from bot.domain.errors import Busy
from bot.domain.plan import Compliant, Refused, Target
from bot.domain.remediation import Remediation, plan
from bot.remediations.dynamodb.autoscaling import ScaleTable
from bot.remediations.ecr.scan_on_push import ScanImages
from bot.remediations.elasticache.failover import FailOverCache
from bot.remediations.elasticache.snapshots import KeepCacheSnapshots
from bot.remediations.lambda_.resource_policy import CloseFunction
from bot.remediations.msk.public_access import CloseBrokers
from bot.remediations.redshift.public_access import MakeClusterPrivate
from bot.remediations.s3.access_logging import LogBucketAccess
from bot.remediations.s3.cross_account import RestrictOtherAccounts
from bot.remediations.s3.events import NotifyOfChanges
from bot.remediations.s3.lifecycle import AbortIncompleteUploads
from bot.remediations.secretsmanager.deletion import DeleteUnusedSecret
from bot.remediations.secretsmanager.rotation import RotateSecretAutomatically
from bot.remediations.tagging.required_tags import TagTable
from tests.aws import ACCOUNT, REGION, MotoAccount, plain_client
from tests.remediations.cases.ecr.scan_on_push import ARepositoryThatDoesNotScan
from tests.remediations.cases.elasticache.failover import AGroupWithoutFailover
from tests.remediations.cases.elasticache.snapshots import ACacheWithoutSnapshots
from tests.remediations.cases.lambda_.resource_policy import APublicFunction
from tests.remediations.cases.msk.public_access import APublicBrokerCluster
from tests.remediations.cases.redshift.public_access import APublicWarehouse
from tests.remediations.cases.s3.access_logging import ABucketWithoutAccessLogs
from tests.remediations.cases.s3.buckets import make_bucket
from tests.remediations.cases.s3.cross_account import ABucketThatEverybodyMayChange
from tests.remediations.cases.s3.events import ABucketWithoutEvents
from tests.remediations.cases.s3.lifecycle import ABucketWithoutLifecycleRules
from tests.remediations.cases.tagging.required_tags import ATableWithoutTags
from tests.remediations.contract import apply, planned, targeted


def with_params(target: Target, **params: Any) -> Target:
    return Target(target.remediation, target.resource, target.controls, params)


def logs(log_bucket: str) -> Callable[[], Target]:
    def make() -> Target:
        return with_params(ABucketWithoutAccessLogs().make(), log_bucket=log_bucket)

    return make


def logs_in_another_region() -> Target:
    plain_client("s3", "us-east-1").create_bucket(Bucket="logs-elsewhere")
    return logs("logs-elsewhere")()


def events(destination: str) -> Callable[[], Target]:
    def make() -> Target:
        return with_params(ABucketWithoutEvents().make(), destination=destination)

    return make


def a_policy_that_s3_takes_no_more() -> Target:
    target = ABucketThatEverybodyMayChange().make()
    block = {"BlockPublicPolicy": True}
    plain_client("s3").put_public_access_block(Bucket=target.resource.name, PublicAccessBlockConfiguration=block)
    return target


def a_registry_that_scans_by_its_own_rules() -> Target:
    plain_client("ecr").put_registry_scanning_configuration(scanType="ENHANCED", rules=[])
    return ARepositoryThatDoesNotScan().make()


def a_secret_without_a_function() -> Target:
    made = plain_client("secretsmanager").create_secret(Name="api", SecretString="x")
    return targeted(RotateSecretAutomatically, made["ARN"])


def a_secret_with_copies() -> Target:
    made = plain_client("secretsmanager").create_secret(
        Name="old/shared", SecretString="x", AddReplicaRegions=[{"Region": "us-east-1"}]
    )
    return targeted(DeleteUnusedSecret, made["ARN"])


def tags_that_nobody_names() -> Target:
    return with_params(ATableWithoutTags().make())


def a_function_whose_statement_cannot_be_remade() -> Target:
    case = APublicFunction()
    target = case.make()
    plain_client("lambda").add_permission(
        FunctionName=target.resource.id, StatementId="odd", Principal="*", Action="lambda:InvokeFunction"
    )
    made = lambda_backends[ACCOUNT][REGION].get_function(target.resource.name)
    made.policy.statements[-1]["Condition"] = {"StringEquals": {"aws:RequestTag/x": "y"}}
    return target


def memcached() -> Target:
    plain_client("elasticache").create_cache_cluster(
        CacheClusterId="pages", Engine="memcached", CacheNodeType="cache.t4g.micro", NumCacheNodes=1
    )
    return targeted(KeepCacheSnapshots, f"arn:aws:elasticache:{REGION}:{ACCOUNT}:cluster:pages")


def a_group_without_replicas() -> Target:
    made = plain_client("elasticache").create_replication_group(
        ReplicationGroupId="lone", ReplicationGroupDescription="-", AutomaticFailoverEnabled=False
    )
    return targeted(FailOverCache, made["ReplicationGroup"]["ARN"])


def a_cache_with_others_changes_waiting() -> Target:
    target = ACacheWithoutSnapshots().make()
    cluster: Any = elasticache_backends[ACCOUNT][REGION].cache_clusters["sessions"]
    cluster.pending_modified_values = {"EngineVersion": "7.1"}
    return target


def a_paused_warehouse() -> Target:
    target = APublicWarehouse().make()
    redshift_backends[ACCOUNT][REGION].clusters["sales"].status = "paused"
    return target


@pytest.mark.parametrize(
    ("recipe", "make", "reason"),
    [
        (LogBucketAccess(), logs(""), "names no bucket"),
        (LogBucketAccess(), logs("acme-invoices"), "itself the bucket"),
        (LogBucketAccess(), logs("no-such-bucket"), "does not exist"),
        (LogBucketAccess(), logs("logs-{zone}"), "the placeholders are {account}"),
        (LogBucketAccess(), logs_in_another_region, "in another Region, us-east-1"),
        (NotifyOfChanges(), events(""), "names no destination"),
        (NotifyOfChanges(), events("arn:aws:sqs:{region}:{account}:queue"), "is neither a topic's ARN nor EventBridge"),
        (RestrictOtherAccounts(), a_policy_that_s3_takes_no_more, "takes no new version"),
        (ScanImages(), a_registry_that_scans_by_its_own_rules, "enhanced scanning"),
        (RotateSecretAutomatically(), a_secret_without_a_function, "no function is attached"),
        (DeleteUnusedSecret(), a_secret_with_copies, "copies in other Regions"),
        (TagTable(), tags_that_nobody_names, "names no tags"),
        (CloseFunction(), a_function_whose_statement_cannot_be_remade, "Undo could not remake it"),
        (KeepCacheSnapshots(), memcached, "Memcached has no snapshots"),
        (FailOverCache(), a_group_without_replicas, "no replica"),
        (KeepCacheSnapshots(), a_cache_with_others_changes_waiting, "would be applied too: EngineVersion"),
        (MakeClusterPrivate(), a_paused_warehouse, "no cluster that is paused"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_it_is_refused(recipe: Remediation, make: Callable[[], Target], reason: str, aws: MotoAccount) -> None:
    outcome = plan(recipe, make(), aws)
    assert isinstance(outcome, Refused)
    assert reason in outcome.reason


def test_one_active_rule_of_somebodys_is_enough(aws: MotoAccount) -> None:
    case = ABucketWithoutLifecycleRules()
    target = case.make()
    case._put([{"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}])
    assert isinstance(plan(AbortIncompleteUploads(), target, aws), Compliant)


def test_events_of_somebodys_are_enough(aws: MotoAccount) -> None:
    target = ABucketWithoutEvents().make()
    topic = plain_client("sns").create_topic(Name="theirs")["TopicArn"]
    theirs = {"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]}
    plain_client("s3").put_bucket_notification_configuration(
        Bucket=target.resource.name, NotificationConfiguration=theirs
    )
    assert isinstance(plan(NotifyOfChanges(), target, aws), Compliant)


def test_a_bucket_that_logs_already_needs_no_bucket_of_the_policys(aws: MotoAccount) -> None:
    case = ABucketWithoutAccessLogs()
    target = case.make()
    case.edit_same(target)
    assert isinstance(plan(LogBucketAccess(), with_params(target), aws), Compliant)


def test_a_secret_that_is_read_stays(aws: MotoAccount) -> None:
    made = plain_client("secretsmanager").create_secret(Name="fresh", SecretString="x")
    assert isinstance(plan(DeleteUnusedSecret(), targeted(DeleteUnusedSecret, made["ARN"]), aws), Compliant)


def test_a_table_on_demand_has_no_capacity_to_scale(aws: MotoAccount) -> None:
    plain_client("dynamodb").create_table(
        TableName="events",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert isinstance(plan(ScaleTable(), targeted(ScaleTable, "events"), aws), Compliant)


def test_s3_may_go_on_invoking_the_function_for_buckets_of_this_account(aws: MotoAccount) -> None:
    case = APublicFunction()
    target = case.make()
    apply(CloseFunction(), target, planned(CloseFunction(), target, aws), aws)
    (kept,) = (one for one in case.statements() if one["Principal"] == {"Service": "s3.amazonaws.com"})
    assert kept["Condition"] == {
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::acme-uploads"},
        "StringEquals": {"AWS:SourceAccount": ACCOUNT},
    }


def test_a_policy_keeps_its_id_and_the_order_of_its_statements(aws: MotoAccount) -> None:
    case = ABucketThatEverybodyMayChange()
    make_bucket("acme-shared")
    statements = [{**case.wrong[0], "Sid": name, "Action": "s3:PutObjectAcl"} for name in ("b", "a")]
    mine = {**statements[0], "Sid": "first", "Action": "s3:GetObject"}
    policy = json.dumps(
        {"Version": "2008-10-17", "Id": "acme", "Statement": [mine, *statements, mine | {"Sid": "last"}]}
    )
    plain_client("s3").put_bucket_policy(Bucket="acme-shared", Policy=policy)
    target = targeted(RestrictOtherAccounts, "acme-shared")
    apply(RestrictOtherAccounts(), target, planned(RestrictOtherAccounts(), target, aws), aws)
    after = json.loads(plain_client("s3").get_bucket_policy(Bucket="acme-shared")["Policy"])
    assert (after["Version"], after["Id"]) == ("2008-10-17", "acme")
    assert [one["Sid"] for one in after["Statement"]] == ["first", "last"]


def test_a_change_that_a_crash_left_under_way_is_waited_for(aws: MotoAccount) -> None:
    brokers, warehouse, group = APublicBrokerCluster().make(), APublicWarehouse().make(), AGroupWithoutFailover().make()
    kafka_backends[ACCOUNT][REGION].clusters[brokers.resource.id].state = "UPDATING"
    redshift_backends[ACCOUNT][REGION].clusters["sales"].status = "modifying"
    elasticache_backends[ACCOUNT][REGION].replication_groups["carts"].status = "modifying"
    for recipe, target in ((CloseBrokers(), brokers), (MakeClusterPrivate(), warehouse), (FailOverCache(), group)):
        (change,) = planned(recipe, target, aws).changes
        with pytest.raises(Busy):
            recipe.write(target, change.setting, change.after, aws)
