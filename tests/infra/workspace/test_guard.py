"""The page is an approve button: nobody gets in from outside."""

import pytest

from infra.local.workspace import WorkspaceServer
from tests.infra.workspace.builders import raw

PATHS = [
    "/",
    "/workspace/page",
    "/workspace/state",
    "/workspace/cloud",
    "/workspace/stream",
    "/workspace/history",
    "/files/F/x",
]
ACTS = [
    "/workspace/command",
    "/workspace/press",
    "/workspace/submit",
    "/workspace/clock",
    "/sandbox/call",
    "/sandbox/event",
]


def _status(workspace: WorkspaceServer, method: str, path: str, headers: dict[str, str]) -> int:
    return raw(workspace, method, path, {} if method == "POST" else None, headers)[0]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_read_without_the_token(workspace: WorkspaceServer, path: str) -> None:
    assert _status(workspace, "GET", path, {}) == 403
    assert _status(workspace, "GET", path, {"Authorization": "Bearer wrong"}) == 403
    assert _status(workspace, "GET", path, {"Cookie": f"{_cookie(workspace)}=wrong"}) == 403


@pytest.mark.parametrize("path", ACTS)
def test_nothing_is_done_without_the_token(workspace: WorkspaceServer, path: str) -> None:
    assert _status(workspace, "POST", path, {}) == 403
    assert _status(workspace, "POST", path, {"Authorization": "Bearer wrong"}) == 403


def _cookie(workspace: WorkspaceServer) -> str:
    return f"workspace_{workspace.url.rpartition(':')[2]}"


def _with_cookie(workspace: WorkspaceServer, **more: str) -> dict[str, str]:
    return {"Cookie": f"{_cookie(workspace)}={workspace.token}", **more}


@pytest.mark.parametrize("path", [*PATHS, "/api/auth.test", "/workspace/clock", "/assets/app.js"])
def test_a_name_that_was_rebound_to_this_machine_is_refused(workspace: WorkspaceServer, path: str) -> None:
    headers = {"Host": "evil.example:80", "Authorization": f"Bearer {workspace.token}"}
    assert _status(workspace, "GET", path, headers) == 403


@pytest.mark.parametrize("path", [*ACTS, "/api/chat.postMessage", "/response/T0ACME/x", "/upload/F"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_another_sites_page_is_refused(workspace: WorkspaceServer, path: str, origin: str) -> None:
    headers = {"Origin": origin, "Authorization": f"Bearer {workspace.token}"}
    assert _status(workspace, "POST", path, headers) == 403


def test_the_cookie_acts_only_with_the_pages_own_origin(workspace: WorkspaceServer) -> None:
    assert _status(workspace, "POST", "/workspace/command", _with_cookie(workspace)) == 403
    assert _status(workspace, "POST", "/workspace/command", _with_cookie(workspace, Origin=workspace.url)) != 403
    assert _status(workspace, "GET", "/workspace/page", _with_cookie(workspace)) == 200


def test_the_printed_address_lets_a_browser_in_once_and_hides_its_token(workspace: WorkspaceServer) -> None:
    status, _, headers = raw(workspace, "GET", f"/?token={workspace.token}", None, {})
    assert (status, headers["Location"]) == (303, "/")
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert _status(workspace, "GET", "/?token=wrong", {}) == 403


def test_the_page_may_load_nothing_from_elsewhere(workspace: WorkspaceServer) -> None:
    status, body, headers = raw(workspace, "GET", "/")
    assert status == 200
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "http" not in body


def test_the_clock_is_read_without_a_token_but_not_set(workspace: WorkspaceServer) -> None:
    assert _status(workspace, "GET", "/workspace/clock", {}) == 200
    assert _status(workspace, "POST", "/workspace/clock", {}) == 403


def test_each_start_has_a_token_of_its_own(workspace: WorkspaceServer) -> None:
    with WorkspaceServer(workspace.config.__class__(workspace.config.request_url, "s")) as other:
        assert other.token != workspace.token
        assert _status(other, "GET", "/workspace/page", {"Authorization": f"Bearer {workspace.token}"}) == 403
