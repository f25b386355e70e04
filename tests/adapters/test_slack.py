"""Slack: one contract for the client in memory and the real one against the local workspace; then failures."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan, ResponseLost
from bot.adapters.memory.slack import MemorySlack
from bot.adapters.slack.web import SlackWeb
from bot.domain.errors import Busy, CspmError, SlackRefused, Unknown
from bot.domain.ports import Slack
from infra.local.workspace import WorkspaceConfig, WorkspaceServer
from tests.serving import serving

CHANNEL = "C0SECURITY"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Public bucket"}}
HOME = {"type": "home", "blocks": [SECTION]}
NONCE = {"event_type": "card", "event_payload": {"nonce": "n1"}}


@pytest.fixture
def workspace() -> Iterator[WorkspaceServer]:
    config = WorkspaceConfig("http://127.0.0.1:9/slack", "8f742231b10e8888abcd99yyyzzz85a5", enforce_rates=False)
    with WorkspaceServer(config) as server:
        yield server


@pytest.fixture(params=["memory", "workspace"])
def slack(request: pytest.FixtureRequest) -> Slack:
    if request.param == "workspace":
        return SlackWeb("xoxb-example", request.getfixturevalue("workspace").api_url)
    memory = MemorySlack()
    memory.channels = {CHANNEL: {"name": "security"}, "C0SHARED": {"is_ext_shared": True, "is_private": False}}
    memory.groups = {"S0SECENG": ["U0DANA", "U0OMAR"]}
    memory.add_user("U0DANA", name="dana")
    memory.add_user("U0GUEST", is_restricted=True)
    return memory


def refusal(slack: Slack, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackRefused) as refused:
        slack.call(method, **arguments)
    return refused.value.error


def test_a_message_that_is_posted_can_be_found_by_its_metadata(slack: Slack) -> None:
    first = slack.call("chat.postMessage", channel=CHANNEL, text="one", blocks=[SECTION], metadata=NONCE)
    second = slack.call("chat.postMessage", channel=CHANNEL, text="two", thread_ts=None)
    assert first["ok"] is True
    assert first["channel"] == CHANNEL
    assert first["ts"] < second["ts"]
    found = slack.call("conversations.history", channel=CHANNEL, include_all_metadata=True)["messages"]
    assert [each["text"] for each in found] == ["two", "one"]
    assert [each["ts"] for each in found if each.get("metadata") == NONCE] == [first["ts"]]
    assert "metadata" not in slack.call("conversations.history", channel=CHANNEL)["messages"][1]


def test_history_is_paged_and_leaves_replies_out(slack: Slack) -> None:
    posted = [slack.call("chat.postMessage", channel=CHANNEL, text=text)["ts"] for text in "abc"]
    slack.call("chat.postMessage", channel=CHANNEL, text="reply", thread_ts=posted[0])
    page = slack.call("conversations.history", channel=CHANNEL, limit=2)
    assert [each["text"] for each in page["messages"]] == ["c", "b"]
    assert page["has_more"] is True
    cursor = page["response_metadata"]["next_cursor"]
    last = slack.call("conversations.history", channel=CHANNEL, limit=2, cursor=cursor)
    assert [each["text"] for each in last["messages"]] == ["a"]
    assert last["has_more"] is False
    later = slack.call("conversations.history", channel=CHANNEL, oldest=posted[1])
    assert [each["text"] for each in later["messages"]] == ["c"]
    thread = slack.call("conversations.replies", channel=CHANNEL, ts=posted[0])["messages"]
    assert [each["text"] for each in thread] == ["a", "reply"]


def test_an_update_without_blocks_takes_the_blocks_away(slack: Slack) -> None:
    ts = slack.call("chat.postMessage", channel=CHANNEL, text="one", blocks=[SECTION])["ts"]
    slack.call("chat.update", channel=CHANNEL, ts=ts, text="two")
    message = slack.call("conversations.history", channel=CHANNEL)["messages"][0]
    assert message["text"] == "two"
    assert not message.get("blocks")


def test_a_missing_object_is_refused_with_slacks_error(slack: Slack) -> None:
    assert refusal(slack, "chat.update", channel=CHANNEL, ts="1700000000.000001", text="x") == "message_not_found"
    assert refusal(slack, "chat.postMessage", channel="C0NOWHERE", text="x") == "channel_not_found"
    assert refusal(slack, "chat.postMessage", channel=CHANNEL) == "no_text"
    assert refusal(slack, "chat.postMessage", channel=CHANNEL, text="x", thread_ts="1.2") == "thread_not_found"
    assert refusal(slack, "users.info", user="U0NOBODY") == "user_not_found"
    assert refusal(slack, "usergroups.users.list", usergroup="S0NOTHING") == "no_such_subteam"
    assert refusal(slack, "chat.scream", channel=CHANNEL) == "unknown_method"


def test_too_many_blocks_are_refused(slack: Slack) -> None:
    assert refusal(slack, "chat.postMessage", channel=CHANNEL, text="x", blocks=[SECTION] * 51) == "invalid_blocks"


def test_a_deleted_message_is_gone(slack: Slack) -> None:
    ts = slack.call("chat.postMessage", channel=CHANNEL, text="one")["ts"]
    assert ts.replace(".", "") in slack.call("chat.getPermalink", channel=CHANNEL, message_ts=ts)["permalink"]
    slack.call("chat.delete", channel=CHANNEL, ts=ts)
    assert slack.call("conversations.history", channel=CHANNEL)["messages"] == []


def test_users_and_groups_have_the_fields_that_rights_depend_on(slack: Slack) -> None:
    dana = slack.call("users.info", user="U0DANA")["user"]
    assert (dana["is_restricted"], dana["is_ultra_restricted"], dana["deleted"], dana["is_bot"]) == (False,) * 4
    assert dana["team_id"] == slack.call("auth.test")["team_id"]
    assert slack.call("users.info", user="U0GUEST")["user"]["is_restricted"] is True
    assert slack.call("usergroups.users.list", usergroup="S0SECENG")["users"] == ["U0DANA", "U0OMAR"]
    groups = slack.call("usergroups.list", include_users=True)["usergroups"]
    assert next(each["users"] for each in groups if each["id"] == "S0SECENG") == ["U0DANA", "U0OMAR"]


def test_a_channel_has_the_flag_of_external_sharing(slack: Slack) -> None:
    assert slack.call("conversations.info", channel=CHANNEL)["channel"]["is_ext_shared"] is False
    assert slack.call("conversations.info", channel="C0SHARED")["channel"]["is_ext_shared"] is True
    assert slack.call("conversations.info", channel=CHANNEL)["channel"]["is_private"] is True


def test_a_message_to_a_person_goes_to_their_direct_conversation(slack: Slack) -> None:
    direct = slack.call("conversations.open", users="U0DANA")["channel"]["id"]
    assert slack.call("chat.postMessage", channel="U0DANA", text="You approved …")["channel"] == direct


def test_a_home_is_published_and_can_be_updated(slack: Slack) -> None:
    view = slack.call("views.publish", user_id="U0DANA", view=HOME)["view"]
    again = slack.call("views.update", view_id=view["id"], view=HOME, hash=view["hash"])["view"]
    assert again["id"] == view["id"]
    assert refusal(slack, "views.update", view_id=view["id"], view=HOME, hash=view["hash"]) == "hash_conflict"
    assert refusal(slack, "views.update", view_id="V0NONE", view=HOME) == "not_found"


def test_a_modal_is_opened_in_memory() -> None:
    slack = MemorySlack()
    view = slack.call("views.open", trigger_id="1.2", view={"type": "modal", "external_id": "e1", "blocks": []})["view"]
    slack.call("views.update", external_id="e1", view={"type": "modal", "external_id": "e1", "blocks": [SECTION]})
    assert slack.views[view["id"]]["blocks"] == [SECTION]
    assert slack.called("views.open")[0]["trigger_id"] == "1.2"


def test_failures_are_scripted_and_a_post_with_a_lost_response_is_made() -> None:
    slack = MemorySlack()
    slack.fail_next("chat.postMessage", "is_archived")
    slack.fail_next("chat.postMessage", Busy("slow down", 30))
    slack.fail_next("chat.postMessage", ResponseLost("no answer"))
    assert refusal(slack, "chat.postMessage", channel=CHANNEL, text="1") == "is_archived"
    with pytest.raises(Busy):
        slack.call("chat.postMessage", channel=CHANNEL, text="2")
    with pytest.raises(Unknown):
        slack.call("chat.postMessage", channel=CHANNEL, text="3")
    assert [each["text"] for each in slack.messages[CHANNEL]] == ["3"]


def test_the_process_can_crash_after_a_post() -> None:
    slack = MemorySlack(FaultPlan(crash_after=1))
    with pytest.raises(Crash):
        slack.call("chat.postEphemeral", channel=CHANNEL, user="U0DANA", text="x")
    assert len(slack.ephemeral) == 1


class Answers(BaseHTTPRequestHandler):
    """Answers every request with what the test set, and notes what came."""

    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b"{}"
    headers_out: ClassVar[dict[str, str]] = {}
    heard: ClassVar[list[tuple[str, str, bytes]]]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.heard.append((self.path, self.headers["Content-Type"], self.rfile.read(length)))
        if self.status == 0:
            self.close_connection = True
            return
        self.send_response(self.status)
        for name, value in ({"Content-Type": "application/json"} | self.headers_out).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


class Scripted:
    """A server with scripted responses, and a client of it."""

    def __init__(self, answers: type[Answers], address: str) -> None:
        self.answers = answers
        self.slack = SlackWeb("xoxb-example", f"{address}/api", timeout=2)

    def says(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        self.answers.status, self.answers.body = status, body
        self.answers.headers_out = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    answers: type[Answers] = type("Scripted", (Answers,), {"heard": []})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), answers)) as address:
        yield Scripted(answers, address)


def test_nested_arguments_go_as_json_and_plain_ones_as_a_form(scripted: Scripted) -> None:
    scripted.says(200, b'{"ok": true}')
    scripted.slack.call("chat.postMessage", channel="C1", blocks=[SECTION])
    scripted.slack.call("users.info", user="U1", include_locale=True)
    (one_path, one_type, _), (two_path, two_type, two) = scripted.answers.heard
    assert (one_path, one_type) == ("/api/chat.postMessage", "application/json;charset=utf-8")
    assert (two_path, two_type) == ("/api/users.info", "application/x-www-form-urlencoded")
    assert two == b"user=U1&include_locale=1"


def test_a_throttled_call_is_busy_for_slacks_retry_after(scripted: Scripted) -> None:
    scripted.says(429, b'{"ok": false, "error": "ratelimited"}', retry_after="30")
    with pytest.raises(Busy) as busy:
        scripted.slack.call("chat.update", channel="C1", ts="1.2", text="x")
    assert busy.value.retry_after == 30
    assert len(scripted.answers.heard) == 1


def test_a_refusal_has_slacks_error_and_details(scripted: Scripted) -> None:
    scripted.says(
        200, b'{"ok": false, "error": "invalid_blocks", "response_metadata": {"messages": ["[ERROR] /blocks/0/text"]}}'
    )
    with pytest.raises(SlackRefused, match=r"chat\.postMessage: invalid_blocks; \[ERROR\] /blocks/0/text") as refused:
        scripted.slack.call("chat.postMessage", channel="C1", blocks=[SECTION])
    assert refused.value.error == "invalid_blocks"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b"<html>Service Unavailable</html>"),
        (500, b'{"ok": false, "error": "internal_error"}'),
        (200, b'{"ok": false, "error": "fatal_error"}'),
        (200, b"<html>not Slack</html>"),
        (200, b""),
        (0, b""),
    ],
)
def test_a_response_without_a_clear_error_is_unknown(scripted: Scripted, status: int, body: bytes) -> None:
    scripted.says(status, body)
    with pytest.raises(Unknown):
        scripted.slack.call("chat.postMessage", channel="C1", text="x")
    assert len(scripted.answers.heard) == 1


def test_no_server_is_unknown() -> None:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Answers)) as address:
        left = SlackWeb("xoxb-example", f"{address}/api/")
    with pytest.raises(Unknown):
        left.call("auth.test")


def test_the_token_is_in_no_error(scripted: Scripted) -> None:
    scripted.says(503, b"gone")
    with pytest.raises(CspmError) as problem:
        scripted.slack.call("auth.test")
    assert "xoxb-example" not in str(problem.value)


def test_a_file_is_uploaded_in_slacks_three_steps(slack: Slack) -> None:
    content = b"\x89PNG\r\n\x1a\n and more"
    place = slack.call("files.getUploadURLExternal", filename="trend.png", length=len(content), alt_txt="A trend")
    file = [{"id": place["file_id"], "title": "A trend"}]
    assert refusal(slack, "files.completeUploadExternal", files=file) == "file_not_found"
    slack.upload(place["upload_url"], content)
    done = slack.call("files.completeUploadExternal", files=file, channel_id=CHANNEL, initial_comment="Here")
    assert done["files"][0]["id"] == place["file_id"]
    (message,) = slack.call("conversations.history", channel=CHANNEL)["messages"]
    assert message["text"] == "Here"


@pytest.mark.parametrize("url", ["http://example.com/upload", "file:///etc/passwd", "ftp://example.com/x"])
def test_bytes_go_to_https_addresses_only(url: str) -> None:
    with pytest.raises(Unknown, match="not https"):
        SlackWeb("xoxb-example").upload(url, b"x")


def test_an_upload_without_a_server_is_unknown() -> None:
    with pytest.raises(Unknown, match="the upload to Slack failed"):
        SlackWeb("xoxb-example", timeout=1).upload("http://127.0.0.1:9/upload", b"x")
