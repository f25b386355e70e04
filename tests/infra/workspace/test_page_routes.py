"""What the page gets: its files, one person's view of the workspace, and word of every change."""

import hashlib
import http.client
import json
from typing import Any

from slack_sdk import WebClient

from infra.local.workspace import Channel, WorkspaceConfig, WorkspaceServer
from infra.local.workspace.page_routes import STATIC
from tests.infra.workspace.builders import SECRET, ask, raw


def _page(workspace: WorkspaceServer, user: str) -> dict[str, Any]:
    status, page = ask(workspace, "GET", f"/workspace/page?user={user}")
    assert status == 200
    return page


def _texts(page: dict[str, Any], channel: str) -> list[str]:
    return [message["text"] for found in page["channels"] if found["id"] == channel for message in found["messages"]]


def test_the_bundle_is_checked_in_and_served(workspace: WorkspaceServer) -> None:
    index = raw(workspace, "GET", "/")[1]
    for name in ("app.js", "app.css"):
        assert f"/assets/{name}" in index
        assert (STATIC / "assets" / name).stat().st_size > 1000
        assert raw(workspace, "GET", f"/assets/{name}", None, {})[0] == 200


def test_the_bundle_was_built_from_the_sources_as_they_are() -> None:
    page = STATIC.parent / "page"
    stamped = dict(line.split()[::-1] for line in (STATIC / "SOURCES.sha256").read_text().splitlines())
    present = {f"src/{path.name}" for path in (page / "src").iterdir()}
    assert present <= set(stamped)
    for name, digest in stamped.items():
        assert hashlib.sha256((page / name).read_bytes()).hexdigest() == digest, f"npm run build, for {name}"


def test_an_ephemeral_message_is_on_one_page_only(workspace: WorkspaceServer, client: WebClient) -> None:
    client.chat_postEphemeral(channel="C0GENERAL", user="U0LEE", text="for Lee")
    assert _texts(_page(workspace, "U0LEE"), "C0GENERAL") == ["for Lee"]
    assert _texts(_page(workspace, "U0DANA"), "C0GENERAL") == []


def test_direct_messages_are_on_one_page_only(workspace: WorkspaceServer, client: WebClient) -> None:
    client.chat_postMessage(channel="U0LEE", text="You approved it")
    assert _texts(_page(workspace, "U0LEE"), "D0LEE") == ["You approved it"]
    assert "D0LEE" not in [channel["id"] for channel in _page(workspace, "U0DANA")["channels"]]


def test_a_channel_is_on_the_pages_of_its_members_only() -> None:
    channels = (Channel("C1", "few", private=True, members=("U0DANA",)), Channel("C2", "all"))
    with WorkspaceServer(WorkspaceConfig("http://127.0.0.1:9/", SECRET, channels=channels)) as server:
        assert [channel["id"] for channel in _page(server, "U0LEE")["channels"]] == ["C2", "D0LEE"]
        assert [channel["id"] for channel in _page(server, "U0DANA")["channels"]] == ["C1", "C2", "D0DANA"]


def test_nobody_has_no_page(workspace: WorkspaceServer) -> None:
    assert ask(workspace, "GET", "/workspace/page?user=U0NONE")[0] == 404


def test_the_cloud_is_what_the_launcher_shows(workspace: WorkspaceServer) -> None:
    cloud = ask(workspace, "GET", "/workspace/cloud")[1]
    assert cloud == {"resources": [], "events": [], "queues": [], "audit": [], "quiet": True}


def test_the_stream_tells_of_a_change(workspace: WorkspaceServer, client: WebClient) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(workspace.url.rpartition(":")[2]), timeout=10)
    connection.request("GET", "/workspace/stream", headers={"Authorization": f"Bearer {workspace.token}"})
    stream = connection.getresponse()
    try:
        before = _version(stream)
        client.chat_postMessage(channel="C0GENERAL", text="t")
        assert _version(stream) > before
    finally:
        stream.close()
        connection.close()


def _version(stream: http.client.HTTPResponse) -> int:
    line = stream.readline().decode()
    stream.readline()
    return int(json.loads(line.removeprefix("data: "))["version"])


def test_a_permalink_opens_the_page_at_its_message(workspace: WorkspaceServer) -> None:
    status, _, headers = raw(workspace, "GET", "/archives/C0GENERAL/p1700000000000100")
    assert (status, headers["Location"]) == (302, "/#C0GENERAL/p1700000000000100")


def test_the_lock_file_names_no_registry() -> None:
    lock = (STATIC.parent / "page" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
