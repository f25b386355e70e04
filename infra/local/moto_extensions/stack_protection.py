"""CloudFormation: termination protection."""

from __future__ import annotations

from typing import Any

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from infra.local.moto_extensions.patching import replace


def update_termination_protection(self: CloudFormationResponse) -> Any:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html."""
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = bool(self._get_param("EnableTerminationProtection"))
    return ActionResult({"StackId": stack.stack_id})


def install() -> None:
    replace(CloudFormationResponse, update_termination_protection=update_termination_protection)
