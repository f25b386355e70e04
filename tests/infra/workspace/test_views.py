"""Modals and Home tabs through the Web API."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from infra.local.workspace import WorkspaceConfig, WorkspaceServer
from tests.infra.workspace.builders import SECRET, error, modal, plain, section, text_input


def _trigger(workspace: WorkspaceServer, user: str = "U0DANA") -> str:
    with workspace.slack.lock:
        return workspace.slack.tickets.trigger(user)


def test_a_trigger_opens_one_view(client: WebClient, workspace: WorkspaceServer) -> None:
    trigger = _trigger(workspace)
    view = client.views_open(trigger_id=trigger, view=modal())["view"]
    assert view["state"] == {"values": {"reason": {"text": {"type": "plain_text_input", "value": None}}}}
    assert (view["root_view_id"], view["previous_view_id"], view["bot_id"]) == (view["id"], None, "B0CSPM")
    assert error(client.views_open, trigger_id=trigger, view=modal()) == "exchanged_trigger_id"
    assert error(client.views_open, trigger_id="1.2.x", view=modal()) == "invalid_trigger_id"


def test_a_trigger_is_good_for_three_seconds_only() -> None:
    config = WorkspaceConfig("http://127.0.0.1:9/", SECRET, trigger_seconds=-1)
    with WorkspaceServer(config) as server:
        client = WebClient("x", base_url=server.api_url)
        assert error(client.views_open, trigger_id=_trigger(server), view=modal()) == "expired_trigger_id"


def test_a_view_that_is_refused_does_not_use_the_trigger_up(client: WebClient, workspace: WorkspaceServer) -> None:
    trigger = _trigger(workspace)
    with pytest.raises(SlackApiError) as caught:
        client.views_open(trigger_id=trigger, view=modal(title=plain("x" * 25)))
    assert caught.value.response["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in caught.value.response["response_metadata"]["messages"][0]
    assert client.views_open(trigger_id=trigger, view=modal())["ok"]


def test_three_views_stack_and_a_fourth_does_not(client: WebClient, workspace: WorkspaceServer) -> None:
    first = client.views_open(trigger_id=_trigger(workspace), view=modal())["view"]
    second = client.views_push(trigger_id=_trigger(workspace), view=modal())["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    client.views_push(trigger_id=_trigger(workspace), view=modal())
    assert error(client.views_push, trigger_id=_trigger(workspace), view=modal()) == "push_limit_reached"


def test_an_update_needs_the_view_as_it_is(client: WebClient, workspace: WorkspaceServer) -> None:
    view = client.views_open(trigger_id=_trigger(workspace), view=modal(external_id="e1"))["view"]
    client.views_update(external_id="e1", view=modal(external_id="e1"), hash=view["hash"])
    assert error(client.views_update, view_id=view["id"], view=modal(), hash=view["hash"]) == "hash_conflict"
    assert error(client.views_update, view_id="V0", view=modal()) == "not_found"


def test_what_was_chosen_survives_an_update_of_the_same_input(client: WebClient, workspace: WorkspaceServer) -> None:
    view = client.views_open(trigger_id=_trigger(workspace), view=modal())["view"]
    typed = {"reason": {"text": {"type": "plain_text_input", "value": "typed"}}}
    with workspace.slack.lock:
        workspace.slack.views.find(view["id"]).values = typed
    updated = client.views_update(view_id=view["id"], view=modal(text_input(), section()))["view"]
    assert updated["state"]["values"] == typed


def test_a_home_is_published_for_one_person(client: WebClient) -> None:
    home = {"type": "home", "blocks": [section()]}
    first = client.views_publish(user_id="U0DANA", view=home)["view"]
    assert client.views_publish(user_id="U0DANA", view=home)["view"]["id"] == first["id"]
    assert client.views_publish(user_id="U0LEE", view=home)["view"]["id"] != first["id"]
    assert error(client.views_publish, user_id="U0DANA", view=modal()) == "invalid_arguments"
    assert error(client.views_publish, user_id="U0NONE", view=home) == "user_not_found"
