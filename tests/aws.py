"""An account on moto whose calls are recorded, paged, shuffled, refused and cut short, as a test asks for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import UnknownServiceError
from botocore.session import get_session

from bot.domain.canonical import Secret
from bot.domain.ports import Call
from tests import stubs
from tests.iam_actions import calls_implied, iam_actions

ACCOUNT = "123456789012"
REGION = "eu-west-1"
_READ_VERBS = ("Get", "List", "Describe", "Head", "BatchGet", "Simulate", "Lookup")


def is_read(call: Call) -> bool:
    """Whether the call changes nothing, by the verb of its name."""
    return call.operation.startswith(_READ_VERBS)


def _unobserved(_call: Call) -> None:
    pass


class Crashed(Exception):
    """The process died here: the write was made, what follows it was not."""


@dataclass
class MotoAccount:
    """Implements the port Account. Every call passes through the hooks that a test turns on."""

    region: str = REGION
    account_id: str = ACCOUNT
    page_size: int = 0
    shuffle: int | None = None
    crash_after: int = 0
    """The number of the write after which the process dies; a crash after a read is one before the next write."""
    denied: str = ""
    observe: Callable[[Call], None] = _unobserved
    calls: list[Call] = field(default_factory=list)
    writes: int = 0
    _pages: dict[str, Any] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "") -> Any:
        """A boto3 client with the hooks in it, which act for this account whenever it calls."""
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = _Through(*_hooked(*key), _Calls(self))
        return self._clients[key]

    def secret(self, value: str) -> Secret:
        """Hashed with a key of the tests."""
        return Secret.of(value, b"tests")

    @property
    def actions(self) -> set[str]:
        """The IAM actions of all calls made."""
        return {action for call in self.calls for action in iam_actions(call)}


@cache
def _hooked(service: str, region: str) -> tuple[Any, _Pager]:
    """A client with hooks in it, made once for all accounts, because making one costs 30 ms."""
    client = _new_client(service, region)
    pager = _Pager(service)
    client.meta.events.register("before-parameter-build.*", pager.before_parameters)
    client.meta.events.register("before-call.*", pager.before_call)
    client.meta.events.register("after-call.*", pager.after_call)
    return client, pager


@dataclass
class _Calls:
    """Whose calls they are, and what is known of the one under way."""

    account: MotoAccount
    token: str = ""
    implied: list[Call] = field(default_factory=list)


class _Through:
    """One account's view of a client that all share."""

    def __init__(self, client: Any, pager: _Pager, calls: _Calls) -> None:
        self._client = client
        self._pager = pager
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        return found if name in {"exceptions", "meta"} else partial(self._call, found)

    def get_paginator(self, operation: str) -> Any:
        """A paginator whose every call goes through this view."""
        paginator = self._client.get_paginator(operation)
        paginator._method = getattr(self, operation)
        return paginator

    def _call(self, method: Any, *args: Any, **parameters: Any) -> Any:
        self._pager.now = self._calls
        return method(*args, **parameters)


@cache
def plain_client(service: str, region: str = REGION) -> Any:
    """A client that somebody else uses: nothing recorded, nothing disturbed."""
    return _new_client(service, region)


def _new_client(service: str, region: str) -> Any:
    make: Any = boto3.client
    client = make(service, region_name=region, aws_access_key_id="test", aws_secret_access_key="test")
    stubs.attach(client, ACCOUNT)
    return client


class _Pager:
    """The hooks of one client: record, refuse, shuffle, cut into pages, crash."""

    now: _Calls

    def __init__(self, service: str) -> None:
        self._service = service
        self._paginators = _paginators(service)

    def before_parameters(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Take our own page token out of the parameters: AWS never sees it."""
        config = self._paginators.get(model.name)
        token = params.get(config["input_token"]) if config else None
        self.now.token = str(token) if token in self.now.account._pages else ""
        self.now.implied = calls_implied(self._service, params)

    def before_call(self, model: Any, **_: Any) -> Any:
        """Record the call (and those whose rights it needs too); answer it here if refused, or a page held."""
        self.now.account.calls += [Call(self._service, model.name), *self.now.implied]
        if self.now.account.denied == f"{self._service}:{model.name}":
            return _response(403), {"Error": {"Code": "AccessDenied", "Message": "refused by the test"}}
        if self.now.token:
            return _response(200), self.now.account._pages.pop(self.now.token)
        return None

    def after_call(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        """Disturb the answer, and die if it is time."""
        if self.now.account.shuffle is not None and not self.now.token:
            _shuffle(parsed, random.Random(self.now.account.shuffle))  # noqa: S311 - order, not secrecy
        if self.now.account.page_size and model.name in self._paginators:
            self._cut(parsed, self._paginators[model.name])
        call = Call(self._service, model.name)
        self.now.account.writes += not is_read(call)
        if self.now.account.crash_after and self.now.account.writes >= self.now.account.crash_after:
            raise Crashed(model.name)
        self.now.account.observe(call)

    def _cut(self, parsed: dict[str, Any], config: Mapping[str, Any]) -> None:
        lists = [key for key in config["result_keys"] if isinstance(parsed.get(key), list)]
        size = self.now.account.page_size
        if not any(len(parsed[key]) > size for key in lists):
            return
        token = f"held-{len(self.now.account.calls)}-{len(self.now.account._pages)}"
        rest = {key: value for key, value in parsed.items() if key != "ResponseMetadata"}
        self.now.account._pages[token] = {**rest, **{key: parsed[key][size:] for key in lists}}
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
