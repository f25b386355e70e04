"""RDS databases: not reachable from the internet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.domain.resource import parse_arn
from bot.remediations.asking import DAYS, answered_at, ask, gone_on, metric
from bot.remediations.switch import Switch

_CANNOT: Final = frozenset({"creating", "failed", "inaccessible-encryption-credentials", "stopped", "stopping"})


class MakeDatabasePrivate(Switch):
    """Let the database's name lead to a private address.

    RDS applies this at once whatever ApplyImmediately says (API_ModifyDBInstance), so it is not sent: it would apply
    other people's pending changes too.
    """

    title = "Take the database off the internet"
    problem = "Public database"
    controls = ("RDS.2",)
    config_rules = ("RDS_INSTANCE_PUBLIC_ACCESS_CHECK",)
    resource_type = "AWS::RDS::DBInstance"
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reads = ("cloudwatch:GetMetricData", "rds:DescribeDBInstances")
    writes = ("rds:ModifyDBInstance",)
    deadline_seconds = 1800
    setting = "publicly accessible"
    right = False

    def is_on(self, target: Target, aws: Account) -> bool:
        """While RDS still works on it, the old value: so there is no proof before it is done."""
        instance, _ = _described(aws, target)
        if instance["DBInstanceStatus"] in _CANNOT:
            raise Refusal(f"RDS changes no database that is {instance['DBInstanceStatus']}")
        return bool(instance["PubliclyAccessible"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this setting."""
        name = _described(aws, target)[0]["DBInstanceIdentifier"]
        aws.client("rds").modify_db_instance(DBInstanceIdentifier=name, PubliclyAccessible=on)

    def arn(self, target: Target, aws: Account) -> str:
        """By its name."""
        return str(_described(aws, target)[0]["DBInstanceArn"])

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The database, or all of the account where AWS Config names it by its resource id only."""
        where = target.resource
        base = f"arn:{where.partition}:rds:{where.region}:{where.account}"
        return (where.id if parse_arn(where.id) else f"{base}:db:*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who connects."""
        yield ask(f"Was it used in {DAYS} days?", lambda: _connections(aws, target))
        yield Evidence("Does anybody connect from outside the VPC?", "not known", known=False)


def _described(aws: Account, target: Target) -> tuple[dict[str, Any], dict[str, Any]]:
    """The database, and the answer that it came in; AWS Config knows it by its resource id, `db-…`."""
    by_arn = parse_arn(target.resource.id)
    wanted = (
        {"DBInstanceIdentifier": target.resource.name}
        if by_arn
        else {"Filters": [{"Name": "dbi-resource-id", "Values": [target.resource.id]}]}
    )
    with gone_on("DBInstanceNotFound"):
        answer: dict[str, Any] = aws.client("rds").describe_db_instances(**wanted)
    if not answer["DBInstances"] or answer["DBInstances"][0]["DBInstanceStatus"] == "deleting":
        raise ResourceGone(target.resource.id)
    return answer["DBInstances"][0], answer


def _connections(aws: Account, target: Target) -> str:
    instance, answer = _described(aws, target)
    database = ("DBInstanceIdentifier", instance["DBInstanceIdentifier"])
    cloudwatch = aws.client("cloudwatch")
    most = metric(cloudwatch, ("AWS/RDS", "DatabaseConnections"), database, "Maximum", answered_at(answer))
    if most is None:
        return "CloudWatch has no figures"
    return f"yes, by up to {most} connections at a time" if most else "no: nobody connected"
