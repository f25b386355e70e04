"""Small stateful stubs of services that no emulator supports, checked against the service models of botocore.

boto3 validates requests against the model, and this module validates responses against the output shape, so that a stub
cannot add an unknown field, or omit a required one. The behavior follows the page that the stub's docstring links. A
stub proves less than an emulator, so remediations that depend on one say so (`proved_on = "stub"`).
"""

from __future__ import annotations

import copy
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.validate import ParamValidator
from moto.ssm.models import ssm_backends

PARAMETERS = "stub_parameters"


class StubError(Exception):
    """An error response of the service."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class StubService:
    """A service in one account and Region. An operation is a method with its name in snake case.

    Operations that the stub does not define are sent to moto.
    """

    service: ClassVar[str]

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region

    def answer(self, model: Any, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the response in the shape of the model, or None if this stub does not define the operation."""
        operation = getattr(self, xform_name(model.name), None)
        if operation is None:
            return None
        found: dict[str, Any] = copy.deepcopy(operation(**parameters) or {})
        if model.output_shape is not None:
            report = ParamValidator().validate(found, model.output_shape)
            assert not report.has_errors(), report.generate_report()
        return found


def attach(client: Any, account: str) -> None:
    """Route the client's calls to the stub of its service, after all hooks that a test has registered."""
    service, region = client.meta.service_model.service_name, client.meta.region_name
    if service not in _stub_classes():
        return

    def keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context[PARAMETERS] = dict(params)

    def respond(model: Any, context: dict[str, Any], **_: Any) -> Any:
        return _respond(_stub(service, account, region), model, context[PARAMETERS])

    client.meta.events.register_last("before-parameter-build.*", keep)
    client.meta.events.register_last("before-call.*", respond)


def _respond(stub: StubService, model: Any, parameters: Mapping[str, Any]) -> Any:
    try:
        found = stub.answer(model, parameters)
    except StubError as error:
        return _http(error.status), {"Error": {"Code": error.code, "Message": error.message}}
    return None if found is None else (_http(200), found)


def _http(status: int) -> AWSResponse:
    return AWSResponse("https://stub.test/", status, HTTPHeaders(), None)


def _stub(service: str, account: str, region: str) -> StubService:
    """Return the stub, which is stored in moto's state, so that a reset of moto also resets the stubs."""
    kept: dict[str, StubService] = vars(ssm_backends[account][region]).setdefault("stubs", {})
    if service not in kept:
        kept[service] = _stub_classes()[service](account, region)
    return kept[service]


@cache
def _stub_classes() -> dict[str, type[StubService]]:
    import tests.remediations.stubs as package  # noqa: PLC0415 - they import this module

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return {one.service: one for one in _below(StubService)}


def _below(kind: type[StubService]) -> Iterator[type[StubService]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
