"""An account on moto as the bot reaches it, with hooks at every call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from bot.domain.canonical import Secret
from bot.domain.ports import Call
from bot.domain.resource import Resource


class MotoAccount:
    """One account on moto: each call is told of after it was made, where it may crash too; one may be refused."""

    def __init__(self, resource: Resource, told: Callable[[Call], None], refused: str) -> None:
        self.account_id = resource.account
        self._region = resource.call_region
        self._told, self._refused = told, refused

    def client(self, service: str, region: str = "") -> Any:
        """A client of its own, with the hooks in it."""
        make: Any = boto3.client
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        client = make(service, region_name=region or self._region, **keys)
        client.meta.events.register("before-call.*", self._before)
        client.meta.events.register("after-call.*", self._after)
        return client

    def secret(self, value: str) -> Secret:
        """Hashed with a key of the tests."""
        return Secret.of(value, b"tests")

    def _before(self, model: Any, **_: Any) -> Any:
        if f"{model.service_model.service_name}:{model.name}" != self._refused:
            return None
        response = AWSResponse("https://example.test", 403, HTTPHeaders(), None)
        return response, {"Error": {"Code": "AccessDenied", "Message": "refused by the test"}}

    def _after(self, model: Any, **_: Any) -> None:
        self._told(Call(model.service_model.service_name, model.name))
