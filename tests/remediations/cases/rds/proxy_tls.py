"""Cases of `bot.remediations.rds.proxy_tls`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.rds.proxy_tls import RequireTlsOfProxy
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AProxyThatTakesPlainText(Case):
    remediation = RequireTlsOfProxy
    two_valued = True

    def make(self) -> Target:
        subnets = [one["SubnetId"] for one in plain_client("ec2").describe_subnets()["Subnets"]][:2]
        made = plain_client("rds").create_db_proxy(
            DBProxyName="front",
            EngineFamily="POSTGRESQL",
            Auth=[{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:eu-west-1:1:secret:x"}],
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/proxy",
            VpcSubnetIds=subnets,
            Tags=[{"Key": "password", "Value": PLANTED}],
        )
        return targeted(RequireTlsOfProxy, made["DBProxy"]["DBProxyArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("rds").modify_db_proxy(DBProxyName="front", IdleClientTimeout=600)

    def beside(self, target: Target) -> Any:
        return plain_client("rds").describe_db_proxies()["DBProxies"][0]["IdleClientTimeout"]

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_proxy(DBProxyName="front", RequireTLS=False)

    def destroy(self, target: Target) -> None:
        plain_client("rds").delete_db_proxy(DBProxyName="front")
