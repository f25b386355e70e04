"""Cases of `bot.remediations.cloudfront.root_object`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.cloudfront.root_object import NameRootObject
from tests.aws import plain_client
from tests.remediations.cases.cloudfront.distributions import distribution_config
from tests.remediations.contract import Case, targeted


class ADistributionWithoutRootObject(Case):
    remediation: ClassVar[type[Remediation]] = NameRootObject

    def make(self) -> Target:
        cloudfront = plain_client("cloudfront")
        made = cloudfront.create_distribution(DistributionConfig=distribution_config())["Distribution"]
        self.id: str = made["Id"]
        return targeted(NameRootObject, made["ARN"])

    def edit_beside(self, target: Target) -> None:
        self.change(Comment="the shop")

    def beside(self, target: Target) -> Any:
        now = plain_client("cloudfront").get_distribution_config(Id=self.id)["DistributionConfig"]
        return now["Comment"], now["Enabled"]

    def edit_same(self, target: Target) -> None:
        self.change(DefaultRootObject="home.html")

    def destroy(self, target: Target) -> None:
        now = plain_client("cloudfront").get_distribution_config(Id=self.id)
        plain_client("cloudfront").delete_distribution(Id=self.id, IfMatch=now["ETag"])

    def change(self, **change: Any) -> None:
        now = plain_client("cloudfront").get_distribution_config(Id=self.id)
        plain_client("cloudfront").update_distribution(
            Id=self.id, IfMatch=now["ETag"], DistributionConfig={**now["DistributionConfig"], **change}
        )
