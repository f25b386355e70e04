"""The policy from AppConfig: versions, the poll interval, and expired sessions; against ministack."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ConnectionClosedError

from bot.adapters.aws.appconfig import MIN_POLL_SECONDS, AppConfigPolicies
from bot.adapters.memory.policies import StaticPolicies
from bot.domain.errors import PolicyUnreadable
from infra.local.ministack import Ministack


class Profile:
    """An application with one profile, and policies over it whose time the test sets."""

    def __init__(self, ministack: Ministack) -> None:
        self.admin = ministack.client("appconfig")
        self.data = ministack.client("appconfigdata")
        self.name = f"cspm-{uuid4().hex}"
        self.application = self.admin.create_application(Name=self.name)["Id"]
        self.environment = self.admin.create_environment(ApplicationId=self.application, Name="live")["Id"]
        self.profile = self.admin.create_configuration_profile(
            ApplicationId=self.application, Name="policy", LocationUri="hosted"
        )["Id"]
        self.strategy = self.admin.create_deployment_strategy(
            Name=self.name,
            DeploymentDurationInMinutes=0,
            GrowthFactor=100,
            FinalBakeTimeInMinutes=0,
            ReplicateTo="NONE",
        )["Id"]
        self.seconds = 0.0
        self.polls: list[str] = []
        self.data.meta.events.register("before-call", lambda model, **_: self.polls.append(model.name))
        self.policies = self.reader(self.data)

    def reader(self, client: Any) -> AppConfigPolicies:
        return AppConfigPolicies(
            client, application=self.name, environment="live", profile="policy", now=lambda: self.seconds
        )

    def deploy(self, text: str, label: str = "") -> None:
        version = self.admin.create_hosted_configuration_version(
            ApplicationId=self.application,
            ConfigurationProfileId=self.profile,
            Content=text.encode(),
            ContentType="application/x-yaml",
            **({"VersionLabel": label} if label else {}),
        )["VersionNumber"]
        self.admin.start_deployment(
            ApplicationId=self.application,
            EnvironmentId=self.environment,
            ConfigurationProfileId=self.profile,
            DeploymentStrategyId=self.strategy,
            ConfigurationVersion=str(version),
        )


@pytest.fixture
def profile(ministack: Ministack) -> Profile:
    return Profile(ministack)


def test_the_policy_comes_with_its_version_label(profile: Profile) -> None:
    profile.deploy("version: 1\n", label="v1-initial")
    assert profile.policies.text() == ("version: 1\n", "v1-initial")


def test_without_a_label_the_version_is_the_start_of_the_hash(profile: Profile) -> None:
    profile.deploy("version: 1\n")
    text, version = profile.policies.text()
    assert text == "version: 1\n"
    assert version == StaticPolicies("version: 1\n").text()[1]
    assert version.startswith("sha256:")


def test_within_the_poll_interval_appconfig_is_not_called(profile: Profile) -> None:
    profile.deploy("version: 1\n", "v1")
    profile.policies.text()
    profile.deploy("version: 1 # new\n", "v2")
    profile.seconds = MIN_POLL_SECONDS - 1
    assert profile.policies.text()[1] == "v1"
    assert profile.polls == ["StartConfigurationSession", "GetLatestConfiguration"]


def test_after_the_interval_a_new_policy_arrives_and_an_unchanged_one_stays(profile: Profile) -> None:
    profile.deploy("version: 1\n", "v1")
    profile.policies.text()
    profile.seconds = 60
    assert profile.policies.text() == ("version: 1\n", "v1")
    profile.deploy("version: 1 # new\n", "v2")
    profile.seconds = 120
    assert profile.policies.text() == ("version: 1 # new\n", "v2")
    assert profile.polls.count("StartConfigurationSession") == 1


def test_a_session_with_an_expired_token_is_started_again(profile: Profile) -> None:
    profile.deploy("version: 1\n", "v1")
    profile.policies.text()
    profile.policies._token = "an expired one"
    profile.seconds = 60
    assert profile.policies.text() == ("version: 1\n", "v1")
    assert profile.polls.count("StartConfigurationSession") == 2


def test_nothing_deployed_is_unreadable(profile: Profile) -> None:
    with pytest.raises(PolicyUnreadable, match="no policy is deployed"):
        profile.policies.text()


def test_a_profile_that_does_not_exist_is_unreadable(profile: Profile) -> None:
    policies = AppConfigPolicies(profile.data, application=profile.name, environment="live", profile="other")
    with pytest.raises(PolicyUnreadable, match=r"live / other.*ResourceNotFoundException"):
        policies.text()


def test_a_policy_that_cannot_be_polled_is_unreadable_and_comes_back(profile: Profile, ministack: Ministack) -> None:
    profile.deploy("version: 1\n", "v1")
    data = ministack.client("appconfigdata")
    policies = profile.reader(data)
    policies.text()
    outage = _Outage(data)
    profile.seconds = 60
    with pytest.raises(PolicyUnreadable):
        policies.text()
    outage.over()
    assert policies.text() == ("version: 1\n", "v1")


class _Outage:
    """Every call of a client ends without an answer, until it is over."""

    def __init__(self, client: Any) -> None:
        self._events = client.meta.events
        self._events.register("before-call", self._lose)

    def over(self) -> None:
        self._events.unregister("before-call", self._lose)

    def _lose(self, **_: Any) -> None:
        raise ConnectionClosedError(endpoint_url="http://127.0.0.1:9")


def test_a_static_policy_is_as_given() -> None:
    assert StaticPolicies("version: 1", "v7").text() == ("version: 1", "v7")
    with pytest.raises(PolicyUnreadable):
        StaticPolicies("", problem=PolicyUnreadable("down")).text()
