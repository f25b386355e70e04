"""Cases of `bot.remediations.opensearch.logging`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.opensearch.logging import (
    AuditElasticsearch,
    AuditSearch,
    LogSearchErrors,
    LogSearchErrorsOfElasticsearch,
)
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted

_GROUPS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"


class ASearchDomainWithoutErrorLog(Case):
    """A domain without an error log; somebody else publishes slow logs."""

    remediation: ClassVar[type[Remediation]] = LogSearchErrors
    engine: ClassVar[str] = "OpenSearch_2.17"
    kind: ClassVar[str] = "ES_APPLICATION_LOGS"
    before: ClassVar[dict[str, Any]] = {}

    def make(self) -> Target:
        made = plain_client("opensearch").create_domain(
            DomainName="logs",
            EngineVersion=self.engine,
            TagList=[{"Key": "password", "Value": PLANTED}],
            AdvancedSecurityOptions={"Enabled": True},
            LogPublishingOptions=self.before,
        )
        return targeted(self.remediation, made["DomainStatus"]["ARN"], params={"logGroup": self.group("search/{name}")})

    def group(self, name: str) -> str:
        return f"arn:aws:logs:{{region}}:{{account}}:log-group:/{name}"

    def edit_beside(self, target: Target) -> None:
        self.send("SEARCH_SLOW_LOGS", "/search/slow")

    def beside(self, target: Target) -> Any:
        return self.now().get("SEARCH_SLOW_LOGS")

    def edit_same(self, target: Target) -> None:
        self.send(self.kind, "/theirs")

    def destroy(self, target: Target) -> None:
        plain_client("opensearch").delete_domain(DomainName="logs")

    def now(self) -> dict[str, Any]:
        found = plain_client("opensearch").describe_domain(DomainName="logs")["DomainStatus"]
        options: dict[str, Any] = found.get("LogPublishingOptions") or {}
        return options

    def send(self, kind: str, group: str) -> None:
        sent = {"CloudWatchLogsLogGroupArn": f"{_GROUPS}{group}", "Enabled": True}
        plain_client("opensearch").update_domain_config(
            DomainName="logs", LogPublishingOptions={**self.now(), kind: sent}
        )


class ASearchDomainWhoseErrorLogIsOff(ASearchDomainWithoutErrorLog):
    before: ClassVar = {
        "ES_APPLICATION_LOGS": {"CloudWatchLogsLogGroupArn": f"{_GROUPS}/old", "Enabled": False},
    }


class AnElasticsearchDomainWithoutErrorLog(ASearchDomainWithoutErrorLog):
    remediation = LogSearchErrorsOfElasticsearch
    engine = "Elasticsearch_7.10"


class ASearchDomainWithoutAuditLog(ASearchDomainWithoutErrorLog):
    remediation: ClassVar[type[Remediation]] = AuditSearch
    kind = "AUDIT_LOGS"


class AnElasticsearchDomainWithoutAuditLog(ASearchDomainWithoutAuditLog):
    remediation = AuditElasticsearch
    engine = "Elasticsearch_7.10"
