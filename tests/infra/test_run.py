"""`make run` in a separate process, driven by the scripting endpoints, ended by a signal."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.translate import ROOT
from tests.infra.local_run import CHANNEL, COMMAND, END_SECONDS, PUBLIC_BUCKETS, START_SECONDS, Run, blocked
from tests.infra.workspace_client import Client, buttons, poll, text

PROD = "111122223333"


def test_it_starts_within_a_minute_and_prints_the_pages_address(run: Run) -> None:
    assert run.seconds < START_SECONDS, run.log.read_text()
    assert poll(lambda: "Ctrl-C" in run.log.read_text(), 5)
    assert f"{run.client().page}/?token=" in run.log.read_text()
    assert run.file.stat().st_mode & 0o077 == 0


def test_every_port_is_on_the_loopback_address(run: Run) -> None:
    family = [run.process.pid, *descendants(run.process.pid)]
    heard = {address for pid in family for address in listening(pid)}
    assert len(heard) >= 3  # the workspace, the member accounts and the bot's account
    assert {host for host, _port in heard} == {"127.0.0.1"}


def test_the_first_cards_are_there_and_no_message_was_lost(bot: Client) -> None:
    card = bot.card(CHANNEL, *PUBLIC_BUCKETS)
    assert "cspm_approve" in [button["action_id"] for button in buttons(card)]
    assert all(queue["dead"] == 0 for queue in bot.get("/workspace/cloud")["queues"])


def test_a_problem_is_approved_fixed_proved_and_undone(bot: Client) -> None:
    card = bot.card(CHANNEL, *PUBLIC_BUCKETS)
    assert blocked(bot, "acme-payroll-exports") is None

    approved = bot.press("U0DANA", CHANNEL, card, "cspm_approve")
    assert approved["error"] is None
    assert approved["ack_ms"] < 3000
    bot.until_quiet()
    fixed = bot.card(CHANNEL, *PUBLIC_BUCKETS)
    assert fixed["ts"] == card["ts"]
    assert "Fixed" in text(fixed)
    assert "Settings read back: compliant" in text(fixed)
    assert "Security Hub: PASSED" in text(fixed)
    assert blocked(bot, "acme-payroll-exports") == [True] * 4

    preview = bot.press("U0DANA", CHANNEL, fixed, "cspm_undo")["view"]
    assert "`all four on` → `absent`" in text(preview)
    undone = bot.post("/workspace/submit", user="U0DANA", view_id=preview["id"], values={})
    assert undone["error"] is None
    bot.until_quiet()
    assert "Undone" in text(bot.card(CHANNEL, *PUBLIC_BUCKETS))
    assert blocked(bot, "acme-payroll-exports") is None


def test_a_person_without_the_right_gets_the_reason_and_nothing_changes(bot: Client) -> None:
    card = bot.card(CHANNEL, "Port open to the world")
    refused = bot.press("U0LEE", CHANNEL, card, "cspm_approve")
    assert refused["ephemeral"]
    bot.until_quiet()
    assert "cspm_approve" in [button["action_id"] for button in buttons(bot.card(CHANNEL, "Port open to the world"))]


def test_the_audit_record_has_person_and_action(bot: Client) -> None:
    audit = text(bot.get("/workspace/cloud")["audit"])
    assert "U0DANA" in audit
    assert "fix proved" in audit
    assert "undo proved" in audit


def test_case_events_are_on_the_bus(bot: Client) -> None:
    heard = text(bot.get("/workspace/cloud")["events"])
    assert "cspm.case · proposed → approved · acme-payroll-exports · approve · U0DANA" in heard
    assert "cspm.case · undoing → undone · acme-payroll-exports · undo proved · U0DANA" in heard


def test_a_change_by_somebody_else_arrives_as_an_event(bot: Client) -> None:
    call = {"account": PROD, "region": "eu-west-1", "service": "s3", "operation": "CreateBucket"}
    place = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    bot.post("/sandbox/call", **call, params={"Bucket": "acme-new-and-public", **place})
    assert poll(lambda: "acme-new-and-public" in text(bot.get("/workspace/cloud")["events"]), 20)
    bot.until_quiet()


def test_a_call_that_aws_refuses_returns_its_error(bot: Client) -> None:
    call = {"account": PROD, "region": "eu-west-1", "service": "s3", "params": {}}
    assert "no operation" in bot.refused("/sandbox/call", **call, operation="Explode")
    assert "detail-type" in bot.refused("/sandbox/event", event={"source": "aws.securityhub"})


def test_the_clock_can_be_advanced(bot: Client) -> None:
    answer = bot.post("/workspace/clock", advance="PT13H")
    assert answer["offset_seconds"] == 13 * 3600
    assert "the sweep has run" in answer["due"]
    assert not answer["due"].endswith(" 0 findings were observed again")
    bot.until_quiet(300)


def test_a_port_in_use_is_an_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        rival = Run(tmp_path, "--port", str(taken.getsockname()[1]))
        assert rival.end() == 1
    assert "is in use" in rival.log.read_text()
    assert "PORT=" in rival.log.read_text()


def test_an_invalid_port_is_an_error(tmp_path: Path) -> None:
    wrong = Run(tmp_path, "--port", "99999")
    assert wrong.end() == 1
    assert "there is no port 99999" in wrong.log.read_text()


def test_a_signal_during_the_start_leaves_no_process(tmp_path: Path) -> None:
    build = tmp_path / "half"
    build.mkdir()
    with (tmp_path / "out.txt").open("wb") as log:
        arguments = [*COMMAND, "--build", str(build), "--port", "0"]
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=log)  # noqa: S603 - this interpreter and fixed arguments
    assert poll(lambda: bool(descendants(process.pid)), START_SECONDS)
    family = descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(END_SECONDS) == 0
    assert poll(lambda: not any(alive(pid) for pid in family), END_SECONDS)
    assert list(build.iterdir()) == []


def test_at_the_end_no_process_is_left(run: Run, bot: Client) -> None:
    family = descendants(run.process.pid)
    assert len(family) > 1  # ministack, and the functions that it runs
    ports = {port for pid in [run.process.pid, *family] for _host, port in listening(pid)}
    assert run.end() == 0
    assert poll(lambda: not any(alive(pid) for pid in family), END_SECONDS)
    assert not run.file.exists()
    assert bot.page
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=2).close()


def descendants(pid: int) -> list[int]:
    """Return the child processes of a process, and their children."""
    parents = dict(parent for entry in Path("/proc").iterdir() if entry.name.isdigit() for parent in parent_of(entry))
    found, waiting = [], [pid]
    while waiting:
        children = [child for child, parent in parents.items() if parent == waiting[0]]
        found += children
        waiting = [*waiting[1:], *children]
    return found


def parent_of(entry: Path) -> list[tuple[int, int]]:
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
    return [(int(entry.name), int(fields[1]))]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def listening(pid: int) -> set[tuple[str, int]]:
    """Return the addresses on which a process listens, from /proc."""
    try:
        links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return set()
    inodes = {found[1] for link in links if (found := re.fullmatch(r"socket:\[(\d+)\]", link))}
    return {address for table in ("tcp", "tcp6") for inode, address in sockets(pid, table) if inode in inodes}


def sockets(pid: int, table: str) -> Iterator[tuple[str, tuple[str, int]]]:
    for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
        fields = line.split()
        host, port = fields[1].split(":")
        if fields[3] == "0A":  # LISTEN
            yield fields[9], (readable(host), int(port, 16))


def readable(host: str) -> str:
    """Return an IPv4 address of /proc/net, which has the host's byte order, in dotted form; others unchanged."""
    return socket.inet_ntoa(bytes.fromhex(host)[::-1]) if len(host) == 8 and sys.byteorder == "little" else host
