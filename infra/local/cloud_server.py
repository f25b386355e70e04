"""HTTP server of CustomerCloud: moto's application behind a middleware that records each call."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.exceptions import UnknownServiceError
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.responses import boto3_service_name
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from infra.local.call_log import CallLog, may_write, redacted
from infra.local.moto_extensions import accounts
from infra.local.refusals import Refusals

_SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_ERROR_CODE = re.compile(rb"<Code>([^<]+)</Code>|\"__type\":\s*\"([^\"]+)\"")

Environ = dict[str, Any]


class CloudServer:
    """A threaded server on 127.0.0.1, with an empty call log at its start."""

    def __init__(self, port: int, unrecorded: str) -> None:
        self.calls, self.refusals = CallLog(), Refusals()
        app = Recorder(_application(), self.calls, unrecorded, self.refusals)
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="cloud")

    @property
    def endpoint(self) -> str:
        """The address, with the actual port."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Serve in a background thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, close the socket and wait for the thread."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@cache
def _application() -> DomainDispatcherApplication:
    """Return moto's application. Cached: it has no state, and a service's routes take a tenth of a second to make."""
    return DomainDispatcherApplication(create_backend_app)


class QuietHandler(MotoRequestHandler):
    """Request handler without a line per request; the call log has them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


@dataclass(frozen=True)
class Recorder:
    """WSGI middleware that serializes requests (moto is not thread-safe) and records each answered call."""

    app: Callable[[Environ, Any], Iterable[bytes]]
    calls: CallLog
    unrecorded: str
    refusals: Refusals
    turn: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer the request, then record it: a recorded call has been executed."""
        _keep_body(environ)
        with self.turn:
            scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
            if scope is None:
                return list(self.app(environ, start_response))
            return self._recorded(environ, start_response, scope[1], scope[2], scope[3])

    def _recorded(
        self, environ: Environ, start_response: Callable[..., Any], access_key: str, region: str, signing_name: str
    ) -> Iterable[bytes]:
        operation, params = _operation(environ, signing_name)
        service, identity = _service(environ, signing_name), accounts.identity_of(access_key)
        account, answer = str(identity["account"]), Answer(start_response)
        body = self._answer(environ, answer, account, service, operation)
        if self.unrecorded not in environ.get("HTTP_USER_AGENT", ""):
            self.calls.add(
                time=datetime.now(UTC),
                region=region,
                service=service,
                operation=operation,
                params=redacted(params),
                status=answer.status,
                error=_error_code(answer.status, answer.headers, body),
                **identity,
            )
        elif may_write(operation):
            self.calls.touch(account, service)
        return body

    def _answer(self, environ: Environ, answer: Answer, account: str, service: str, operation: str) -> list[bytes]:
        own = self.unrecorded in environ.get("HTTP_USER_AGENT", "")
        refusal = None if own else self.refusals.find(account, f"{service}:{operation}")
        if refusal is None:
            return list(self.app(environ, answer))
        answer(f"{refusal.status} Refused", [("Content-Type", "text/plain")])
        return [refusal.body(str(get_service_model(service).protocol), service)]


@dataclass
class Answer:
    """A start_response that records status and headers."""

    start_response: Callable[..., Any]
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self.status, self.headers = int(status.split(maxsplit=1)[0]), headers
        return self.start_response(status, headers, exc_info)


_SIGNED_AS = {
    "aoss": "opensearchserverless",
    "email": "ses",
    "elasticloadbalancing": "elbv2",
    "elasticmapreduce": "emr",
    "monitoring": "cloudwatch",
    "rds-db": "rds",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
"""Signing names → boto3 service names, where the two differ (botocore's models)."""


def _service(environ: Environ, signing_name: str) -> str:
    """Return the service: S3's account-level API signs as s3, and both generations of load balancers share a name."""
    if signing_name == "s3" and environ.get("PATH_INFO", "").startswith("/v20180820/"):
        return "s3control"
    return _SIGNED_AS.get(signing_name, signing_name)


def _keep_body(environ: Environ) -> None:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length or not environ.get("wsgi.input_terminated"):
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))


def _operation(environ: Environ, signing_name: str) -> tuple[str, Mapping[str, Any]]:
    """Return operation and parameters by botocore's service model; an unknown operation is its method and path."""
    service = _service(environ, signing_name)
    service = boto3_service_name.get(service, service)
    request = Request(dict(environ))
    try:
        model, uri_params = get_service_router(service).match(request)
        parser = PROTOCOL_PARSERS[determine_request_protocol(get_service_model(service), request.content_type)]
        params = parser(model).parse(_parts(request, uri_params))
    except (HTTPException, NotImplementedError, UnknownServiceError, ValueError):
        return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}", {}
    else:
        return str(model.name), params
    finally:
        environ["wsgi.input"].seek(0)


def _parts(request: Request, uri_params: Mapping[str, Any]) -> Any:
    return {
        "method": request.method,
        "body": request.get_data(parse_form_data=False, cache=True),
        "values": request.values,
        "headers": request.headers,
        "url_path": request.path,
        "url_params": uri_params,
    }


def _error_code(status: int, headers: list[tuple[str, str]], body: list[bytes]) -> str | None:
    if status < 400:  # noqa: PLR2004 - HTTP's own boundary
        return None
    named = {key.lower(): value for key, value in headers}.get("x-amzn-errortype")
    found = _ERROR_CODE.search(b"".join(body)[:4096])
    code = named or (next(group for group in found.groups() if group).decode() if found else str(status))
    return code.split("#")[-1].split(":")[0]
