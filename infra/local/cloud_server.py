"""The server behind CustomerCloud: moto's application, with a record of every call in front of it."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.responses import boto3_service_name
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from infra.local.calls import CallLog, without_secrets
from infra.local.moto_extensions import accounts

_SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_ERROR_CODE = re.compile(rb"<Code>([^<]+)</Code>|\"__type\":\s*\"([^\"]+)\"")

Environ = dict[str, Any]


class CloudServer:
    """One threaded server on 127.0.0.1; it starts with empty call record and ends with stop()."""

    def __init__(self, port: int, unrecorded: str) -> None:
        self.calls = CallLog()
        app = Recorder(_application(), self.calls, unrecorded)
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="cloud")

    @property
    def endpoint(self) -> str:
        """The address, with the port that was taken."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, close the socket and wait for the thread."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@cache
def _application() -> DomainDispatcherApplication:
    """Moto's application; it holds routes but no state, and making those of a service takes a tenth of a second."""
    return DomainDispatcherApplication(create_backend_app)


class QuietHandler(MotoRequestHandler):
    """The call record says what was called; a line on the terminal for each request says nothing more."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing."""


@dataclass(frozen=True)
class Recorder:
    """WSGI middleware that writes each answered call into the record."""

    app: Callable[[Environ, Any], Iterable[bytes]]
    calls: CallLog
    unrecorded: str

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer the request, then record it: a call that is recorded has happened."""
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None or self.unrecorded in environ.get("HTTP_USER_AGENT", ""):
            return self.app(environ, start_response)
        _keep_body(environ)
        operation, params = _operation(environ, scope[3])
        answer: list[Any] = []

        def keep_status(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answer[:] = [int(status.split(maxsplit=1)[0]), headers]
            return start_response(status, headers, exc_info)

        identity = accounts.identity_of(scope[1])
        body = list(self.app(environ, keep_status))
        self.calls.add(
            time=datetime.now(UTC),
            region=scope[2],
            service=_service(environ, scope[3]),
            operation=operation,
            params=without_secrets(params),
            status=answer[0],
            error=_error_code(answer[0], answer[1], body),
            **identity,
        )
        return body


def _service(environ: Environ, signing_name: str) -> str:
    """S3's account-level API signs as s3, as do load balancers of both generations under one name."""
    if signing_name == "s3" and environ.get("PATH_INFO", "").startswith("/v20180820/"):
        return "s3control"
    return "elbv2" if signing_name == "elasticloadbalancing" else signing_name


def _keep_body(environ: Environ) -> None:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length or not environ.get("wsgi.input_terminated"):
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))


def _operation(environ: Environ, signing_name: str) -> tuple[str, Mapping[str, Any]]:
    """The operation and its parameters by AWS's own service model; an unknown one keeps its method and path."""
    service = _service(environ, signing_name)
    service = boto3_service_name.get(service, service)
    request = Request(dict(environ))
    try:
        model, uri_params = get_service_router(service).match(request)
        parser = PROTOCOL_PARSERS[determine_request_protocol(get_service_model(service), request.content_type)]
        params = parser(model).parse(_parts(request, uri_params))
    except (HTTPException, NotImplementedError, ValueError):
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
