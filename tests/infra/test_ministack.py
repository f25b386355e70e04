"""The child process that is the bot's own AWS on one machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from infra.local.ministack import Ministack, MinistackFailed


def test_it_answers_on_this_machine_only_and_ends_with_all_that_it_started(tmp_path: Path) -> None:
    with Ministack(tmp_path) as aws:
        pid = aws.pid
        assert pid
        assert aws.endpoint.startswith("http://127.0.0.1:")
        assert aws.client("sts").get_caller_identity()["Account"] == aws.account
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", aws.port), timeout=2).close()
    aws.stop()


def test_a_directory_that_was_made_for_it_goes_with_it() -> None:
    with Ministack() as aws:
        assert aws.log.exists()
    assert not aws.directory.exists()


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        rival = Ministack(tmp_path, port=taken.getsockname()[1])
        with pytest.raises(MinistackFailed, match="already in use"):
            rival.start()
    assert rival.pid is None
