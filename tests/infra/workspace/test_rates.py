"""How often an app may call."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from infra.local.workspace import WorkspaceConfig, WorkspaceServer
from tests.infra.workspace.builders import SECRET, error


def test_a_channel_takes_a_burst_and_then_one_message_a_second(client: WebClient) -> None:
    for number in range(5):
        client.chat_postMessage(channel="C0GENERAL", text=f"{number}")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C0GENERAL", text="one more")
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"
    assert client.chat_postMessage(channel="C0SECPROD", text="another channel")["ok"]


def test_a_method_has_its_calls_a_minute(client: WebClient) -> None:
    for _ in range(20):
        client.usergroups_list()
    assert error(client.usergroups_list) == "ratelimited"


def test_rates_can_be_left_out() -> None:
    config = WorkspaceConfig("http://127.0.0.1:9/", SECRET, enforce_rates=False)
    with WorkspaceServer(config) as server:
        client = WebClient("x", base_url=server.api_url)
        for _ in range(25):
            client.usergroups_list()
