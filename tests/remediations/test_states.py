"""States of resources in which AWS refuses a change: waited for where it is at work, told where that ends by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from bot.domain.errors import Busy, Refusal
from bot.domain.plan import Changes, Gone, Refused
from bot.domain.remediation import plan
from tests.aws import MotoAccount, is_read
from tests.remediations.cases.dms.instances import AReplicationWithoutUpgrades
from tests.remediations.cases.dynamodb.deletion_protection import ATableThatCanBeDeleted
from tests.remediations.cases.ec2.instance_metadata import AnInstanceThatTakesNoToken
from tests.remediations.cases.ec2.snapshots import SnapshotsThatCanBeMadePublic
from tests.remediations.cases.ec2.subnet_public_addresses import ASubnetThatGivesPublicAddresses
from tests.remediations.cases.ec2.transit_gateways import AGatewayThatAcceptsEverybody
from tests.remediations.cases.ecs.task_addresses import AServiceWithPublicTasks
from tests.remediations.cases.efs.backup import AFileSystemWithoutBackups
from tests.remediations.cases.eks.logging import AClusterWithoutAuditLog
from tests.remediations.cases.elasticache.failover import AGroupWithoutFailover
from tests.remediations.cases.elasticache.minor_versions import AMemberOfAGroupThatIsNotUpgraded
from tests.remediations.cases.elasticache.snapshots import ACacheWithoutSnapshots
from tests.remediations.cases.firehose.encryption import ADeliveryInPlainText
from tests.remediations.cases.guardduty.enable import AnAccountWhoseGuardDutySleeps, AnAccountWithoutGuardDuty
from tests.remediations.cases.kinesis.encryption import AStreamInPlainText
from tests.remediations.cases.kinesis.retention import AStreamThatForgets
from tests.remediations.cases.kms.rotation import AKeyThatIsNeverRotated
from tests.remediations.cases.msk.public_access import APublicBrokerCluster
from tests.remediations.cases.opensearch.https import ADomainWithOldTls
from tests.remediations.cases.rds.backups import ADatabaseWithOneDayOfBackups
from tests.remediations.cases.rds.deletion_protection import AClusterThatOneCallDeletes, ADatabaseThatOneCallDeletes
from tests.remediations.cases.rds.minor_versions import ADatabaseWithoutMinorUpgrades
from tests.remediations.cases.rds.multi_az import ADatabaseInOneZone
from tests.remediations.cases.rds.public_access import APublicDatabase
from tests.remediations.cases.redshift.public_access import APublicWarehouse
from tests.remediations.cases.redshift.serverless import ANamespaceWithoutLogs, APublicWorkgroup
from tests.remediations.cases.sagemaker.root_access import ANotebookWithRoot
from tests.remediations.contract import Case, apply, planned

_REPLICA = {"MultiRegionKeyType": "REPLICA", "PrimaryKey": {"Arn": "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"}}


@dataclass
class Told(MotoAccount):
    """An account in whose answers some values are others: wherever a mapping has the key `beside`."""

    beside: str = field(kw_only=True)
    values: Mapping[str, Any] = field(kw_only=True)

    def client(self, service: str, region: str = "") -> Any:
        return _Client(self, super().client(service, region))


@dataclass
class _Client:
    told: Told
    real: Any

    def __getattr__(self, name: str) -> Any:
        return partial(self._call, getattr(self.real, name))

    def get_paginator(self, operation: str) -> Any:
        paginator = self.real.get_paginator(operation)
        paginator._method = getattr(self, operation)
        return paginator

    def _call(self, method: Any, **parameters: Any) -> Any:
        answer = method(**parameters)
        _put(answer, self.told)
        return answer


def _put(answer: Any, told: Told) -> None:
    if isinstance(answer, dict):
        if told.beside in answer:
            answer.update(told.values)
        answer = list(answer.values())
    if isinstance(answer, list):
        for one in answer:
            _put(one, told)


def named(value: Any) -> str:
    return value.__name__ if isinstance(value, type) else str(value)


@pytest.mark.parametrize(
    ("case", "key", "state"),
    [
        (APublicDatabase, "DBInstanceStatus", "modifying"),
        (ADatabaseThatOneCallDeletes, "DBInstanceStatus", "backing-up"),
        (ADatabaseWithOneDayOfBackups, "DBInstanceStatus", "upgrading"),
        (AClusterThatOneCallDeletes, "Status", "failing-over"),
        (APublicWarehouse, "ClusterStatus", "rebooting"),
        (APublicWorkgroup, "status", "MODIFYING"),
        (ANamespaceWithoutLogs, "status", "MODIFYING"),
        (ACacheWithoutSnapshots, "CacheClusterStatus", "snapshotting"),
        (AGroupWithoutFailover, "Status", "snapshotting"),
        (AMemberOfAGroupThatIsNotUpgraded, "Status", "modifying"),
        (APublicBrokerCluster, "State", "HEALING"),
        (AGatewayThatAcceptsEverybody, "State", "modifying"),
        (AClusterWithoutAuditLog, "status", "UPDATING"),
        (AReplicationWithoutUpgrades, "ReplicationInstanceStatus", "modifying"),
        (ATableThatCanBeDeleted, "TableStatus", "UPDATING"),
        (AStreamInPlainText, "StreamStatus", "UPDATING"),
        (AStreamThatForgets, "StreamStatus", "UPDATING"),
        (ADeliveryInPlainText, "DeliveryStreamStatus", "CREATING"),
        (ADomainWithOldTls, "DomainName", "UpgradeProcessing"),
        (ANotebookWithRoot, "NotebookInstanceStatus", "Updating"),
    ],
    ids=named,
)
def test_where_aws_is_at_work_the_change_waits(case: type[Case], key: str, state: str) -> None:
    target, recipe = case().make(), case.remediation()
    (change, *_) = planned(recipe, target, MotoAccount()).changes
    told = Told(beside=key, values={state: True} if state == "UpgradeProcessing" else {key: state})
    with pytest.raises(Busy):
        recipe.write(target, change.setting, change.after, told)
    assert all(is_read(call) for call in told.calls)


@pytest.mark.parametrize(
    ("case", "beside", "values", "reason"),
    [
        (APublicDatabase, "DBInstanceStatus", {"DBInstanceStatus": "stopped"}, "nothing that is stopped"),
        (APublicDatabase, "Engine", {"Engine": "mysql", "DBClusterIdentifier": "pay"}, "the Multi-AZ cluster pay"),
        (ADatabaseWithoutMinorUpgrades, "Engine", {"Engine": "postgres", "DBClusterIdentifier": "pay"}, "Multi-AZ"),
        (AClusterThatOneCallDeletes, "Status", {"Status": "cloning-failed"}, "nothing that is cloning-failed"),
        (APublicWarehouse, "ClusterStatus", {"ClusterStatus": "incompatible-network"}, "no cluster that is"),
        (ACacheWithoutSnapshots, "CacheClusterStatus", {"CacheClusterStatus": "restore-failed"}, "restore-failed"),
        (APublicBrokerCluster, "State", {"State": "FAILED"}, "no cluster that is FAILED"),
        (AClusterWithoutAuditLog, "status", {"status": "FAILED"}, "no cluster that is FAILED"),
        (AReplicationWithoutUpgrades, "MultiAZ", {"ReplicationInstanceStatus": "failed"}, "that is failed"),
        (ATableThatCanBeDeleted, "TableStatus", {"TableStatus": "ARCHIVED"}, "no table that is ARCHIVED"),
        (ADeliveryInPlainText, "DeliveryStreamType", {"DeliveryStreamType": "KinesisStreamAsSource"}, "of its own"),
        (AKeyThatIsNeverRotated, "KeyState", {"KeyState": "Disabled"}, "enabled keys only"),
        (AKeyThatIsNeverRotated, "KeyState", {"MultiRegionConfiguration": _REPLICA}, "eu-central-1"),
        (AnInstanceThatTakesNoToken, "InstanceId", {"Operator": {"Managed": True, "Principal": "eks"}}, "by eks"),
        (SnapshotsThatCanBeMadePublic, "State", {"ManagedBy": "declarative-policy"}, "a declarative policy"),
        (ASubnetThatGivesPublicAddresses, "SubnetId", {"OwnerId": "999999999999"}, "account 999999999999"),
    ],
    ids=named,
)
def test_what_nobody_can_change_now_is_refused_with_the_reason(
    case: type[Case], beside: str, values: dict[str, Any], reason: str
) -> None:
    outcome = plan(case.remediation(), case().make(), Told(beside=beside, values=values))
    assert isinstance(outcome, Refused)
    assert reason in outcome.reason


@pytest.mark.parametrize(
    ("case", "key", "state"),
    [
        (APublicWorkgroup, "status", "DELETING"),
        (ANamespaceWithoutLogs, "status", "DELETING"),
        (AStreamInPlainText, "StreamStatus", "DELETING"),
        (ADeliveryInPlainText, "DeliveryStreamStatus", "DELETING"),
        (AServiceWithPublicTasks, "status", "DRAINING"),
    ],
    ids=named,
)
def test_what_is_being_deleted_is_gone(case: type[Case], key: str, state: str) -> None:
    assert plan(case.remediation(), case().make(), Told(beside=key, values={key: state})) == Gone()


def test_backups_that_are_about_to_come_on_are_no_proof() -> None:
    target, recipe = AFileSystemWithoutBackups().make(), AFileSystemWithoutBackups.remediation()
    told = Told(beside="BackupPolicy", values={"BackupPolicy": {"Status": "ENABLING"}})
    apply(recipe, target, planned(recipe, target, MotoAccount()), told)
    assert isinstance(plan(recipe, target, told), Changes)


@pytest.mark.parametrize("case", [ADatabaseInOneZone, ADatabaseWithOneDayOfBackups])
def test_others_changes_that_came_to_wait_since_the_plan_are_not_made_along(case: type[Case]) -> None:
    target, recipe = case().make(), case.remediation()
    (change,) = planned(recipe, target, MotoAccount()).changes
    told = Told(beside="DBInstanceStatus", values={"PendingModifiedValues": {"DBInstanceClass": "db.r6g.16xlarge"}})
    with pytest.raises(Refusal, match="DBInstanceClass"):
        recipe.write(target, change.setting, change.after, told)
    assert all(is_read(call) for call in told.calls)


def test_undo_does_not_give_root_back_to_a_notebook_that_runs() -> None:
    target, recipe = ANotebookWithRoot().make(), ANotebookWithRoot.remediation()
    told = Told(beside="NotebookInstanceStatus", values={"NotebookInstanceStatus": "InService"})
    with pytest.raises(Refusal, match="stopped notebooks only"):
        recipe.write(target, "root access", value=True, aws=told)


@pytest.mark.parametrize(
    ("case", "said"),
    [(AnAccountWithoutGuardDuty, "the protection plans for S3"), (AnAccountWhoseGuardDutySleeps, "what the suspended")],
)
def test_the_card_tells_what_comes_on_with_guardduty(case: type[Case], said: str, aws: MotoAccount) -> None:
    (told,) = case.remediation().evidence(case().make(), aws)
    assert told.answer.startswith(said)
