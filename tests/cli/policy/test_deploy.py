"""`cspm policy deploy`: changes are shown first, and no concurrent deployment is overwritten."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.cli.deployment import Deployment
from bot.cli.policy.command import load_policy
from bot.cli.policy.deploy import deploy, wait_for_end
from bot.cli.policy.store import PolicyStore, Rollout
from bot.domain.errors import BadInput, Unknown
from tests.cli.appconfig import POLICY, Place, aws, place
from tests.cli.command_line import Cspm

__all__ = ["aws", "place"]

TWO = POLICY.replace("[S0SECENG]}", "[S0SECENG], required: 2}")


def run(
    place: Place, folder: Path, text: str, agreed: Callable[[], bool] = lambda: True, strategy: str = ""
) -> tuple[Rollout | None, str]:
    """Deploy this text; what came of it, and what was said."""
    file, out = folder / "policy.yaml", io.StringIO()
    file.write_text(text, encoding="utf-8")
    started = deploy(text, load_policy(str(file)), place.store, strategy or place.at_once, agreed, out)
    return started, out.getvalue()


def in_force(place: Place) -> str:
    newest, *_ = place.store.rollouts()
    return place.store.version(newest.version).text


def test_the_first_policy_is_deployed_and_can_be_followed_to_its_end(place: Place, tmp_path: Path) -> None:
    started, said = run(place, tmp_path, POLICY)
    assert "no policy is in force yet" in said
    assert started
    out = io.StringIO()
    assert wait_for_end(started.number, place.store, out, pause=lambda _: None) == 0
    assert f"deployment {started.number} is COMPLETE" in out.getvalue()
    assert in_force(place) == POLICY
    assert place.store.version("1").label == "v1"


def test_changes_are_written_before_anything_is_stored(place: Place, tmp_path: Path) -> None:
    place.deploy(POLICY)
    wished = TWO + "stage: {default: approve}\nlimits: {undo_days: 3}\n"
    started, said = run(place, tmp_path, wished, agreed=lambda: False)
    assert started is None
    assert "route everything → C0SECURITY: approvers: 1 of S0SECENG → 2 of S0SECENG" in said
    assert "stage of accounts that are not named: propose → approve" in said
    assert "undo days: 7 → 3" in said
    assert place.store.latest_version() == 1


def test_the_same_policy_is_not_deployed_again(place: Place, tmp_path: Path) -> None:
    place.deploy(POLICY)
    started, said = run(place, tmp_path, f"# another comment\n{POLICY}")
    assert started is None
    assert "nothing to deploy" in said


def test_while_another_deployment_is_under_way_nothing_is_started(place: Place, tmp_path: Path) -> None:
    run(place, tmp_path, POLICY, strategy="AppConfig.Linear50PercentEvery30Seconds")
    with pytest.raises(BadInput, match=r"deployment 1 \(version 1\) is DEPLOYING: wait"):
        run(place, tmp_path, TWO)


def test_a_deployment_started_during_confirmation_is_not_overwritten(place: Place, tmp_path: Path) -> None:
    place.deploy(POLICY)

    def meanwhile() -> bool:
        place.deploy(POLICY.replace("S0SECENG", "S0OTHERS"))
        return True

    with pytest.raises(Unknown, match="somebody deployed meanwhile"):
        run(place, tmp_path, TWO, agreed=meanwhile)
    assert "S0OTHERS" in in_force(place)


def test_a_version_stored_during_confirmation_is_not_overwritten() -> None:
    """The emulator does not implement the lock, so this stubs AWS's answer, validated by botocore's model."""
    client: Any = boto3.client("appconfig", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    outputs = {"PolicyApplicationId": "app1234", "PolicyEnvironmentId": "env1234", "PolicyProfileId": "pro1234"}
    store = PolicyStore(Deployment("cspm-bot", lambda _: client, outputs=outputs))
    asked = {
        "ApplicationId": "app1234",
        "ConfigurationProfileId": "pro1234",
        "LatestVersionNumber": 7,
        "Content": POLICY.encode(),
        "ContentType": "text/yaml",
        "VersionLabel": "v8",
    }
    with Stubber(client) as stub:
        stub.add_client_error("create_hosted_configuration_version", "ConflictException", expected_params=asked)
        with pytest.raises(Unknown, match="somebody stored one meanwhile"):
            store.create(POLICY, 7, "v8")


def test_a_policy_with_problems_is_not_even_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY.replace("groups", "gruops"), encoding="utf-8")
    answer = Cspm(capsys)("policy", "deploy", str(file), "--region", "eu-west-1")
    assert answer.code == 1
    assert "gruops" in answer.err
