"""Cases of `bot.remediations.sagemaker.root_access`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.sagemaker.root_access import TakeRootFromNotebook
from tests.aws import ACCOUNT
from tests.remediations.cases.tagged import TAGS, THEIRS, TaggedCase
from tests.remediations.contract import targeted


class ANotebookWithRoot(TaggedCase):
    remediation = TakeRootFromNotebook
    service = "sagemaker"

    def make(self) -> Target:
        made = self.client.create_notebook_instance(
            NotebookInstanceName="research",
            InstanceType="ml.t3.medium",
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/research",
            RootAccess="Enabled",
            Tags=TAGS,
        )
        self.client.stop_notebook_instance(NotebookInstanceName="research")
        return targeted(TakeRootFromNotebook, made["NotebookInstanceArn"])

    def tag(self, arn: str) -> None:
        self.client.add_tags(ResourceArn=arn, Tags=THEIRS)

    def tags(self, arn: str) -> Any:
        return self.client.list_tags(ResourceArn=arn)["Tags"]

    def edit_same(self, target: Target) -> None:
        self.client.update_notebook_instance(NotebookInstanceName="research", RootAccess="Enabled")

    def destroy(self, target: Target) -> None:
        self.client.delete_notebook_instance(NotebookInstanceName="research")
