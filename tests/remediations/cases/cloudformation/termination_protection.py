"""Cases of `bot.remediations.cloudformation.termination_protection`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.cloudformation.termination_protection import ProtectStack
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class AStackThatOneCallDeletes(Case):
    remediation = ProtectStack
    two_valued = True
    template = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'

    def make(self) -> Target:
        made = plain_client("cloudformation").create_stack(StackName="shop", TemplateBody=self.template, Tags=TAGS)
        return targeted(ProtectStack, made["StackId"])

    def edit_beside(self, target: Target) -> None:
        policy = '{"Statement": []}'
        plain_client("cloudformation").set_stack_policy(StackName="shop", StackPolicyBody=policy)

    def beside(self, target: Target) -> Any:
        return plain_client("cloudformation").get_stack_policy(StackName="shop").get("StackPolicyBody")

    def edit_same(self, target: Target) -> None:
        plain_client("cloudformation").update_termination_protection(
            StackName="shop", EnableTerminationProtection=False
        )

    def destroy(self, target: Target) -> None:
        plain_client("cloudformation").delete_stack(StackName="shop")
