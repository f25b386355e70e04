"""An account on moto whose calls are recorded, paged, shuffled, refused and cut short, as a test asks for."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import UnknownServiceError
from botocore.session import get_session

from bot.domain.canonical import Secret
from bot.domain.ports import Call

ACCOUNT = "123456789012"
REGION = "eu-west-1"
_READ_VERBS = ("Get", "List", "Describe", "Head", "BatchGet", "Simulate", "Lookup")

IAM_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "s3:GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "s3:PutPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "s3:DeletePublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "s3control:GetPublicAccessBlock": ("s3:GetAccountPublicAccessBlock",),
    "s3control:PutPublicAccessBlock": ("s3:PutAccountPublicAccessBlock",),
    "s3control:DeletePublicAccessBlock": ("s3:PutAccountPublicAccessBlock",),
}
"""Where the IAM action is not `<service>:<operation>`: the Service Authorization Reference, by service."""

_IAM_PREFIX = {"elbv2": "elasticloadbalancing"}


def iam_actions(call: Call) -> tuple[str, ...]:
    """The IAM actions that a call needs."""
    known = IAM_ACTIONS.get(f"{call.service}:{call.operation}")
    return known or (f"{_IAM_PREFIX.get(call.service, call.service)}:{call.operation}",)


def is_read(call: Call) -> bool:
    """Whether the call changes nothing, by the verb of its name."""
    return call.operation.startswith(_READ_VERBS)


class Crashed(Exception):
    """The process died here: the call was made, what follows it was not."""


@dataclass
class MotoAccount:
    """Implements the port Account. Every call passes through the hooks that a test turns on."""

    region: str = REGION
    account_id: str = ACCOUNT
    page_size: int = 0
    shuffle: int | None = None
    crash_after: int = 0
    denied: str = ""
    calls: list[Call] = field(default_factory=list)
    _pages: dict[str, Any] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "") -> Any:
        """A boto3 client with the hooks in it."""
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = self._hooked(*key)
        return self._clients[key]

    def secret(self, value: str) -> Secret:
        """Hashed with a key of the tests."""
        return Secret.of(value, b"tests")

    @property
    def actions(self) -> set[str]:
        """The IAM actions of all calls made."""
        return {action for call in self.calls for action in iam_actions(call)}

    def _hooked(self, service: str, region: str) -> Any:
        client = _new_client(service, region)  # of its own: hooks on a shared one would add up
        pager = _Pager(service, self)
        client.meta.events.register("before-parameter-build.*", pager.before_parameters)
        client.meta.events.register("before-call.*", pager.before_call)
        client.meta.events.register("after-call.*", pager.after_call)
        return client


@cache
def plain_client(service: str, region: str = REGION) -> Any:
    """A client that somebody else uses: nothing recorded, nothing disturbed."""
    return _new_client(service, region)


def _new_client(service: str, region: str) -> Any:
    make: Any = boto3.client
    return make(service, region_name=region, aws_access_key_id="test", aws_secret_access_key="test")


class _Pager:
    """The hooks of one client: record, refuse, shuffle, cut into pages, crash."""

    def __init__(self, service: str, account: MotoAccount) -> None:
        self._account = account
        self._service = service
        self._paginators = _paginators(service)
        self._token = ""
        self._tags = False

    def before_parameters(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Take our own page token out of the parameters: AWS never sees it."""
        config = self._paginators.get(model.name)
        token = params.get(config["input_token"]) if config else None
        self._token = str(token) if token in self._account._pages else ""
        self._tags = "TagSpecifications" in params

    def before_call(self, model: Any, **_: Any) -> Any:
        """Record the call (and CreateTags, whose right it needs too); answer it here if refused, or a page held."""
        self._account.calls.append(Call(self._service, model.name))
        if self._tags:
            self._account.calls.append(Call(self._service, "CreateTags"))
        if self._account.denied == f"{self._service}:{model.name}":
            return _response(403), {"Error": {"Code": "AccessDenied", "Message": "refused by the test"}}
        if self._token:
            return _response(200), self._account._pages.pop(self._token)
        return None

    def after_call(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        """Disturb the answer, and die if it is time."""
        if self._account.shuffle is not None and not self._token:
            _shuffle(parsed, random.Random(self._account.shuffle))  # noqa: S311 - order, not secrecy
        if self._account.page_size and model.name in self._paginators:
            self._cut(parsed, self._paginators[model.name])
        if self._account.crash_after and len(self._account.calls) >= self._account.crash_after:
            raise Crashed(model.name)

    def _cut(self, parsed: dict[str, Any], config: Mapping[str, Any]) -> None:
        lists = [key for key in config["result_keys"] if isinstance(parsed.get(key), list)]
        size = self._account.page_size
        if not any(len(parsed[key]) > size for key in lists):
            return
        token = f"held-{len(self._account.calls)}-{len(self._account._pages)}"
        rest = {key: value for key, value in parsed.items() if key != "ResponseMetadata"}
        self._account._pages[token] = {**rest, **{key: parsed[key][size:] for key in lists}}
        for key in lists:
            parsed[key] = parsed[key][:size]
        parsed[config["output_token"]] = token
        if config["more_results"]:
            parsed[config["more_results"]] = True


@cache
def _paginators(service: str) -> dict[str, dict[str, Any]]:
    """The operations that page with one token: how the token is called, and which lists are cut."""
    try:
        model = get_session().get_paginator_model(service)
    except UnknownServiceError:
        return {}
    return {
        name: _usable(one)
        for name, one in vars(model)["_paginator_config"].items()
        if isinstance(one["input_token"], str)
    }


def _usable(config: Mapping[str, Any]) -> dict[str, Any]:
    keys = config["result_key"]
    return {
        "input_token": config["input_token"],
        "output_token": config["output_token"],
        "more_results": config.get("more_results"),
        "result_keys": [keys] if isinstance(keys, str) else keys,
    }


def _shuffle(value: Any, chance: random.Random) -> None:
    if isinstance(value, dict):
        for member in value.values():
            _shuffle(member, chance)
    if isinstance(value, list):
        chance.shuffle(value)
        for member in value:
            _shuffle(member, chance)


def _response(status: int) -> AWSResponse:
    return AWSResponse("https://answered.in.the.test/", status, HTTPHeaders(), None)


def made(calls: Iterable[Call]) -> list[str]:
    """The calls as text, for a failing assertion that says what was made."""
    return [f"{call.service}:{call.operation}" for call in calls]
