"""Versions and deployments of the policy in AppConfig, with the caller's credentials."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.adapters.aws.errors import aws_errors_as
from bot.cli.deployment import Deployment
from bot.domain.errors import BadInput, Unknown
from bot.domain.policy import Policy
from bot.policy_file import Recipes, parse
from bot.remediations.catalogue import catalogue

IN_PROGRESS: Final = frozenset({"VALIDATING", "DEPLOYING", "BAKING", "ROLLING_BACK"})
COMPLETE: Final = "COMPLETE"


@dataclass(frozen=True)
class Rollout:
    """One deployment of a version in AppConfig. Times are None if AppConfig does not return them."""

    number: int
    version: str
    state: str
    started: datetime | None = None
    completed: datetime | None = None


@dataclass(frozen=True)
class Version:
    """A hosted version's text, and its label (or the start of its hash), as the bot has it."""

    number: str
    label: str
    text: str

    def policy(self) -> Policy:
        """Parse the policy. Raises PolicyInvalid."""
        return parse(self.text, self.label, recipes=Recipes.of(catalogue().by_id.values()))


class PolicyStore:
    """The AppConfig application, environment and profile of one deployment of the bot. AWS errors raise Unknown."""

    def __init__(self, deployment: Deployment) -> None:
        self._client = deployment.client("appconfig")
        outputs = deployment.outputs
        self._application = {"ApplicationId": outputs["PolicyApplicationId"]}
        self._environment = {**self._application, "EnvironmentId": outputs["PolicyEnvironmentId"]}
        self._profile = {**self._application, "ConfigurationProfileId": outputs["PolicyProfileId"]}

    def rollouts(self) -> list[Rollout]:
        """Return all deployments that AppConfig lists, newest first."""
        found = [_rollout(one) for one in self._pages("list_deployments", self._environment)]
        return sorted(found, key=lambda one: one.number, reverse=True)

    def latest_version(self) -> int:
        """Return the number of the newest hosted version, deployed or not; 0 for none."""
        listed = self._pages("list_hosted_configuration_versions", self._profile)
        return max((int(one["VersionNumber"]) for one in listed), default=0)

    def version(self, number: str) -> Version:
        """Return a hosted version. Raises Unknown, also if it is not text."""
        with aws_errors_as(Unknown, f"cannot read version {number} of the policy"):
            answer = self._client.get_hosted_configuration_version(**self._profile, VersionNumber=int(number))
            content = answer["Content"].read()
        try:
            text = content.decode()
        except UnicodeDecodeError as problem:
            raise Unknown(f"version {number} of the policy is no UTF-8 text") from problem
        return Version(number, answer.get("VersionLabel") or f"sha256:{hashlib.sha256(content).hexdigest()[:12]}", text)

    def create(self, text: str, after: int, label: str) -> str:
        """Create a hosted version and return its number. Raises Unknown, also if `after` is not the newest any more."""
        lock = {"LatestVersionNumber": after} if after else {}
        with aws_errors_as(
            Unknown, "the new version was not stored (a ConflictException: somebody stored one meanwhile)"
        ):
            answer = self._client.create_hosted_configuration_version(
                **self._profile, **lock, Content=text.encode(), ContentType="text/yaml", VersionLabel=label
            )
        return str(answer["VersionNumber"])

    def start(self, version: str, after: int, strategy: str) -> Rollout:
        """Start a deployment. Raises Unknown, also if `after` is not the newest deployment any more."""
        failure = f"version {version} is stored but not deployed (a ConflictException: somebody deployed meanwhile)"
        with aws_errors_as(Unknown, failure):
            answer = self._client.start_deployment(
                **self._environment,
                ConfigurationProfileId=self._profile["ConfigurationProfileId"],
                ConfigurationVersion=version,
                DeploymentStrategyId=strategy,
                LatestDeploymentNumber=after,
            )
        return _rollout(answer)

    def rollout(self, number: int) -> Rollout:
        """Return the current state of a deployment."""
        with aws_errors_as(Unknown, f"cannot read deployment {number} of the policy"):
            return _rollout(self._client.get_deployment(**self._environment, DeploymentNumber=number))

    @property
    def names(self) -> str:
        """The AWS CLI's arguments for the environment."""
        where = self._environment
        return f"--application-id {where['ApplicationId']} --environment-id {where['EnvironmentId']}"

    def _pages(self, operation: str, where: dict[str, str]) -> Iterator[dict[str, Any]]:
        call: Callable[..., dict[str, Any]] = getattr(self._client, operation)
        token: dict[str, str] = {}
        while True:
            with aws_errors_as(Unknown, "cannot list the policy's versions and deployments"):
                answer = call(**where, **token)
            yield from answer.get("Items", [])
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}


def rollout_in_force(rollouts: list[Rollout]) -> Rollout | None:
    """Return the newest complete rollout. Raises BadInput while another is in progress: both versions are in use."""
    if rollouts and rollouts[0].state in IN_PROGRESS:
        newest = rollouts[0]
        raise BadInput(
            f"deployment {newest.number} (version {newest.version}) is {newest.state}: wait until it is complete, "
            "or stop it with aws appconfig stop-deployment"
        )
    return next((one for one in rollouts if one.state == COMPLETE), None)


def _rollout(answer: dict[str, Any]) -> Rollout:
    return Rollout(
        int(answer["DeploymentNumber"]),
        str(answer["ConfigurationVersion"]),
        str(answer["State"]),
        _time(answer.get("StartedAt")),
        _time(answer.get("CompletedAt")),
    )


def _time(value: datetime | None) -> datetime | None:
    return value.astimezone(UTC) if value else None
