"""Cases of `bot.remediations.access_analyzer.analyzers`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.access_analyzer.analyzers import NAME, AnalyseExternalAccess
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class ARegionWithoutAnalyzer(Case):
    """An account with an analyzer of unused access, which does not count."""

    remediation = AnalyseExternalAccess
    two_valued = True

    def make(self) -> Target:
        self.create("theirs", "ACCOUNT_UNUSED_ACCESS")
        return targeted(AnalyseExternalAccess, ACCOUNT)

    def create(self, name: str, kind: str) -> None:
        plain_client("accessanalyzer").create_analyzer(analyzerName=name, type=kind, tags={"password": PLANTED})

    def edit_beside(self, target: Target) -> None:
        self.create("inner", "ACCOUNT_INTERNAL_ACCESS")

    def beside(self, target: Target) -> Any:
        found = plain_client("accessanalyzer").list_analyzers()["analyzers"]
        return [one["name"] for one in found if one["name"] != NAME]

    def edit_same(self, target: Target) -> None:
        plain_client("accessanalyzer").delete_analyzer(analyzerName=NAME)

    def destroy(self, target: Target) -> None:
        raise Indestructible
