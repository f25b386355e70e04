"""EMR: block public access, on by default."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.emr.responses import ElasticMapReduceResponse

from infra.local.moto_extensions.patching import replace

_DEFAULT: dict[str, Any] = {
    "BlockPublicSecurityGroupRules": True,
    "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
}
"""https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-block-public-access.html: on, except for port 22."""

_KEPT = "block_public_access"


def get_block_public_access_configuration(self: ElasticMapReduceResponse) -> Any:
    """https://docs.aws.amazon.com/emr/latest/APIReference/API_GetBlockPublicAccessConfiguration.html."""
    now = vars(self.backend).get(_KEPT, _DEFAULT)
    made = {"CreationDateTime": utcnow(), "CreatedByArn": f"arn:aws:iam::{self.current_account}:root"}
    return ActionResult(
        {"BlockPublicAccessConfiguration": now, "BlockPublicAccessConfigurationMetadata": made},
    )


def put_block_public_access_configuration(self: ElasticMapReduceResponse) -> Any:
    """Replace the flag and the port ranges together; moto reads false as true.

    https://docs.aws.amazon.com/emr/latest/APIReference/API_PutBlockPublicAccessConfiguration.html
    """
    wanted = self._get_params().get("BlockPublicAccessConfiguration") or {}
    vars(self.backend)[_KEPT] = {
        "BlockPublicSecurityGroupRules": wanted.get("BlockPublicSecurityGroupRules") in (True, "true"),
        "PermittedPublicSecurityGroupRuleRanges": wanted.get("PermittedPublicSecurityGroupRuleRanges") or [],
    }
    return EmptyResult()


def install() -> None:
    replace(
        ElasticMapReduceResponse,
        get_block_public_access_configuration=get_block_public_access_configuration,
        put_block_public_access_configuration=put_block_public_access_configuration,
    )
