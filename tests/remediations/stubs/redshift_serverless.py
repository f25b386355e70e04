# ruff: noqa: N803 - the parameters have AWS's names
"""Redshift Serverless: namespaces, and workgroups on them."""

from __future__ import annotations

from typing import Any

from tests.stubs import StubError, StubService

_ID = "5f1c3a52-9c3e-4c68-bb65-5b7c2f0f7a11"


class RedshiftServerless(StubService):
    """https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_Operations.html."""

    service = "redshift-serverless"

    def __init__(self, account: str, region: str) -> None:
        super().__init__(account, region)
        self.workgroups: dict[str, dict[str, Any]] = {}
        self.namespaces: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, list[dict[str, str]]] = {}

    def create_namespace(self, *, namespaceName: str, logExports: Any = ()) -> Any:
        """API_CreateNamespace."""
        made = {
            "namespaceName": namespaceName,
            "namespaceId": _ID,
            "namespaceArn": self._arn("namespace"),
            "logExports": list(logExports),
            "status": "AVAILABLE",
            "dbName": "dev",
        }
        self.namespaces[namespaceName] = made
        return {"namespace": made}

    def create_workgroup(self, *, workgroupName: str, namespaceName: str, **flags: Any) -> Any:
        """API_CreateWorkgroup: neither flag is on unless the call says so."""
        address = f"{workgroupName}.{self.account}.{self.region}.redshift-serverless.amazonaws.com"
        made = {
            "workgroupName": workgroupName,
            "workgroupId": _ID,
            "workgroupArn": self._arn("workgroup"),
            "namespaceName": namespaceName,
            "status": "AVAILABLE",
            "enhancedVpcRouting": False,
            "publiclyAccessible": False,
            "endpoint": {"address": address, "port": 5439, "vpcEndpoints": [{"vpcId": "vpc-0aa1"}]},
            **flags,
        }
        self.workgroups[workgroupName] = made
        return {"workgroup": made}

    def list_workgroups(self) -> Any:
        """API_ListWorkgroups."""
        return {"workgroups": list(self.workgroups.values())}

    def list_namespaces(self) -> Any:
        """API_ListNamespaces."""
        return {"namespaces": list(self.namespaces.values())}

    def get_workgroup(self, *, workgroupName: str) -> Any:
        """API_GetWorkgroup."""
        return {"workgroup": self._found(self.workgroups, workgroupName)}

    def get_namespace(self, *, namespaceName: str) -> Any:
        """API_GetNamespace."""
        return {"namespace": self._found(self.namespaces, namespaceName)}

    def update_workgroup(self, *, workgroupName: str, **changes: Any) -> Any:
        """API_UpdateWorkgroup: what it does not name stays as it is."""
        self._found(self.workgroups, workgroupName).update(changes)
        return self.get_workgroup(workgroupName=workgroupName)

    def update_namespace(self, *, namespaceName: str, **changes: Any) -> Any:
        """API_UpdateNamespace: the list of exported logs is replaced whole."""
        self._found(self.namespaces, namespaceName).update(changes)
        return self.get_namespace(namespaceName=namespaceName)

    def delete_workgroup(self, *, workgroupName: str) -> Any:
        """API_DeleteWorkgroup."""
        return {"workgroup": self.workgroups.pop(workgroupName)}

    def delete_namespace(self, *, namespaceName: str) -> Any:
        """API_DeleteNamespace."""
        return {"namespace": self.namespaces.pop(namespaceName)}

    def _arn(self, kind: str) -> str:
        """They end in an id of AWS's, not in the name."""
        return f"arn:aws:redshift-serverless:{self.region}:{self.account}:{kind}/{_ID}"

    @staticmethod
    def _found(known: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
        if name not in known:
            raise StubError("ResourceNotFoundException", f"{name} was not found", 404)
        return known[name]
