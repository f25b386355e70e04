"""The workspace's HTTP server on 127.0.0.1, in a background thread."""

import logging
import secrets
import threading
from dataclasses import replace
from typing import Self

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from infra.local.workspace import events, page_routes, script_api, slack_routes
from infra.local.workspace.components import Slack
from infra.local.workspace.config import Hooks, NoHooks, WorkspaceConfig
from infra.local.workspace.errors import ScriptError, SlackError
from infra.local.workspace.guard import Guard

HOST = "127.0.0.1"
_POLL = 0.05  # seconds until stop() takes effect
_LOG = logging.getLogger(__name__)


class _SilentHandler(WSGIRequestHandler):
    """Request handler without a line per request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug names it so)
        _LOG.log(logging.DEBUG if type == "info" else logging.WARNING, message, *args)


class WorkspaceServer:
    """A workspace that runs between start() and stop(), or inside a `with`.

    `url` is its address, `page` the address to open (with the token), `slack` its state for tests.
    """

    def __init__(self, config: WorkspaceConfig, hooks: Hooks | None = None) -> None:
        self.config = replace(config, token=config.token or secrets.token_urlsafe(24))
        self.slack = Slack(self.config, hooks or NoHooks())
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def token(self) -> str:
        """The Bearer token of scripts."""
        return self.config.token

    @property
    def url(self) -> str:
        """The address without a trailing slash."""
        return self.slack.base

    @property
    def api_url(self) -> str:
        """The `base_url` for slack_sdk."""
        return f"{self.url}/api/"

    @property
    def page(self) -> str:
        """The address for a browser, with the token."""
        return f"{self.url}/?token={self.token}"

    def start(self) -> Self:
        """Listen, and serve until stop(). Raises OSError if the port is in use."""
        app = Flask(__name__, static_folder=None)
        server = make_server(HOST, self.config.port, app, threaded=True, request_handler=_SilentHandler)
        server.daemon_threads = True  # type: ignore[attr-defined] # open streams must not hold up the end
        self.slack.base = f"http://{HOST}:{server.server_port}"
        _wire(app, self.slack, Guard(server.server_port, self.token))
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(_POLL,), name="workspace", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening. Idempotent."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None

    def verify(self) -> bool:
        """Verify the bot's endpoint by a challenge (url_verification)."""
        return events.verify_url(self.slack)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _wire(app: Flask, slack: Slack, guard: Guard) -> None:
    guard.install(app)
    for blueprint in (slack_routes.routes(slack), script_api.routes(slack), page_routes.routes(slack)):
        app.register_blueprint(blueprint)
    app.register_error_handler(ScriptError, _script_error)
    app.register_error_handler(SlackError, _slack_error)
    app.register_error_handler(HTTPException, _http_error)


def _error_response(sentence: str, status: int) -> Response:
    response = jsonify({"error": sentence})
    response.status_code = status
    return response


def _script_error(problem: Exception) -> Response:
    return _error_response(str(problem), problem.status if isinstance(problem, ScriptError) else 400)


def _slack_error(problem: Exception) -> Response:
    details = problem.messages if isinstance(problem, SlackError) else ()
    return _error_response(" ".join([str(problem), *details]), 404 if str(problem).endswith("not_found") else 400)


def _http_error(problem: Exception) -> Response:
    code = problem.code if isinstance(problem, HTTPException) and problem.code else 500
    return _error_response(f"{request.method} {request.path}: {problem}", code)
