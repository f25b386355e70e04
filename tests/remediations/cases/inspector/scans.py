"""Cases of `bot.remediations.inspector.scans`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.remediations.inspector.scans import ScanWithInspector
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import Case, Indestructible, targeted


class AnAccountWithoutInspector(Case):
    remediation = ScanWithInspector
    two_valued = True
    types: ClassVar[list[str]] = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]

    def make(self) -> Target:
        self.edit_same(targeted(ScanWithInspector, ACCOUNT))
        return targeted(ScanWithInspector, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        criteria = {"severity": [{"comparison": "EQUALS", "value": "LOW"}]}
        plain_client("inspector2").create_filter(name="theirs", action="NONE", filterCriteria=criteria)

    def beside(self, target: Target) -> Any:
        return [one["name"] for one in plain_client("inspector2").list_filters()["filters"]]

    def edit_same(self, target: Target) -> None:
        plain_client("inspector2").disable(accountIds=[ACCOUNT], resourceTypes=self.types)

    def destroy(self, target: Target) -> None:
        raise Indestructible


class AnAccountThatDoesNotScanCode(AnAccountWithoutInspector):
    """One control is open: Lambda scans are enabled, those of instances and images are not."""

    def make(self) -> Target:
        super().make()
        return targeted(ScanWithInspector, ACCOUNT, "Inspector.3")
