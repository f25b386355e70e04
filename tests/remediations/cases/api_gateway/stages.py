"""Cases of stages of REST APIs."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from tests.aws import REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class StageCase(Case):
    """A case of a stage whose variables somebody else sets."""

    remediation: ClassVar[type[Remediation]]
    two_valued = True
    wrong: ClassVar[dict[str, str]]
    later: ClassVar[dict[str, str]] = {}

    def make(self) -> Target:
        api = plain_client("apigateway")
        role = {"op": "replace", "path": "/cloudwatchRoleArn", "value": "arn:aws:iam::123456789012:role/api-logs"}
        api.update_account(patchOperations=[role])
        self.api: str = api.create_rest_api(name="payroll", description=PLANTED)["id"]
        root = api.get_resources(restApiId=self.api)["items"][0]["id"]
        method = {"restApiId": self.api, "resourceId": root, "httpMethod": "GET"}
        api.put_method(**method, authorizationType="NONE")
        api.put_integration(**method, type="MOCK")
        api.create_deployment(restApiId=self.api, stageName="prod")
        self.set(self.wrong)
        arn = f"arn:aws:apigateway:{REGION}::/restapis/{self.api}/stages/prod"
        return targeted(self.remediation, arn)

    def edit_beside(self, target: Target) -> None:
        self.set({"/variables/owner": "payroll", "/*/*/throttling/burstLimit": "77"})

    def beside(self, target: Target) -> Any:
        now = plain_client("apigateway").get_stage(restApiId=self.api, stageName="prod")
        return now["variables"], now["methodSettings"].get("*/*", {}).get("throttlingBurstLimit")

    def edit_same(self, target: Target) -> None:
        self.set(self.later or self.wrong)

    def destroy(self, target: Target) -> None:
        plain_client("apigateway").delete_stage(restApiId=self.api, stageName="prod")

    def set(self, values: dict[str, str]) -> None:
        plain_client("apigateway").update_stage(
            restApiId=self.api,
            stageName="prod",
            patchOperations=[{"op": "replace", "path": path, "value": value} for path, value in values.items()],
        )
