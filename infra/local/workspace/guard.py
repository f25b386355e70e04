"""Access control. The page can approve: only its own origin, only with the token of this start.

A page of another site can reach 127.0.0.1 from the same browser, by a form, a fetch or a name that resolves to it (DNS
rebinding); so Host and Origin are checked on every request, Slack's addresses included.
"""

import hmac
from dataclasses import dataclass

from flask import Flask, Request, Response, redirect, request

from infra.local.workspace.errors import ScriptError

_OPEN = ("/api/", "/upload/", "/response/", "/assets/")  # the bot's requests carry tokens of their own
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Guard:
    """The checks of one start, with its port and token."""

    port: int
    token: str

    @property
    def cookie(self) -> str:
        """The cookie's name, with the port, since cookies of a host are shared by all ports."""
        return f"workspace_{self.port}"

    def install(self, app: Flask) -> None:
        """Check every request of an app, and add security headers to its responses."""
        app.before_request(self._check)
        app.after_request(_strict)

    def _check(self) -> Response | None:
        hosts = [f"127.0.0.1:{self.port}", f"localhost:{self.port}"]
        origin = request.headers.get("Origin")
        if request.host not in hosts or (origin is not None and origin not in [f"http://{host}" for host in hosts]):
            raise ScriptError("this workspace takes requests of its own page and of scripts on this machine only", 403)
        if request.path == "/" and "token" in request.args:
            return self._let_in(request.args["token"])
        if not _is_open(request) and not self._known(request):
            raise ScriptError("the token of this start is missing: open the address that the start printed", 403)
        return None

    def _let_in(self, token: str) -> Response:
        if not self._right(token):
            raise ScriptError("that token is not of this start", 403)
        response: Response = redirect("/", 303)  # type: ignore[assignment] # Flask's is werkzeug's
        response.set_cookie(self.cookie, self.token, httponly=True, samesite="Strict")
        return response

    def _known(self, incoming: Request) -> bool:
        kind, _, token = incoming.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._right(token.strip())
        reads = incoming.method in ("GET", "HEAD")
        return (reads or "Origin" in incoming.headers) and self._right(incoming.cookies.get(self.cookie, ""))

    def _right(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token.encode())


def _is_open(incoming: Request) -> bool:
    reads_clock = incoming.path == "/workspace/clock" and incoming.method == "GET"
    return reads_clock or incoming.path.startswith(_OPEN)


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
