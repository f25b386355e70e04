"""Cases of `bot.remediations.athena.query_metrics`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.athena.query_metrics import MeasureWorkGroup
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, targeted


class AWorkGroupWithoutFigures(Case):
    remediation = MeasureWorkGroup
    two_valued = True

    def make(self) -> Target:
        result = {"OutputLocation": "s3://acme-queries/"}
        plain_client("athena").create_work_group(
            Name="analysts", Description=PLANTED, Configuration={"ResultConfiguration": result}, Tags=TAGS
        )
        return targeted(MeasureWorkGroup, "analysts")

    def edit_beside(self, target: Target) -> None:
        plain_client("athena").update_work_group(
            WorkGroup="analysts", ConfigurationUpdates={"BytesScannedCutoffPerQuery": 10_000_000}
        )

    def beside(self, target: Target) -> Any:
        found = plain_client("athena").get_work_group(WorkGroup="analysts")["WorkGroup"]["Configuration"]
        return found["ResultConfiguration"], found.get("BytesScannedCutoffPerQuery")

    def edit_same(self, target: Target) -> None:
        plain_client("athena").update_work_group(
            WorkGroup="analysts", ConfigurationUpdates={"PublishCloudWatchMetricsEnabled": False}
        )

    def destroy(self, target: Target) -> None:
        plain_client("athena").delete_work_group(WorkGroup="analysts")
