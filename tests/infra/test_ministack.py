"""The child process that emulates the bot's AWS account."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from infra.local.ministack import Ministack, MinistackFailed


def test_it_answers_on_the_loopback_address_and_ends_with_its_children(tmp_path: Path) -> None:
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


def test_its_temporary_directory_is_removed() -> None:
    with Ministack() as aws:
        assert aws.log.exists()
    assert not aws.directory.exists()


def test_a_port_in_use_is_an_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        rival = Ministack(tmp_path, port=taken.getsockname()[1])
        with pytest.raises(MinistackFailed, match="already in use"):
            rival.start()
    assert rival.pid is None
