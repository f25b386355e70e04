"""Require TLS of connections to RDS Proxy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.arns import arn_or_pattern
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, metric_value, response_date
from bot.remediations.toolkit.toggle import Toggle


class RequireTlsOfProxy(Toggle):
    """Accept only TLS connections at the proxy; other clients are refused."""

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
        return bool(_describe_proxy(aws, target).get("RequireTLS"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        aws.client("rds").modify_db_proxy(DBProxyName=_describe_proxy(aws, target)["DBProxyName"], RequireTLS=on)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the proxy, or all of the account where a source gives its name: the ARN holds an id instead."""
        return (arn_or_pattern(target, "rds", "db-proxy:*"),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """The connections with and without TLS, which CloudWatch counts separately."""
        yield evidence_of(
            "How many clients connect without TLS?", lambda: _connections(aws, target, "ClientConnectionsNoTLS")
        )
        yield evidence_of("How many connect with TLS?", lambda: _connections(aws, target, "ClientConnectionsTLS"))


def _describe_proxy(aws: Account, target: Target) -> dict[str, Any]:
    return _find_proxy(aws, target)[1]


def _find_proxy(aws: Account, target: Target) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the page of the answer with the proxy, and the proxy. Raises ResourceGone."""
    for page in aws.client("rds").get_paginator("describe_db_proxies").paginate():
        for one in page["DBProxies"]:
            if target.resource.id in (one["DBProxyArn"], one["DBProxyName"]):
                return page, one
    raise ResourceGone(target.resource.id)


def _connections(aws: Account, target: Target, name: str) -> str:
    page, proxy = _find_proxy(aws, target)
    dimension = ("ProxyName", proxy["DBProxyName"])
    most = metric_value(aws.client("cloudwatch"), ("AWS/RDS", name), dimension, "Maximum", response_date(page))
    return (
        f"none is recorded in {METRIC_DAYS} days" if most is None else f"{most} at most at a time in {METRIC_DAYS} days"
    )
