"""Send logs of OpenSearch and Elasticsearch domains, which share an API, to CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.opensearch.https import check_ready, describe_domain


class _SearchLog(Remediation):
    """Send one kind of log to the log group that the policy names; a domain that already sends it keeps its log group.

    OpenSearch refuses a log group that no resource policy of CloudWatch Logs opens to es.amazonaws.com (Amazon
    OpenSearch Service Developer Guide, "Enabling log publishing"). The bot creates neither.
    """

    resource_type = "AWS::OpenSearch::Domain"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = ("es:DescribeDomain",)
    writes = ("es:UpdateDomainConfig",)
    params: ClassVar[Mapping[str, Param]] = {"logGroup": Param("", "ARN of the log group; none, no fix")}
    deadline_seconds = 3600
    kind: ClassVar[str]
    setting: ClassVar[str]

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the log group; ABSENT while the log is off."""
        option = describe_domain(aws, target).get("LogPublishingOptions", {}).get(self.kind, {})
        return {self.setting: option["CloudWatchLogsLogGroupArn"] if option.get("Enabled") else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Keep the current log group, else take the policy's. Raises Refusal where the policy names none."""
        if settings[self.setting] is not ABSENT:
            return dict(settings)
        if not params["logGroup"]:
            raise Refusal(f"the policy names no log group: remediations, {self.id}, logGroup")
        return {self.setting: str(params["logGroup"])}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn one log on or off; off, it keeps its log group. Raises Busy while the domain is changing."""
        now = describe_domain(aws, target)
        check_ready(now)
        options = now.get("LogPublishingOptions", {})
        if value is ABSENT and self.kind not in options:
            return
        option = {**options[self.kind], "Enabled": False} if value is ABSENT else {"CloudWatchLogsLogGroupArn": value}
        wanted = {**options, self.kind: {"Enabled": True, **option}}
        aws.client("opensearch").update_domain_config(DomainName=now["DomainName"], LogPublishingOptions=wanted)


class LogSearchErrors(_SearchLog):
    """Send errors and warnings of the search engine, with the queries that caused them."""

    title = "Send the search domain's errors to CloudWatch"
    problem = "Search domain without an error log"
    controls: ClassVar[tuple[str, ...]] = ("Opensearch.4",)
    config_rules: ClassVar[tuple[str, ...]] = ("OPENSEARCH_LOGS_TO_CLOUDWATCH",)
    kind = "ES_APPLICATION_LOGS"
    setting = "error log"


class LogSearchErrorsOfElasticsearch(LogSearchErrors):
    """Send errors and warnings of domains that run Elasticsearch."""

    controls = ("ES.4",)
    config_rules = ("ELASTICSEARCH_LOGS_TO_CLOUDWATCH",)
    resource_type = "AWS::Elasticsearch::Domain"


class AuditSearch(_SearchLog):
    """Send the audit log. The kinds of events in it are selected in OpenSearch Dashboards, by people.

    OpenSearch refuses a domain without fine-grained access control, which does not know its users.
    """

    title = "Send the search domain's audit log to CloudWatch"
    problem = "Search domain without an audit log"
    controls: ClassVar[tuple[str, ...]] = ("Opensearch.5",)
    config_rules: ClassVar[tuple[str, ...]] = ("OPENSEARCH_AUDIT_LOGGING_ENABLED",)
    kind = "AUDIT_LOGS"
    setting = "audit log"

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the log group. Raises Refusal where the domain has no fine-grained access control."""
        if not describe_domain(aws, target).get("AdvancedSecurityOptions", {}).get("Enabled"):
            raise Refusal("it has no fine-grained access control, without which there is nobody to write down")
        return super().read(target, aws)


class AuditElasticsearch(AuditSearch):
    """Send the audit log of domains that run Elasticsearch."""

    controls = ("ES.5",)
    config_rules = ()
    resource_type = "AWS::Elasticsearch::Domain"
