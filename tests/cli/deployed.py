"""The bot's stack on a ministack, for commands that look at a deployment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.cli.deployment import Deployment, find_deployment
from infra.local.artefact import sources
from infra.local.deploy import STACK, deploy
from infra.local.ministack import Ministack


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """A ministack with the bot's stack, for this module."""
    with Ministack(tmp_path_factory.mktemp("deployed")) as running:
        deploy(running, {}, sources())
        yield running


@pytest.fixture
def deployment(aws: Ministack) -> Deployment:
    return find_deployment(STACK, clients=aws.client)
