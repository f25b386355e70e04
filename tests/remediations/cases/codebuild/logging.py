"""Cases of `bot.remediations.codebuild.logging`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.codebuild.logging import EncryptBuildLogs, LogBuilds
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class ABuildWithoutLogs(Case):
    """A project whose log group is configured, but disabled."""

    remediation: ClassVar[type[Remediation]] = LogBuilds
    two_valued = True
    logs: ClassVar[dict[str, Any]] = {
        "cloudWatchLogs": {"status": "DISABLED", "groupName": "builds"},
        "s3Logs": {"status": "DISABLED"},
    }

    def make(self) -> Target:
        secret = {"name": "PASSWORD", "value": PLANTED, "type": "PLAINTEXT"}
        machine = {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0"}
        made = plain_client("codebuild").create_project(
            name="ship",
            source={"type": "GITHUB", "location": "https://github.com/acme/ship.git"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={**machine, "computeType": "BUILD_GENERAL1_SMALL", "environmentVariables": [secret]},
            serviceRole=f"arn:aws:iam::{ACCOUNT}:role/service-role/ship",
            logsConfig=self.logs,
        )
        return targeted(self.remediation, made["project"]["arn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("codebuild").update_project(name="ship", description="theirs")

    def beside(self, target: Target) -> Any:
        found = plain_client("codebuild").batch_get_projects(names=["ship"])["projects"][0]
        return found.get("description"), found["logsConfig"]["cloudWatchLogs"].get("groupName")

    def edit_same(self, target: Target) -> None:
        plain_client("codebuild").update_project(name="ship", logsConfig=self.logs)

    def destroy(self, target: Target) -> None:
        plain_client("codebuild").delete_project(name="ship")


class ABuildWithPlainLogs(ABuildWithoutLogs):
    remediation = EncryptBuildLogs
    logs: ClassVar = {
        "cloudWatchLogs": {"status": "ENABLED", "groupName": "builds"},
        "s3Logs": {"status": "ENABLED", "location": "acme-builds/ship", "encryptionDisabled": True},
    }
