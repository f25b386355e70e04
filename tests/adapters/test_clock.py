"""Clocks: system, local stack and manual."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.adapters.clock import ManualClock, ShiftedClock, SystemClock
from bot.domain.errors import Unknown
from infra.local.workspace import WorkspaceConfig, WorkspaceServer
from tests.serving import serving


class Offset(BaseHTTPRequestHandler):
    """Answers with the workspace's offset."""

    body = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with serving(HTTPServer(("127.0.0.1", 0), Offset)) as address:
        yield f"{address}/clock"


def test_the_system_clock_is_real_time_in_utc() -> None:
    clock = SystemClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.wall().tzinfo is UTC


def test_a_shifted_clock_moves_the_bots_time_and_not_the_wall(url: str) -> None:
    Offset.body = json.dumps({"offset_seconds": 86400}).encode()
    clock = ShiftedClock(url)
    assert timedelta(hours=23, minutes=59) < clock.now() - clock.wall() <= timedelta(hours=24)
    assert abs(clock.wall() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_shifted_clock_follows_the_workspace() -> None:
    with WorkspaceServer(WorkspaceConfig("http://127.0.0.1:9/slack", "a signing secret")) as workspace:
        workspace.slack.clock.advance(timedelta(days=2))
        clock = ShiftedClock(f"{workspace.url}/workspace/clock")
        assert timedelta(hours=47, minutes=59) < clock.now() - clock.wall() <= timedelta(days=2)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"offset_seconds": null}', b'{"offset_seconds": "soon"}'])
def test_a_shifted_clock_never_guesses(url: str, body: bytes) -> None:
    Offset.body = body
    with pytest.raises(Unknown, match="does not answer"):
        ShiftedClock(url).now()


def test_no_server_at_the_address_is_unknown() -> None:
    with pytest.raises(Unknown):
        ShiftedClock("http://127.0.0.1:9/clock", timeout=1).now()


def test_only_this_machine_may_shift_the_clock() -> None:
    with pytest.raises(Unknown):
        ShiftedClock("https://example.com/clock")


def test_a_manual_clock_advances_on_request() -> None:
    start = datetime(2025, 9, 21, tzinfo=UTC)
    clock = ManualClock(start)
    clock.advance(hours=24)
    assert clock.now() == clock.wall() == start + timedelta(days=1)
    assert ManualClock(start, start + timedelta(minutes=1)).wall() == start + timedelta(minutes=1)
