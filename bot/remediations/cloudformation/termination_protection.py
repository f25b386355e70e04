"""Termination protection of CloudFormation stacks."""

from __future__ import annotations

from typing import Any

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if_message
from bot.remediations.toolkit.toggle import Toggle


class ProtectStack(Toggle):
    """Protect the stack and its nested stacks against deletion."""

    title = "Protect the stack against deletion"
    problem = "Stack can be deleted by one call"
    controls = ("CloudFormation.3",)
    config_rules = ("CLOUDFORMATION_TERMINATION_PROTECTION_CHECK",)
    resource_type = "AWS::CloudFormation::Stack"
    reads = ("cloudformation:DescribeStacks",)
    writes = ("cloudformation:UpdateTerminationProtection",)
    proved_on = "extended"
    setting = "termination protection"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether the stack is protected. Raise Refusal for a nested stack: its root has the protection."""
        stack = _stack(aws, target)
        if stack.get("RootId"):
            raise Refusal(f"it is nested: protect its root, {stack['RootId']}")
        return bool(stack.get("EnableTerminationProtection"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        aws.client("cloudformation").update_termination_protection(
            StackName=target.resource.id, EnableTerminationProtection=on
        )


def _stack(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if_message("does not exist", target):  # CloudFormation has one error code for all invalid requests
        response = aws.client("cloudformation").describe_stacks(StackName=target.resource.id)
    stack: dict[str, Any] = response["Stacks"][0]
    if stack["StackStatus"] in {"DELETE_IN_PROGRESS", "DELETE_COMPLETE"}:
        raise ResourceGone(stack["StackStatus"])
    return stack
