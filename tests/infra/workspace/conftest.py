"""A workspace with a small Bolt app as its bot; both run in threads of the test."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from werkzeug.serving import make_server

from infra.local.workspace import WorkspaceConfig, WorkspaceServer
from tests.infra.workspace.builders import SECRET, Person, Queue, card_blocks
from tests.serving import serving


@dataclass
class Bot:
    """The app under the workspace's requests; `heard` holds the raw ones."""

    app: App
    url: str
    heard: list[tuple[dict[str, str], str]] = field(default_factory=list)


@pytest.fixture
def bot() -> Iterator[Bot]:
    app = App(
        signing_secret=SECRET,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T0ACME", bot_token="xoxb-test"),
        process_before_response=True,
    )
    flask = Flask(__name__)
    server = make_server("127.0.0.1", 0, flask, threaded=True)
    found = Bot(app, f"http://127.0.0.1:{server.server_port}/slack/events")
    handler = SlackRequestHandler(app)

    @flask.post("/slack/events")
    def events() -> Response:
        found.heard.append((dict(request.headers), request.get_data(as_text=True)))
        return handler.handle(request)

    with serving(server):
        yield found


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def workspace(bot: Bot, queue: Queue) -> Iterator[WorkspaceServer]:
    config = WorkspaceConfig(request_url=bot.url, signing_secret=SECRET, quiet_seconds=2, event_retries=(0.0,))
    with WorkspaceServer(config, queue) as server:
        yield server


@pytest.fixture
def client(workspace: WorkspaceServer) -> WebClient:
    return WebClient("xoxb-anything", base_url=workspace.api_url)


@pytest.fixture
def dana(workspace: WorkspaceServer) -> Person:
    return Person(workspace, "U0DANA")


@pytest.fixture
def card(client: WebClient) -> Any:
    return client.chat_postMessage(
        channel="C0SECPROD",
        text="Public bucket",
        attachments=[{"color": "#e01e5a", "blocks": card_blocks()}],
        metadata={"event_type": "card", "event_payload": {"nonce": "n1"}},
    )
