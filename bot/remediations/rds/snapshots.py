"""Stop sharing RDS snapshots with the public; accounts that they are shared with keep their access."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, pluralize
from bot.remediations.toolkit.toggle import Toggle

_ALL: Final = "all"
_GONE: Final = ("DBSnapshotNotFound", "DBClusterSnapshotNotFoundFault")


class _Unshare(Toggle):
    """Remove `all` from the attribute `restore`, whose other values are account ids."""

    controls: ClassVar[tuple[str, ...]] = ("RDS.1",)
    config_rules: ClassVar[tuple[str, ...]] = ("RDS_SNAPSHOTS_PUBLIC_PROHIBITED",)
    effects = (Effect.CUTS_ACCESS,)
    setting = "restored by everybody"
    compliant_value = False

    @abstractmethod
    def attributes(self, target: Target, aws: Account) -> list[Mapping[str, Any]]:
        """Return the snapshot's attributes."""

    @abstractmethod
    def modify(self, target: Target, aws: Account, change: Mapping[str, list[str]]) -> None:
        """Add values to, or remove them from, the attribute `restore`."""

    def may_restore(self, target: Target, aws: Account) -> frozenset[str]:
        """Return the values of the attribute `restore`: `all`, and account ids. Raises ResourceGone."""
        with gone_if(*_GONE):
            found = self.attributes(target, aws)
        return frozenset(who for one in found if one["AttributeName"] == "restore" for who in one["AttributeValues"])

    def is_on(self, target: Target, aws: Account) -> bool:
        return _ALL in self.may_restore(target, aws)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        self.modify(target, aws, {"ValuesToAdd" if on else "ValuesToRemove": [_ALL]})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Who may restore it by name, and keeps that?", lambda: self._accounts(target, aws))
        yield Evidence("Which other accounts restore it as the public?", "not known: RDS does not tell", known=False)

    def _accounts(self, target: Target, aws: Account) -> str:
        return pluralize(len(self.may_restore(target, aws) - {_ALL}), "account")


class UnshareDatabaseSnapshot(_Unshare):
    """Stop sharing a snapshot of an instance with the public."""

    title = "Stop sharing the database snapshot with everybody"
    problem = "Public database snapshot"
    resource_type = "AWS::RDS::DBSnapshot"
    reads = ("rds:DescribeDBSnapshotAttributes",)
    writes = ("rds:ModifyDBSnapshotAttribute",)

    def attributes(self, target: Target, aws: Account) -> list[Mapping[str, Any]]:
        answer = aws.client("rds").describe_db_snapshot_attributes(DBSnapshotIdentifier=_identifier(target))
        return list(answer["DBSnapshotAttributesResult"]["DBSnapshotAttributes"])

    def modify(self, target: Target, aws: Account, change: Mapping[str, list[str]]) -> None:
        aws.client("rds").modify_db_snapshot_attribute(
            DBSnapshotIdentifier=_identifier(target), AttributeName="restore", **change
        )


class UnshareClusterSnapshot(_Unshare):
    """Stop sharing a snapshot of a cluster with the public; RDS's API serves DocumentDB and Neptune, too."""

    title = "Stop sharing the cluster snapshot with everybody"
    problem = "Public cluster snapshot"
    controls = ("RDS.1", "DocumentDB.3", "Neptune.3")
    config_rules = (
        "RDS_SNAPSHOTS_PUBLIC_PROHIBITED",
        "DOCDB_CLUSTER_SNAPSHOT_PUBLIC_PROHIBITED",
        "NEPTUNE_CLUSTER_SNAPSHOT_PUBLIC_PROHIBITED",
    )
    resource_type = "AWS::RDS::DBClusterSnapshot"
    reads = ("rds:DescribeDBClusterSnapshotAttributes",)
    writes = ("rds:ModifyDBClusterSnapshotAttribute",)

    def attributes(self, target: Target, aws: Account) -> list[Mapping[str, Any]]:
        answer = aws.client("rds").describe_db_cluster_snapshot_attributes(
            DBClusterSnapshotIdentifier=_identifier(target)
        )
        return list(answer["DBClusterSnapshotAttributesResult"]["DBClusterSnapshotAttributes"])

    def modify(self, target: Target, aws: Account, change: Mapping[str, list[str]]) -> None:
        aws.client("rds").modify_db_cluster_snapshot_attribute(
            DBClusterSnapshotIdentifier=_identifier(target), AttributeName="restore", **change
        )


def _identifier(target: Target) -> str:
    """Return what follows `snapshot:` in the ARN, which may contain a colon (`awsbackup:job-…`)."""
    return target.resource.id.partition("snapshot:")[2] or target.resource.id
