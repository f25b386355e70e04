# ruff: noqa: ARG002 - a case knows its resource without the target
"""Resources that tell nobody what they do."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.codebuild.logging import EncryptBuildLogs, LogBuilds
from bot.remediations.lambda_.tracing import TraceFunction
from bot.remediations.opensearch.logging import (
    AuditElasticsearch,
    AuditSearch,
    LogSearchErrors,
    LogSearchErrorsOfElasticsearch,
)
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.lambda_policies import make_function
from tests.remediations.contract import PLANTED, Case, targeted

_GROUPS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"


class AFunctionWithoutTraces(Case):
    remediation = TraceFunction
    two_valued = True

    def make(self) -> Target:
        return targeted(TraceFunction, make_function())

    def edit_beside(self, target: Target) -> None:
        self.change(target, MemorySize=512)

    def beside(self, target: Target) -> Any:
        return plain_client("lambda").get_function_configuration(FunctionName=target.resource.id)["MemorySize"]

    def edit_same(self, target: Target) -> None:
        self.change(target, TracingConfig={"Mode": "PassThrough"})

    def destroy(self, target: Target) -> None:
        plain_client("lambda").delete_function(FunctionName=target.resource.id)

    def change(self, target: Target, **change: Any) -> None:
        plain_client("lambda").update_function_configuration(FunctionName=target.resource.id, **change)


class ASearchDomainWithoutErrorLog(Case):
    """Somebody else logs slow queries."""

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


class ABuildWithoutLogs(Case):
    """Its log group is named, and not used."""

    remediation: ClassVar[type[Remediation]] = LogBuilds
    two_valued = True
    logs: ClassVar[dict[str, Any]] = {
        "cloudWatchLogs": {"status": "DISABLED", "groupName": "builds"},
        "s3Logs": {"status": "DISABLED"},
    }

    def make(self) -> Target:
        secret = {"name": "PASSWORD", "value": PLANTED, "type": "PLAINTEXT"}
        machine = {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0"}
        made = plain_client("codebuild").create_project(
            name="ship",
            source={"type": "GITHUB", "location": "https://github.com/acme/ship.git"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={**machine, "computeType": "BUILD_GENERAL1_SMALL", "environmentVariables": [secret]},
            serviceRole=f"arn:aws:iam::{ACCOUNT}:role/service-role/ship",
            logsConfig=self.logs,
        )
        return targeted(self.remediation, made["project"]["arn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("codebuild").update_project(name="ship", description="theirs")

    def beside(self, target: Target) -> Any:
        found = plain_client("codebuild").batch_get_projects(names=["ship"])["projects"][0]
        return found.get("description"), found["logsConfig"]["cloudWatchLogs"].get("groupName")

    def edit_same(self, target: Target) -> None:
        plain_client("codebuild").update_project(name="ship", logsConfig=self.logs)

    def destroy(self, target: Target) -> None:
        plain_client("codebuild").delete_project(name="ship")


class ABuildWithPlainLogs(ABuildWithoutLogs):
    remediation = EncryptBuildLogs
    logs: ClassVar = {
        "cloudWatchLogs": {"status": "ENABLED", "groupName": "builds"},
        "s3Logs": {"status": "ENABLED", "location": "acme-builds/ship", "encryptionDisabled": True},
    }
