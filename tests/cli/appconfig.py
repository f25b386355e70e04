"""AppConfig on a ministack: an application, an environment, a profile and a quick deployment strategy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.cli.deployment import Deployment
from bot.cli.policy.store import PolicyStore
from infra.local.ministack import Ministack

POLICY = """
version: 1
teams: [T0ACME]
fallback_channel: C0SECFALL
routes: [{channel: C0SECURITY, approvers: {groups: [S0SECENG]}}]
"""


@dataclass(frozen=True)
class Place:
    """An AppConfig profile and environment for policies."""

    aws: Ministack
    deployment: Deployment
    at_once: str

    @property
    def store(self) -> PolicyStore:
        return PolicyStore(self.deployment)

    def deploy(self, text: str, label: str = "") -> str:
        """Deploy a policy without the command; return the version's number."""
        appconfig, outputs = self.aws.client("appconfig"), self.deployment.outputs
        place = {"ApplicationId": outputs["PolicyApplicationId"], "ConfigurationProfileId": outputs["PolicyProfileId"]}
        named = {"VersionLabel": label} if label else {}
        made = appconfig.create_hosted_configuration_version(
            **place, **named, Content=text.encode(), ContentType="text/yaml"
        )
        number = str(made["VersionNumber"])
        appconfig.start_deployment(
            **place,
            EnvironmentId=outputs["PolicyEnvironmentId"],
            ConfigurationVersion=number,
            DeploymentStrategyId=self.at_once,
        )
        return number


def a_place(aws: Ministack) -> Place:
    appconfig: Any = aws.client("appconfig")
    application = appconfig.create_application(Name="cspm-bot")["Id"]
    environment = appconfig.create_environment(ApplicationId=application, Name="live")["Id"]
    profile = appconfig.create_configuration_profile(
        ApplicationId=application, Name="policy", LocationUri="hosted", Type="AWS.Freeform"
    )["Id"]
    strategy = appconfig.create_deployment_strategy(
        Name=f"at-once-{application}",
        DeploymentDurationInMinutes=0,
        FinalBakeTimeInMinutes=0,
        GrowthFactor=100,
        ReplicateTo="NONE",
    )["Id"]
    outputs = {
        "PolicyApplicationId": application,
        "PolicyEnvironmentId": environment,
        "PolicyProfileId": profile,
        "TableName": "none",
    }
    return Place(aws, Deployment("cspm-bot", aws.client, outputs=outputs), strategy)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """A ministack for this module."""
    with Ministack(tmp_path_factory.mktemp("appconfig")) as running:
        yield running


@pytest.fixture
def place(aws: Ministack) -> Place:
    """A place where no policy has been deployed yet."""
    return a_place(aws)
