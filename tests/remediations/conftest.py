"""One cloud for all tests of a module, emptied before each; gone before other tests begin a cloud of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from infra.local import moto_extensions
from tests.aws import MotoAccount


@pytest.fixture(scope="module")
def cloud() -> Iterator[None]:
    moto_extensions.install()
    try:
        with pytest.MonkeyPatch.context() as environment, mock_aws():
            environment.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # 1,300 images at every reset, and none is used
            yield
    finally:
        moto_extensions.uninstall()


@pytest.fixture(autouse=True)
def aws(cloud: None) -> MotoAccount:  # noqa: ARG001 - each test's account is in that cloud
    moto_extensions.reset()
    return MotoAccount()
