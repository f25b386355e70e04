"""CloudFormation stacks: not deleted by one call."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.toggle import Toggle


class ProtectStack(Toggle):
    """Let CloudFormation refuse to delete the stack, and with it those nested in it."""

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
        """Raises Refusal for a nested stack: its root has the protection."""
        stack = _stack(aws, target)
        if stack.get("RootId"):
            raise Refusal(f"it is nested: protect its root, {stack['RootId']}")
        return bool(stack.get("EnableTerminationProtection"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only the protection."""
        aws.client("cloudformation").update_termination_protection(
            StackName=target.resource.id, EnableTerminationProtection=on
        )


def _stack(aws: Account, target: Target) -> dict[str, Any]:
    """Raises ResourceGone where CloudFormation's words say so: it has one error for everything."""
    try:
        answer = aws.client("cloudformation").describe_stacks(StackName=target.resource.id)
    except ClientError as error:
        if "does not exist" in error.response.get("Error", {}).get("Message", ""):
            raise ResourceGone(target.resource.id) from error
        raise
    found: dict[str, Any] = answer["Stacks"][0]
    if found["StackStatus"] in {"DELETE_IN_PROGRESS", "DELETE_COMPLETE"}:
        raise ResourceGone(found["StackStatus"])
    return found
