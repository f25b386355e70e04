"""Delivery and encryption of CodeBuild logs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.toggle import Toggle


class _BuildLogs(Toggle):
    """A part of a project's logsConfig; all parts are sent together, because UpdateProject replaces them."""

    resource_type = "AWS::CodeBuild::Project"
    reads = ("codebuild:BatchGetProjects",)
    writes = ("codebuild:UpdateProject",)
    compliant_value = True
    proved_on = "extended"

    @abstractmethod
    def changed(self, logs: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
        """Return the configuration of all logs, with this setting on or off."""

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        logs = self.changed(_logs_config(aws, target), on=on)
        aws.client("codebuild").update_project(name=target.resource.name, logsConfig=logs)


class LogBuilds(_BuildLogs):
    """Send the output of builds to CloudWatch Logs, if they send it neither there nor to S3."""

    title = "Send what builds print to CloudWatch"
    problem = "Builds without logs"
    controls = ("CodeBuild.4",)
    config_rules = ("CODEBUILD_PROJECT_LOGGING_ENABLED",)
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    setting = "logs of builds"

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether either destination is on; without a configuration, CloudWatch is (API_LogsConfig)."""
        logs = _logs_config(aws, target)
        return any(_is_enabled(logs, destination) for destination in ("cloudWatchLogs", "s3Logs"))

    def changed(self, logs: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
        cloudwatch = logs.get("cloudWatchLogs", {})
        return {**logs, "cloudWatchLogs": {**cloudwatch, "status": "ENABLED" if on else "DISABLED"}}

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield Evidence("Do its builds print secrets?", "not known", known=False)


class EncryptBuildLogs(_BuildLogs):
    """Encrypt the logs that builds write to S3 from now on, with the default encryption of the bucket."""

    title = "Encrypt the builds' logs in S3"
    problem = "Unencrypted logs of builds"
    controls = ("CodeBuild.3",)
    config_rules = ("CODEBUILD_PROJECT_S3_LOGS_ENCRYPTED",)
    effects = (Effect.FUTURE_ONLY,)
    setting = "encryption of logs in S3"

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether the logs in S3 are encrypted; True if no logs go there."""
        logs = _logs_config(aws, target)
        return not (_is_enabled(logs, "s3Logs") and logs["s3Logs"].get("encryptionDisabled"))

    def changed(self, logs: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
        return {**logs, "s3Logs": {**logs["s3Logs"], "encryptionDisabled": not on}}


def _logs_config(aws: Account, target: Target) -> dict[str, Any]:
    found = aws.client("codebuild").batch_get_projects(names=[target.resource.name])["projects"]
    if not found:
        raise ResourceGone(target.resource.id)
    logs: dict[str, Any] = found[0].get("logsConfig") or {"cloudWatchLogs": {"status": "ENABLED"}}
    return logs


def _is_enabled(logs: Mapping[str, Any], destination: str) -> bool:
    return bool(logs.get(destination, {}).get("status") == "ENABLED")
