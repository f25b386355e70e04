"""RDS databases: not reachable from the internet."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.rds.describe import OnDatabase, database, described, modify_database
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, metric_value, response_date
from bot.remediations.toolkit.security_group_calls import public_sources
from bot.remediations.toolkit.toggle import Toggle


class MakeDatabasePrivate(OnDatabase, Toggle):
    """Let the database's name lead to a private address.

    RDS applies this at once whatever ApplyImmediately says (API_ModifyDBInstance), so it is not sent: it would apply
    other people's pending changes too.
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
        """While RDS still works on it, the old value: so there is no proof before it is done."""
        return bool(database(aws, target)["PubliclyAccessible"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this setting."""
        modify_database(aws, target, PubliclyAccessible=on)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who connects."""
        yield evidence_of("Who on the internet is let in by its security groups?", lambda: _let_in(aws, target))
        yield evidence_of(f"Was it used in {METRIC_DAYS} days?", lambda: _connections(aws, target))
        yield Evidence("Does anybody connect from outside the VPC?", "not known", known=False)


def _let_in(aws: Account, target: Target) -> str:
    groups = [one["VpcSecurityGroupId"] for one in database(aws, target).get("VpcSecurityGroups", [])]
    return public_sources(aws, groups)


def _connections(aws: Account, target: Target) -> str:
    answer = described(aws, target)
    dimension = ("DBInstanceIdentifier", answer["DBInstances"][0]["DBInstanceIdentifier"])
    named = ("AWS/RDS", "DatabaseConnections")
    most = metric_value(aws.client("cloudwatch"), named, dimension, "Maximum", response_date(answer))
    if most is None:
        return "CloudWatch has no figures"
    return f"yes, by up to {most} connections at a time" if most else "no: nobody connected"
