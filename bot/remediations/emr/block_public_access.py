"""Block public access for EMR clusters of the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation

_BLOCK: Final = "block public access"
_SSH: Final = 22


class BlockPublicEmr(Remediation):
    """Prevent new EMR clusters with public security groups, except for SSH if that is an exception now.

    Switch and excepted ports are one value, because EMR replaces them together (API_PutBlockPublicAccessConfiguration).
    Running clusters are not affected.
    """

    title = "Block public access to EMR clusters"
    problem = "EMR clusters may be public"
    controls = ("EMR.2",)
    config_rules = ("EMR_BLOCK_PUBLIC_ACCESS",)
    resource_type = "AWS::::Account"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("elasticmapreduce:GetBlockPublicAccessConfiguration",)
    writes = ("elasticmapreduce:PutBlockPublicAccessConfiguration",)
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        config = aws.client("emr").get_block_public_access_configuration()["BlockPublicAccessConfiguration"]
        ranges = config.get("PermittedPublicSecurityGroupRuleRanges", [])
        ports = sorted([one["MinRange"], one.get("MaxRange", one["MinRange"])] for one in ranges)
        return {_BLOCK: {"on": bool(config["BlockPublicSecurityGroupRules"]), "excepted ports": ports}}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Turn it on without exceptions, except for SSH if an exception includes it now."""
        ports = settings[_BLOCK]["excepted ports"]
        ssh = [[_SSH, _SSH]] if any(low <= _SSH <= high for low, high in ports) else []
        return {**settings, _BLOCK: {"on": True, "excepted ports": ssh}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        ranges = [{"MinRange": low, "MaxRange": high} for low, high in value["excepted ports"]]
        aws.client("emr").put_block_public_access_configuration(
            BlockPublicAccessConfiguration={
                "BlockPublicSecurityGroupRules": value["on"],
                "PermittedPublicSecurityGroupRuleRanges": ranges,
            }
        )

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because the action supports no resource."""
        return ("*",)
