"""Cases of `bot.remediations.opensearch.https`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.opensearch.https import RequireHttps, RequireHttpsOfElasticsearch
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class ADomainWithOldTls(Case):
    """A domain with an old TLS policy; its custom endpoint stays."""

    remediation: ClassVar[type[Remediation]] = RequireHttps
    kind = "OpenSearch_2.17"

    def make(self) -> Target:
        tags = {"TagList": TAGS}
        made = plain_client("opensearch").create_domain(
            DomainName="logs", EngineVersion=self.kind, DomainEndpointOptions=self.options(https=False), **tags
        )
        return targeted(self.remediation, made["DomainStatus"]["ARN"])

    def options(self, *, https: bool) -> dict[str, Any]:
        return {
            "EnforceHTTPS": https,
            "TLSSecurityPolicy": "Policy-Min-TLS-1-0-2019-07",
            "CustomEndpointEnabled": True,
            "CustomEndpoint": "logs.example.com",
        }

    def edit_beside(self, target: Target) -> None:
        hour = {"AutomatedSnapshotStartHour": 3}
        plain_client("opensearch").update_domain_config(DomainName="logs", SnapshotOptions=hour)

    def beside(self, target: Target) -> Any:
        found = plain_client("opensearch").describe_domain(DomainName="logs")["DomainStatus"]
        return found.get("SnapshotOptions"), found["DomainEndpointOptions"].get("CustomEndpoint")

    def edit_same(self, target: Target) -> None:
        later = {**self.options(https=True), "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}
        plain_client("opensearch").update_domain_config(DomainName="logs", DomainEndpointOptions=later)

    def destroy(self, target: Target) -> None:
        plain_client("opensearch").delete_domain(DomainName="logs")


class AnElasticsearchDomainWithOldTls(ADomainWithOldTls):
    remediation = RequireHttpsOfElasticsearch
    kind = "Elasticsearch_7.10"
