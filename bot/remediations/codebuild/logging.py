"""CodeBuild: what a build printed can be read later, and only by those who may."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.toggle import Toggle


class _BuildLogs(Toggle):
    """One part of a project's logsConfig, which UpdateProject replaces whole: the other parts go with it."""

    resource_type = "AWS::CodeBuild::Project"
    reads = ("codebuild:BatchGetProjects",)
    writes = ("codebuild:UpdateProject",)
    compliant_value = True
    proved_on = "extended"

    @abstractmethod
    def changed(self, logs: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
        """The configuration of all logs, with this switch turned."""

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """What UpdateProject is not told of a project stays as it is."""
        wanted = self.changed(_logs(aws, target), on=on)
        aws.client("codebuild").update_project(name=target.resource.name, logsConfig=wanted)


class LogBuilds(_BuildLogs):
    """Send what builds print to CloudWatch Logs, where neither that nor S3 gets it."""

    title = "Send what builds print to CloudWatch"
    problem = "Builds without logs"
    controls = ("CodeBuild.4",)
    config_rules = ("CODEBUILD_PROJECT_LOGGING_ENABLED",)
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    setting = "logs of builds"

    def is_on(self, target: Target, aws: Account) -> bool:
        """In either place; a project that nobody configured sends them to CloudWatch (API_LogsConfig)."""
        logs = _logs(aws, target)
        return any(_sent(logs, place) for place in ("cloudWatchLogs", "s3Logs"))

    def changed(self, logs: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
        """The group and stream that it names stay."""
        now = logs.get("cloudWatchLogs", {})
        return {**logs, "cloudWatchLogs": {**now, "status": "ENABLED" if on else "DISABLED"}}

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:  # nothing of it can be asked
        """What would be kept."""
        yield Evidence("Do its builds print secrets?", "not known", known=False)


class EncryptBuildLogs(_BuildLogs):
    """Encrypt what builds write to S3 from now on, as the bucket does by default."""

    title = "Encrypt the builds' logs in S3"
    problem = "Unencrypted logs of builds"
    controls = ("CodeBuild.3",)
    config_rules = ("CODEBUILD_PROJECT_S3_LOGS_ENCRYPTED",)
    effects = (Effect.FUTURE_ONLY,)
    setting = "encryption of logs in S3"

    def is_on(self, target: Target, aws: Account) -> bool:
        """Where no logs go to S3, there is nothing to encrypt."""
        logs = _logs(aws, target)
        return not (_sent(logs, "s3Logs") and logs["s3Logs"].get("encryptionDisabled"))

    def changed(self, logs: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
        """The place stays."""
        return {**logs, "s3Logs": {**logs["s3Logs"], "encryptionDisabled": not on}}


def _logs(aws: Account, target: Target) -> dict[str, Any]:
    """Raises ResourceGone."""
    found = aws.client("codebuild").batch_get_projects(names=[target.resource.name])["projects"]
    if not found:
        raise ResourceGone(target.resource.id)
    logs: dict[str, Any] = found[0].get("logsConfig") or {"cloudWatchLogs": {"status": "ENABLED"}}
    return logs


def _sent(logs: Mapping[str, Any], place: str) -> bool:
    return bool(logs.get(place, {}).get("status") == "ENABLED")
