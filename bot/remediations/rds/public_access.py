"""Make RDS instances private."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.rds.describe import OnDatabase, describe_answer, describe_database, modify_database
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, response_date
from bot.remediations.toolkit.database_use import peak_connections, sources_on_the_internet
from bot.remediations.toolkit.toggle import Toggle


class MakeDatabasePrivate(OnDatabase, Toggle):
    """Make the database's DNS name resolve to a private address.

    RDS applies this immediately, whatever ApplyImmediately is (API_ModifyDBInstance). It is not sent, because it would
    apply other pending changes too.
    """

    title = "Take the database off the internet"
    problem = "Public database"
    controls = ("RDS.2",)
    config_rules = ("RDS_INSTANCE_PUBLIC_ACCESS_CHECK",)
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reversible = Reversible.PARTLY
    not_restored = "the public address itself: Undo gets another one, under the same name"
    reads = ("cloudwatch:GetMetricData", "ec2:DescribeSecurityGroupRules", "rds:DescribeDBInstances")
    writes = ("rds:ModifyDBInstance",)
    deadline_seconds = 1800
    setting = "publicly accessible"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(describe_database(aws, target)["PubliclyAccessible"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        modify_database(aws, target, PubliclyAccessible=on)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "Who on the internet is let in by its security groups?",
            lambda: sources_on_the_internet(aws, describe_database(aws, target)),
        )
        yield evidence_of(f"Was it used in {METRIC_DAYS} days?", lambda: _connections(aws, target))
        yield Evidence("Does anybody connect from outside the VPC?", "not known", known=False)


def _connections(aws: Account, target: Target) -> str:
    answer = describe_answer(aws, target)
    dimension = ("DBInstanceIdentifier", answer["DBInstances"][0]["DBInstanceIdentifier"])
    return peak_connections(aws, "AWS/RDS", dimension, response_date(answer))
