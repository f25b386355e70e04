"""Cases of `bot.remediations.redshift.serverless`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.redshift.serverless import (
    LogNamespace,
    MakeWorkgroupPrivate,
    RequireTlsOfWorkgroup,
    RouteWithinVpc,
)
from tests.aws import plain_client
from tests.remediations.cases.redshift.security_groups import make_security_group
from tests.remediations.contract import Case, targeted


class AWorkgroupAroundTheVpc(Case):
    remediation: ClassVar[type[Remediation]] = RouteWithinVpc
    two_valued = True
    wrong: ClassVar[dict[str, Any]] = {"enhancedVpcRouting": False}

    def make(self) -> Target:
        serverless = plain_client("redshift-serverless")
        serverless.create_namespace(namespaceName="sales")
        made = serverless.create_workgroup(
            workgroupName="reports", namespaceName="sales", securityGroupIds=[make_security_group()], **self.wrong
        )
        return targeted(self.remediation, made["workgroup"]["workgroupArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("redshift-serverless").update_workgroup(workgroupName="reports", maxCapacity=64)

    def beside(self, target: Target) -> Any:
        found = plain_client("redshift-serverless").get_workgroup(workgroupName="reports")["workgroup"]
        return found.get("maxCapacity")

    def edit_same(self, target: Target) -> None:
        plain_client("redshift-serverless").update_workgroup(workgroupName="reports", **self.wrong)

    def destroy(self, target: Target) -> None:
        plain_client("redshift-serverless").delete_workgroup(workgroupName="reports")


class APublicWorkgroup(AWorkgroupAroundTheVpc):
    remediation = MakeWorkgroupPrivate
    wrong: ClassVar[dict[str, Any]] = {"publiclyAccessible": True}


class AWorkgroupWithoutTls(AWorkgroupAroundTheVpc):
    """A workgroup without TLS; its other parameter stays."""

    remediation = RequireTlsOfWorkgroup
    wrong: ClassVar[dict[str, Any]] = {
        "configParameters": [
            {"parameterKey": "max_query_execution_time", "parameterValue": "14400"},
            {"parameterKey": "require_ssl", "parameterValue": "false"},
        ]
    }

    def beside(self, target: Target) -> Any:
        found = plain_client("redshift-serverless").get_workgroup(workgroupName="reports")["workgroup"]
        return found.get("maxCapacity"), found["configParameters"][0]


class ANamespaceWithoutLogs(Case):
    """A namespace that exports one of the logs already."""

    remediation = LogNamespace
    two_valued = True

    def make(self) -> Target:
        made = plain_client("redshift-serverless").create_namespace(namespaceName="sales", logExports=["userlog"])
        return targeted(LogNamespace, made["namespace"]["namespaceArn"])

    def edit_beside(self, target: Target) -> None:
        serverless = plain_client("redshift-serverless")
        now = serverless.get_namespace(namespaceName="sales")["namespace"]["logExports"]
        serverless.update_namespace(namespaceName="sales", logExports=[*now, "useractivitylog"])

    def beside(self, target: Target) -> Any:
        now = plain_client("redshift-serverless").get_namespace(namespaceName="sales")["namespace"]["logExports"]
        return [one for one in now if one == "useractivitylog"]

    def edit_same(self, target: Target) -> None:
        plain_client("redshift-serverless").update_namespace(namespaceName="sales", logExports=["userlog"])

    def destroy(self, target: Target) -> None:
        plain_client("redshift-serverless").delete_namespace(namespaceName="sales")
