"""RDS Proxy: TLS only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, metric_value, response_date
from bot.remediations.toolkit.toggle import Toggle


class RequireTlsOfProxy(Toggle):
    """Let the proxy take connections with TLS only; clients that speak none are refused."""

    title = "Take TLS connections only at the proxy"
    problem = "Database proxy takes plain connections"
    controls = ("RDS.43",)
    config_rules = ("RDS_PROXY_TLS_ENCRYPTION",)
    resource_type = "AWS::RDS::DBProxy"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = ("cloudwatch:GetMetricData", "rds:DescribeDBProxies")
    writes = ("rds:ModifyDBProxy",)
    proved_on = "extended"
    deadline_seconds = 600
    setting = "TLS required"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Whether it is required."""
        return bool(_proxy(aws, target).get("RequireTLS"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag."""
        aws.client("rds").modify_db_proxy(DBProxyName=_proxy(aws, target)["DBProxyName"], RequireTLS=on)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The proxy, or all of the account where a source names it by its name: its ARN has an id of AWS's in it."""
        where = target.resource
        return (
            where.id if parse_arn(where.id) else f"arn:{where.partition}:rds:{where.region}:{where.account}:db-proxy:*",
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """How many clients speak plain text: CloudWatch counts both kinds."""
        yield evidence_of(
            "How many clients connect without TLS?", lambda: _connections(aws, target, "ClientConnectionsNoTLS")
        )
        yield evidence_of("How many connect with TLS?", lambda: _connections(aws, target, "ClientConnectionsTLS"))


def _proxy(aws: Account, target: Target) -> dict[str, Any]:
    return _answer(aws, target)[1]


def _answer(aws: Account, target: Target) -> tuple[dict[str, Any], dict[str, Any]]:
    """The page that it is on, and the proxy."""
    for page in aws.client("rds").get_paginator("describe_db_proxies").paginate():
        for one in page["DBProxies"]:
            if target.resource.id in (one["DBProxyArn"], one["DBProxyName"]):
                return page, one
    raise ResourceGone(target.resource.id)


def _connections(aws: Account, target: Target, name: str) -> str:
    page, proxy = _answer(aws, target)
    dimension = ("ProxyName", proxy["DBProxyName"])
    most = metric_value(aws.client("cloudwatch"), ("AWS/RDS", name), dimension, "Maximum", response_date(page))
    return (
        f"none is recorded in {METRIC_DAYS} days" if most is None else f"{most} at most at a time in {METRIC_DAYS} days"
    )
