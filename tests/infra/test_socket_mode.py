"""The local stack with Slack itself: requests of Socket Mode reach the bot signed."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from infra.local.run import main
from infra.local.socket_mode import RealSlack, SlackRefused, Socket
from infra.local.stack import LocalStack
from infra.local.workspace import WorkspaceConfig, WorkspaceServer
from infra.local.workspace.bot_client import BotClient
from tests.infra.socket_server import SocketServer
from tests.infra.workspace_client import Client, poll
from tests.serving import serving

SECRET = "made-at-this-start"
COMMAND = {"command": "/cspm", "text": "help", "user_id": "U0DANA", "team_id": "T0ACME", "channel_id": "C0SECPROD"}
ANSWERS = {"quiet": b"", "words": b"understood", "view": b'{"response_action": "clear"}'}


class Endpoint(BaseHTTPRequestHandler):
    """The bot's request URL: accepts signed requests, and answers by their text."""

    received: ClassVar[queue.Queue[tuple[str, str]]] = queue.Queue()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        signed = SignatureVerifier(SECRET).is_valid_request(body, {k.lower(): v for k, v in self.headers.items()})
        self.received.put((self.headers["Content-Type"], body))
        wanted = next((answer for word, answer in ANSWERS.items() if word in body), b"")
        self.send_response(500 if "breaks" in body else 200 if signed else 401)
        self.send_header("Content-Length", str(len(wanted)))
        self.end_headers()
        self.wfile.write(wanted)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def request_url() -> Iterator[str]:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)) as address:
        yield f"{address}/slack/events"


@pytest.fixture(scope="module")
def slack(request_url: str) -> Iterator[SocketServer]:
    """A Socket Mode server to which the bot behind `request_url` is connected."""
    with SocketServer() as server, WorkspaceServer(WorkspaceConfig("", "", socket_url=server.url)) as workspace:
        real = RealSlack("xoxb-1", "xapp-1", workspace.api_url)
        connection = Socket(real, BotClient(WorkspaceConfig(request_url, SECRET)))
        connection.start()
        yield server
        connection.stop()


def test_a_command_arrives_as_a_signed_form_and_its_answer_goes_back(slack: SocketServer) -> None:
    answer = slack.ask("slash_commands", COMMAND | {"text": "words"})
    assert answer == {"envelope_id": "e-slash_commands", "payload": {"text": "understood"}}
    kind, body = Endpoint.received.get(timeout=5)
    assert kind == "application/x-www-form-urlencoded"
    assert parse_qs(body)["command"] == ["/cspm"]


def test_a_press_arrives_as_its_payload_and_is_acknowledged_without_one(slack: SocketServer) -> None:
    assert slack.ask("interactive", {"type": "block_actions", "note": "quiet"}) == {"envelope_id": "e-interactive"}
    _, body = Endpoint.received.get(timeout=5)
    assert json.loads(parse_qs(body)["payload"][0])["type"] == "block_actions"


def test_a_modals_answer_is_returned_unchanged(slack: SocketServer) -> None:
    answer = slack.ask("interactive", {"type": "view_submission"})
    assert answer["payload"] == {"response_action": "clear"}
    Endpoint.received.get(timeout=5)


def test_an_event_arrives_as_json(slack: SocketServer) -> None:
    assert slack.ask("events_api", {"type": "event_callback", "x": "quiet"}) == {"envelope_id": "e-events_api"}
    assert Endpoint.received.get(timeout=5)[0] == "application/json"


def test_a_failing_request_is_not_acknowledged(slack: SocketServer) -> None:
    slack.send("slash_commands", COMMAND | {"text": "breaks"})
    Endpoint.received.get(timeout=5)
    assert slack.ask("events_api", {"type": "quiet"})["envelope_id"] == "e-events_api"


def test_one_token_without_the_other_is_an_error() -> None:
    with pytest.raises(SlackRefused, match="SLACK_BOT_TOKEN and SLACK_APP_TOKEN"):
        RealSlack.from_environment({"SLACK_BOT_TOKEN": "xoxb-1"})
    assert RealSlack.from_environment({}) is None


def test_with_tokens_a_policy_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert main(["--port", "0", "--build", str(tmp_path)]) == 1
    assert "POLICY=" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_whole_stack_works_over_a_socket(tmp_path: Path) -> None:
    with SocketServer() as server, WorkspaceServer(WorkspaceConfig("", "x", socket_url=server.url)) as real:
        stack = LocalStack(tmp_path, slack=RealSlack("xoxb-1", "xapp-1", real.api_url))
        beside = stack.start()
        try:
            people = Client(real.url, real.token)
            assert poll(lambda: bool(people.messages("C0SECPROD")), 120)
            answer = server.ask("slash_commands", COMMAND, 30)
            assert "/cspm help" in json.dumps(answer["payload"])
            assert Client(beside.url, beside.token).get("/workspace/state")["channels"][0]["name"] == "in-slack"
        finally:
            stack.stop()
