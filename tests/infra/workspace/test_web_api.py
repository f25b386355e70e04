"""The Web API as slack_sdk sees it."""

import json
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from infra.local.workspace import Channel, WorkspaceConfig, WorkspaceServer
from tests.infra.workspace.builders import (
    SECRET,
    Person,
    actions,
    button,
    error,
    plain,
    raw,
    section,
)


def test_auth_test_tells_who_the_app_is(client: WebClient) -> None:
    who = client.auth_test()
    assert (who["team_id"], who["user_id"], who["bot_id"]) == ("T0ACME", "U0CSPM", "B0CSPM")


def test_a_call_without_a_token_and_one_of_no_method_are_refused(workspace: WorkspaceServer) -> None:
    assert json.loads(raw(workspace, "POST", "/api/auth.test", {}, {})[1])["error"] == "not_authed"
    assert error(WebClient("x", base_url=workspace.api_url).api_call, api_method="chat.shout") == "unknown_method"


def test_a_message_comes_back_as_slack_shapes_it(client: WebClient) -> None:
    posted = client.chat_postMessage(channel="C0GENERAL", text="t", blocks=[section(), actions(button())])
    message = posted["message"]
    assert (message["user"], message["bot_id"], message["app_id"]) == ("U0CSPM", "B0CSPM", "A0CSPM")
    assert message["ts"] == posted["ts"]
    assert all(block["block_id"] for block in message["blocks"])
    assert message["blocks"][0]["text"] == {"type": "mrkdwn", "text": "hello", "verbatim": False}
    assert message["blocks"][1]["elements"][0]["text"]["emoji"] is True


def test_attachments_are_numbered_and_lose_the_hash_of_their_colour(card: Any) -> None:
    attachment = card["message"]["attachments"][0]
    assert (attachment["id"], attachment["color"], attachment["fallback"]) == (1, "e01e5a", "[no preview available]")


def test_a_message_can_go_to_a_person(client: WebClient) -> None:
    posted = client.chat_postMessage(channel="U0DANA", text="You approved it")
    assert posted["channel"] == client.conversations_open(users="U0DANA")["channel"]["id"] == "D0DANA"


def test_messages_that_slack_refuses_are_refused(client: WebClient) -> None:
    assert error(client.chat_postMessage, channel="C0NOWHERE", text="t") == "channel_not_found"
    empty = {"channel": "C0GENERAL", "text": ""}
    assert error(client.api_call, api_method="chat.postMessage", json=empty) == "no_text"
    assert error(client.chat_postMessage, channel="C0GENERAL", text="t", thread_ts="1.0") == "thread_not_found"
    assert error(client.chat_postMessage, channel="C0GENERAL", text="t", blocks="[{") == "invalid_blocks_format"
    bad = {"event_type": "card"}
    assert error(client.chat_postMessage, channel="C0GENERAL", text="t", metadata=bad) == "invalid_metadata_schema"
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C0GENERAL", text="t", blocks=[{"type": "header", "text": plain("x" * 151)}])
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_text_beyond_the_longest_is_cut(client: WebClient) -> None:
    assert len(client.chat_postMessage(channel="C0GENERAL", text="x" * 40_001)["message"]["text"]) == 40_000


def test_the_app_writes_only_where_it_was_invited() -> None:
    channels = (Channel("C1", "open", bot=False), Channel("C2", "closed", private=True, bot=False))
    config = WorkspaceConfig("http://127.0.0.1:9/", SECRET, channels=channels)
    with WorkspaceServer(config) as server:
        client = WebClient("x", base_url=server.api_url)
        assert error(client.chat_postMessage, channel="C1", text="t") == "not_in_channel"
        assert error(client.chat_postMessage, channel="C2", text="t") == "channel_not_found"
        assert error(client.conversations_info, channel="C2") == "channel_not_found"
        assert [
            item["id"] for item in client.conversations_list(types="public_channel,private_channel")["channels"]
        ] == ["C1"]


def test_an_edit_with_text_alone_removes_the_blocks(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0GENERAL", text="t", blocks=[section()])["ts"]
    edited = client.chat_update(channel="C0GENERAL", ts=ts, text="new")["message"]
    assert "blocks" not in edited
    assert edited["text"] == "new"
    assert edited["edited"]["user"] == "U0CSPM"


def test_an_edit_keeps_attachments_until_they_are_given(client: WebClient, card: Any) -> None:
    ts = card["ts"]
    assert "attachments" in client.chat_update(channel="C0SECPROD", ts=ts, text="x")["message"]
    assert "attachments" not in client.chat_update(channel="C0SECPROD", ts=ts, text="x", attachments=[])["message"]


def test_an_edit_gives_nameless_blocks_new_names(client: WebClient) -> None:
    first = client.chat_postMessage(channel="C0GENERAL", text="t", blocks=[section()])
    second = client.chat_update(channel="C0GENERAL", ts=first["ts"], text="t", blocks=[section()])
    assert first["message"]["blocks"][0]["block_id"] != second["message"]["blocks"][0]["block_id"]


def test_only_the_apps_own_messages_can_be_changed(client: WebClient, dana: Person) -> None:
    said = dana.does("say", channel="C0GENERAL", text="hello")["messages"][0]["ts"]
    assert error(client.chat_update, channel="C0GENERAL", ts=said, text="x") == "cant_update_message"
    assert error(client.chat_delete, channel="C0GENERAL", ts=said) == "cant_delete_message"
    assert error(client.chat_update, channel="C0GENERAL", ts="1.0", text="x") == "message_not_found"
    assert error(client.chat_update, channel="U0DANA", ts=said, text="x") == "channel_not_found"


def test_a_deleted_message_is_gone(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0GENERAL", text="t")["ts"]
    client.chat_delete(channel="C0GENERAL", ts=ts)
    assert client.conversations_history(channel="C0GENERAL")["messages"] == []
    assert error(client.chat_delete, channel="C0GENERAL", ts=ts) == "message_not_found"


def test_an_ephemeral_message_is_in_no_history_and_cannot_be_edited(client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel="C0GENERAL", user="U0LEE", text="for you")["message_ts"]
    assert client.conversations_history(channel="C0GENERAL")["messages"] == []
    assert error(client.chat_update, channel="C0GENERAL", ts=ts, text="x") == "message_not_found"
    assert error(client.chat_postEphemeral, channel="C0GENERAL", user="U0NONE", text="x") == "user_not_in_channel"


def test_history_is_newest_first_in_pages_and_without_replies(client: WebClient) -> None:
    first = client.chat_postMessage(channel="C0GENERAL", text="1")["ts"]
    client.chat_postMessage(channel="C0GENERAL", text="reply", thread_ts=first)
    third = client.chat_postMessage(channel="C0GENERAL", text="3")["ts"]
    page = client.conversations_history(channel="C0GENERAL", limit=1)
    assert [message["text"] for message in page["messages"]] == ["3"]
    assert page["has_more"] is True
    rest = client.conversations_history(channel="C0GENERAL", cursor=page["response_metadata"]["next_cursor"])
    assert [message["text"] for message in rest["messages"]] == ["1"]
    assert rest["messages"][0]["reply_count"] == 1
    between = client.conversations_history(channel="C0GENERAL", oldest=first, latest=third)
    assert between["messages"] == []
    assert len(client.conversations_history(channel="C0GENERAL", oldest=first, inclusive=True)["messages"]) == 2
    assert error(client.conversations_history, channel="C0GENERAL", cursor="zzz") == "invalid_cursor"


def test_metadata_is_given_only_when_it_is_asked_for(client: WebClient, card: Any) -> None:
    plain_page = client.conversations_history(channel="C0SECPROD")["messages"][0]
    full_page = client.conversations_history(channel="C0SECPROD", include_all_metadata=True)["messages"][0]
    assert "metadata" not in plain_page
    assert full_page["metadata"] == {"event_type": "card", "event_payload": {"nonce": "n1"}}
    assert full_page["ts"] == card["ts"]


def test_replies_come_oldest_first_with_what_they_answer(client: WebClient) -> None:
    first = client.chat_postMessage(channel="C0GENERAL", text="1")["ts"]
    client.chat_postMessage(channel="C0GENERAL", text="2", thread_ts=first)
    thread = client.conversations_replies(channel="C0GENERAL", ts=first)["messages"]
    assert [message["text"] for message in thread] == ["1", "2"]
    assert error(client.conversations_replies, channel="C0GENERAL", ts="9.9") == "message_not_found"


def test_channels_tell_whether_they_are_private_or_shared(client: WebClient) -> None:
    secret = client.conversations_info(channel="C0SECPROD")["channel"]
    assert (secret["is_private"], secret["is_ext_shared"], secret["is_member"]) == (True, False, True)
    assert client.conversations_info(channel="C0SHARED")["channel"]["is_ext_shared"] is True
    public = client.conversations_list()["channels"]
    assert {channel["id"] for channel in public} == {"C0GENERAL", "C0SHARED"}
    assert "U0DANA" in client.conversations_members(channel="C0SECPROD")["members"]


def test_people_tell_guests_strangers_and_bots_apart(client: WebClient) -> None:
    assert client.users_info(user="U0DANA")["user"]["is_restricted"] is False
    assert client.users_info(user="U0GUEST")["user"]["is_restricted"] is True
    stranger = client.users_info(user="U0STRANGER")["user"]
    assert (stranger["is_stranger"], stranger["team_id"]) == (True, "T0GLOBEX")
    assert client.users_info(user="U0CSPM")["user"]["is_bot"] is True
    assert error(client.users_info, user="U0NONE") == "user_not_found"
    assert len(client.users_list()["members"]) == 7


def test_groups_list_their_people(client: WebClient) -> None:
    assert client.usergroups_users_list(usergroup="S0SECENG")["users"] == ["U0DANA", "U0OMAR"]
    listed = client.usergroups_list(include_users=True)["usergroups"]
    assert {group["handle"]: group["users"] for group in listed}["payments"] == ["U0PRIYA"]
    assert error(client.usergroups_users_list, usergroup="S0NONE") == "no_such_subteam"


def test_a_reaction_is_counted_once(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0GENERAL", text="t")["ts"]
    client.reactions_add(channel="C0GENERAL", timestamp=ts, name="eyes")
    assert client.conversations_history(channel="C0GENERAL")["messages"][0]["reactions"][0]["users"] == ["U0CSPM"]
    assert error(client.reactions_add, channel="C0GENERAL", timestamp=ts, name="eyes") == "already_reacted"


def test_a_permalink_is_of_the_teams_domain(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0GENERAL", text="t")["ts"]
    link = client.chat_getPermalink(channel="C0GENERAL", message_ts=ts)["permalink"]
    assert link == f"https://acme.slack.com/archives/C0GENERAL/p{ts.replace('.', '')}"


def test_a_file_is_uploaded_shared_and_served(client: WebClient, workspace: WorkspaceServer) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(64)
    client.files_upload_v2(channel="C0GENERAL", file=picture, filename="trend.png", title="Trend")
    file = client.conversations_history(channel="C0GENERAL")["messages"][0]["files"][0]
    assert (file["title"], file["size"]) == ("Trend", 72)
    asked = urllib.request.Request(file["url_private"], headers={"Authorization": f"Bearer {workspace.token}"})  # noqa: S310 - ours
    with urllib.request.urlopen(asked) as response:  # noqa: S310 - our own server
        assert response.read() == picture
        assert response.headers["Content-Type"] == "image/png"


def test_an_upload_that_never_came_cannot_be_shared(client: WebClient) -> None:
    ticket = client.files_getUploadURLExternal(filename="a.png", length=3)
    assert error(client.files_completeUploadExternal, files=[{"id": ticket["file_id"]}]) == "file_not_found"
    assert error(client.files_getUploadURLExternal, filename="a.png", length=0) == "invalid_arguments"


def test_html_is_never_served_as_a_page(client: WebClient, workspace: WorkspaceServer) -> None:
    client.files_upload_v2(channel="C0GENERAL", file=b"<script>", filename="x.html")
    file = client.conversations_history(channel="C0GENERAL")["messages"][0]["files"][0]
    headers = raw(workspace, "GET", file["url_private"].removeprefix(workspace.url))[2]
    assert headers["Content-Type"] == "application/octet-stream"
