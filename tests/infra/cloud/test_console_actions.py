"""Console actions that the page offers, which change a resource without the bot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local import console_actions, guide
from infra.local.cloud import CustomerCloud, sandbox_call
from infra.local.inventory import describe
from infra.local.sandbox import seed

KINDS = ("S3::Bucket", "EC2::SecurityGroup", "IAM::User", "RDS::DBInstance", "KMS::Key", "EC2::Subnet")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[CustomerCloud]:
    with CustomerCloud() as cloud:
        seed(cloud)
        yield cloud


@pytest.fixture(scope="module")
def seeded(sandbox: CustomerCloud) -> list[dict[str, Any]]:
    """The sandbox's resources before any test; each test changes one of them."""
    return describe(sandbox)


@pytest.mark.parametrize("kind", KINDS)
def test_each_console_action_changes_the_settings_and_is_then_not_offered(
    sandbox: CustomerCloud, seeded: list[dict[str, Any]], kind: str
) -> None:
    before = next(one for one in seeded if one["type"] == f"AWS::{kind}" and console_actions.actions_of(one))
    act = console_actions.actions_of(before)[0]
    sandbox_call(sandbox, before["account"], before["region"], act["service"], act["operation"], act["params"])
    after = next(resource for resource in describe(sandbox) if resource["id"] == before["id"])
    assert after["settings"] != before["settings"]
    assert act not in console_actions.actions_of(after)


def test_the_resources_named_in_the_guide_exist(seeded: list[dict[str, Any]]) -> None:
    told = json.dumps(guide.GUIDE)
    (group,) = [resource for resource in seeded if resource["name"] == "dev-everything"]
    for words in (group["name"], console_actions.actions_of(group)[0]["label"]):
        assert words in told
