"""Cases of `bot.remediations.ec2.instance_metadata`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.instance_metadata import RequireImdsV2
from tests.aws import plain_client
from tests.remediations.cases.ec2.instances import run_instance
from tests.remediations.cases.ec2.public_addresses import AnInstanceWithAnAutomaticAddress
from tests.remediations.contract import targeted


class AnInstanceThatTakesNoToken(AnInstanceWithAnAutomaticAddress):
    """HttpTokens is optional."""

    remediation = RequireImdsV2

    def make(self) -> Target:
        return targeted(RequireImdsV2, run_instance(MetadataOptions={"HttpTokens": "optional"})["InstanceId"])

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").modify_instance_metadata_options(InstanceId=target.resource.name, HttpPutResponseHopLimit=2)

    def beside(self, target: Target) -> Any:
        return self.instance(target)["MetadataOptions"]["HttpPutResponseHopLimit"]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_instance_metadata_options(InstanceId=target.resource.name, HttpTokens="optional")
