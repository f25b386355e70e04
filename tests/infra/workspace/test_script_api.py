"""People act through scripts, and a small Bolt app answers them."""

from typing import Any

import pytest
from slack_sdk import WebClient

from infra.local.workspace import WorkspaceServer
from tests.infra.workspace.builders import (
    Person,
    Queue,
    actions,
    ask,
    button,
    keep,
    modal,
    option,
    section,
    select,
    text_input,
)
from tests.infra.workspace.conftest import Bot


def test_a_command_is_answered_to_its_sender_only(bot: Bot, dana: Person) -> None:
    bot.app.command("/cspm")(lambda ack, command: ack(f"score for {command['text']}"))
    answer = dana.does("command", channel="C0SECURITY", text="/cspm score prod")
    assert answer["error"] is None
    assert [message["text"] for message in answer["ephemeral"]] == ["score for score prod"]
    assert answer["messages"] == []
    assert answer["quiet"] is True


def test_a_command_answered_in_the_channel_is_seen_by_all(bot: Bot, dana: Person) -> None:
    bot.app.command("/cspm")(lambda ack: ack(text="82", response_type="in_channel"))
    answer = dana.does("command", channel="C0GENERAL", text="/cspm score")
    assert [message["text"] for message in answer["messages"]] == ["82"]


def test_a_command_that_the_workspace_does_not_have_is_refused(dana: Person) -> None:
    status, error = dana.refused("command", channel="C0GENERAL", text="/other x")
    assert (status, error) == (400, "/other is no command here; there are: /cspm")


def test_a_press_carries_what_slack_sends(bot: Bot, dana: Person, card: Any) -> None:
    seen: list[Any] = []
    bot.app.action("approve")(lambda ack, body: (keep(seen, body), ack()))
    answer = dana.does("press", channel="C0SECPROD", ts=card["ts"], action_id="approve")
    assert answer["error"] is None
    body = seen[0]
    assert body["user"] == {"id": "U0DANA", "username": "dana", "name": "dana", "team_id": "T0ACME"}
    assert body["team"] == {"id": "T0ACME", "domain": "acme"}
    assert body["channel"] == {"id": "C0SECPROD", "name": "privategroup"}
    assert body["container"] == {
        "type": "message_attachment",
        "message_ts": card["ts"],
        "channel_id": "C0SECPROD",
        "is_ephemeral": False,
        "attachment_id": 1,
        "is_app_unfurl": False,
    }
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("approve", "decide", "case-1:m1")
    assert body["message"]["metadata"]["event_payload"] == {"nonce": "n1"}


def test_a_press_on_nothing_says_what_there_is(dana: Person, card: Any) -> None:
    status, error = dana.refused("press", channel="C0SECPROD", ts=card["ts"], action_id="undo")
    assert status == 404
    assert error == "no elements match action_id 'undo' here; there are: decide/approve, decide/deny"


def test_a_press_on_a_message_that_is_not_there_is_refused(dana: Person) -> None:
    status, error = dana.refused("press", channel="C0SECPROD", ts="1.0", action_id="approve")
    assert (status, error) == (404, "U0DANA sees no message 1.0 in C0SECPROD")


def test_nobody_acts_where_they_are_not(dana: Person, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="U0LEE", text="t", blocks=[actions(button())])["ts"]
    refused = dana.refused("press", channel="D0LEE", ts=ts, action_id="approve")
    assert refused == (403, "U0DANA is not in D0LEE")
    assert dana.refused("command", channel="D0LEE", text="/cspm score")[0] == 403


def test_a_button_named_twice_needs_its_block_or_value(bot: Bot, client: WebClient, dana: Person) -> None:
    bot.app.action("approve")(lambda ack: ack())
    blocks = [{**actions(button(value="1")), "block_id": "b1"}, {**actions(button(value="2")), "block_id": "b2"}]
    ts = client.chat_postMessage(channel="C0GENERAL", text="two", blocks=blocks)["ts"]
    assert dana.refused("press", channel="C0GENERAL", ts=ts, action_id="approve")[0] == 400
    assert dana.does("press", channel="C0GENERAL", ts=ts, action_id="approve", block_id="b1")["error"] is None
    assert dana.does("press", channel="C0GENERAL", ts=ts, action_id="approve", value="2")["error"] is None


def test_a_press_opens_a_modal_and_its_submission_posts(bot: Bot, dana: Person, card: Any) -> None:
    bot.app.action("deny")(
        lambda ack, body, client: (ack(), client.views_open(trigger_id=body["trigger_id"], view=modal()))
    )

    def on_deny(ack: Any, view: Any, client: WebClient) -> None:
        ack()
        reason = view["state"]["values"]["reason"]["text"]["value"]
        client.chat_postMessage(channel="C0SECPROD", thread_ts=card["ts"], text=f"denied: {reason}")

    bot.app.view("deny")(on_deny)
    bot.app.client.base_url = ""
    _use(bot, dana.workspace)
    opened = dana.does("press", channel="C0SECPROD", ts=card["ts"], action_id="deny")
    assert opened["view"]["title"]["text"] == "Deny"
    done = dana.does("submit", view_id=opened["view"]["id"], values={"reason": "we own it"})
    assert done["view"] is None
    assert [message["text"] for message in done["messages"]] == ["Public bucket", "denied: we own it"]
    assert done["messages"][0]["reply_count"] == 1


def _use(bot: Bot, workspace: WorkspaceServer) -> None:
    """Let Bolt's own client speak to the workspace."""

    @bot.app.middleware
    def redirect(context: Any, next: Any) -> None:  # noqa: A002 (Bolt names it so)
        context.client.base_url = workspace.api_url
        next()


def test_a_required_input_left_empty_is_not_submitted(bot: Bot, dana: Person) -> None:
    view = _opened(bot, dana, modal())
    answer = dana.does("submit", view_id=view["id"], values={})
    assert answer["error"] == "not submitted: reason: Please complete this required field."
    assert answer["ack_ms"] == 0


def test_a_modal_that_can_only_be_closed_is_not_submitted(bot: Bot, dana: Person) -> None:
    told = {name: value for name, value in modal().items() if name != "submit"}
    view = _opened(bot, dana, told | {"blocks": [{"type": "divider"}]})
    status, error = dana.refused("submit", view_id=view["id"], values={})
    assert (status, "no button to submit it" in error) == (400, True)


def _opened(bot: Bot, person: Person, view: dict[str, Any]) -> dict[str, Any]:
    _use(bot, person.workspace)
    bot.app.command("/cspm")(
        lambda ack, body, client: (ack(), client.views_open(trigger_id=body["trigger_id"], view=view))
    )
    found = person.does("command", channel="C0GENERAL", text="/cspm open")["view"]
    assert isinstance(found, dict)
    return found


def test_the_app_can_refuse_a_submission(bot: Bot, dana: Person) -> None:
    view = _opened(bot, dana, modal())
    bot.app.view("deny")(lambda ack: ack(response_action="errors", errors={"reason": "Too short"}))
    answer = dana.does("submit", view_id=view["id"], values={"reason": "x"})
    assert answer["view"]["errors"] == {"reason": "Too short"}
    assert answer["view"]["state"]["values"]["reason"]["text"]["value"] == "x"


def test_the_app_can_go_on_with_another_page(bot: Bot, dana: Person) -> None:
    view = _opened(bot, dana, modal())
    bot.app.view("deny")(lambda ack: ack(response_action="update", view=modal(text_input("more"))))
    answer = dana.does("submit", view_id=view["id"], values={"reason": "x"})
    assert answer["view"]["id"] == view["id"]
    assert answer["view"]["blocks"][0]["block_id"] == "more"


def test_choices_are_given_by_value_and_refused_when_not_offered(bot: Bot, dana: Person) -> None:
    picker = {
        "type": "input",
        "block_id": "scope",
        "label": {"type": "plain_text", "text": "Scope"},
        "element": select(),
    }
    view = _opened(bot, dana, modal(picker))
    seen: list[Any] = []
    bot.app.view("deny")(lambda ack, view: (keep(seen, view["state"]["values"]), ack()))
    status, error = dana.refused("submit", view_id=view["id"], values={"scope": "z"})
    assert (status, error) == (400, "'pick' does not offer 'z'; it offers: a")
    dana.does("submit", view_id=view["id"], values={"scope": "a"})
    assert seen[0]["scope"]["pick"]["selected_option"]["value"] == "a"


def test_slacks_own_shape_of_values_is_taken_too(bot: Bot, dana: Person) -> None:
    view = _opened(bot, dana, modal())
    seen: list[Any] = []
    bot.app.view("deny")(lambda ack, view: (keep(seen, view["state"]["values"]), ack()))
    given = {"reason": {"text": {"type": "plain_text_input", "value": "long form"}}}
    dana.does("submit", view_id=view["id"], values=given)
    assert seen == [given]


def test_waiting_for_quiet_ends_when_the_queues_are(bot: Bot, dana: Person, queue: Queue) -> None:
    bot.app.command("/cspm")(lambda ack: ack())
    queue.busy = 5
    assert dana.does("command", channel="C0GENERAL", text="/cspm x")["quiet"] is True
    queue.busy = 10_000
    assert dana.does("command", channel="C0GENERAL", text="/cspm x", wait="ack")["quiet"] is False


def test_waiting_for_queues_that_never_rest_has_an_end(bot: Bot, dana: Person, queue: Queue) -> None:
    bot.app.command("/cspm")(lambda ack: ack())
    queue.busy = 10_000
    assert dana.does("command", channel="C0GENERAL", text="/cspm x")["quiet"] is False


def test_the_state_lists_people_channels_and_rest(workspace: WorkspaceServer) -> None:
    status, state = ask(workspace, "GET", "/workspace/state")
    assert status == 200
    assert {"id": "U0DANA", "name": "dana", "groups": ["S0SECENG"], "guest": False} in state["users"]
    assert {"id": "C0SECPROD", "name": "sec-prod"} in state["channels"]
    assert state["quiet"] is True


def test_history_is_what_conversations_history_gives(workspace: WorkspaceServer, client: WebClient, card: Any) -> None:
    client.chat_postMessage(channel="C0SECPROD", text="reply", thread_ts=card["ts"])
    top = ask(workspace, "GET", "/workspace/history?channel=C0SECPROD")[1]["messages"]
    assert [message["text"] for message in top] == ["Public bucket"]
    assert top[0]["metadata"]["event_type"] == "card"
    thread = ask(workspace, "GET", f"/workspace/history?channel=C0SECPROD&thread={card['ts']}")[1]["messages"]
    assert [message["text"] for message in thread] == ["Public bucket", "reply"]


def test_the_clock_goes_on_and_the_launcher_hears_of_it(workspace: WorkspaceServer, queue: Queue) -> None:
    status, answer = ask(workspace, "POST", "/workspace/clock", {"advance": "P1DT2H"})
    assert (status, answer["offset_seconds"], answer["due"]) == (200, 26 * 3600, "digest")
    assert queue.calls == ["P1DT2H"]
    assert ask(workspace, "GET", "/workspace/clock", headers={})[1]["offset_seconds"] == 26 * 3600


def test_a_bad_duration_is_refused(workspace: WorkspaceServer) -> None:
    for bad in ("24h", "P", "PT", "-PT1H"):
        status, answer = ask(workspace, "POST", "/workspace/clock", {"advance": bad})
        assert status == 400
        assert "ISO 8601" in answer["error"]


def test_time_that_no_calendar_has_is_refused_and_the_clock_goes_on(workspace: WorkspaceServer) -> None:
    for bad in ("P10000000D", "P99999999999999999D", "PT99999999H"):
        status, answer = ask(workspace, "POST", "/workspace/clock", {"advance": bad})
        assert (status, "3660 days forward at most" in answer["error"]) == (400, True)
    assert ask(workspace, "GET", "/workspace/clock", headers={})[1]["offset_seconds"] == 0


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ("limit=many", "invalid_limit"),
        ("limit=-1", "invalid_limit"),
        ("oldest=yesterday", "invalid_ts_oldest"),
        ("cursor=x", "invalid_cursor"),
    ],
)
def test_a_page_that_nobody_can_give_is_refused_in_slacks_words(
    workspace: WorkspaceServer, card: Any, asked: str, error: str
) -> None:
    assert card["ts"]
    status, answer = ask(workspace, "GET", f"/workspace/history?channel=C0SECPROD&{asked}")
    assert (status, answer["error"].partition(":")[0]) == (404, error)


def test_the_sandbox_is_reached_through_the_launcher(workspace: WorkspaceServer, queue: Queue) -> None:
    call = {"account": "1", "region": "r", "service": "s3", "operation": "ListBuckets", "params": {"a": 1}}
    assert ask(workspace, "POST", "/sandbox/call", call) == (200, {"result": {"Done": True}})
    assert ask(workspace, "POST", "/sandbox/event", {"source": "x", "wait": "ack"}) == (200, {"sent": True})
    assert queue.calls == [("1", "r", "s3", "ListBuckets", {"a": 1}), {"source": "x"}]


def test_bad_input_is_named(workspace: WorkspaceServer) -> None:
    assert ask(workspace, "POST", "/workspace/command", [1])[1]["error"] == "the body must be a JSON object"
    status, body = ask(workspace, "POST", "/workspace/command", {"user": "U0NOBODY", "channel": "C", "text": "/cspm"})
    assert status == 404
    assert "there are U0DANA" in body["error"]
    status, body = ask(workspace, "POST", "/workspace/command", {"user": "U0DANA", "channel": "C0NO", "text": "/cspm"})
    assert (status, body["error"]) == (404, "channel_not_found")


def test_half_a_character_is_refused(workspace: WorkspaceServer) -> None:
    half = {"user": "U0DANA", "channel": "C0SECPROD", "text": "/cspm find \ud800"}
    status, body = ask(workspace, "POST", "/workspace/command", half)
    assert (status, "half a character" in body["error"]) == (400, True)


def test_home_is_published_when_it_is_opened(bot: Bot, dana: Person) -> None:
    _use(bot, dana.workspace)
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    bot.app.event("app_home_opened")(lambda event, client: client.views_publish(user_id=event["user"], view=home))
    answer = dana.does("home")
    assert answer["home"]["type"] == "home"
    assert answer["error"] is None


def test_an_app_hears_that_a_modal_was_closed_when_it_asked(bot: Bot, dana: Person) -> None:
    seen: list[Any] = []
    view = _opened(bot, dana, modal(notify_on_close=True))
    bot.app.view_closed("deny")(lambda ack, body: (keep(seen, body["is_cleared"]), ack()))
    assert dana.does("close", view_id=view["id"])["view"] is None
    assert seen == [False]


def test_another_persons_modal_and_ephemeral_message_are_out_of_reach(
    bot: Bot, workspace: WorkspaceServer, dana: Person, client: WebClient
) -> None:
    view = _opened(bot, dana, modal())
    lee = Person(workspace, "U0LEE")
    assert lee.refused("submit", view_id=view["id"], values={"reason": "x"})[0] == 404
    ts = client.chat_postEphemeral(channel="C0GENERAL", user="U0DANA", text="x", blocks=[actions(button())])[
        "message_ts"
    ]
    assert lee.refused("press", channel="C0GENERAL", ts=ts, action_id="approve")[0] == 404


def test_a_choice_in_a_message_is_in_its_state(bot: Bot, client: WebClient, dana: Person) -> None:
    seen: list[Any] = []
    bot.app.action("pick")(lambda ack, body: (keep(seen, body), ack()))
    blocks = [{**actions(select()), "block_id": "b"}]
    ts = client.chat_postMessage(channel="C0GENERAL", text="t", blocks=blocks)["ts"]
    dana.does("press", channel="C0GENERAL", ts=ts, action_id="pick", value="a")
    assert seen[0]["actions"][0]["selected_option"]["value"] == "a"
    assert seen[0]["state"]["values"]["b"]["pick"]["selected_option"]["value"] == "a"


def test_a_menu_needs_to_be_told_which_entry(bot: Bot, client: WebClient, dana: Person) -> None:
    seen: list[Any] = []
    bot.app.action("more")(lambda ack, body: (keep(seen, body["actions"][0]), ack()))
    menu = {"type": "overflow", "action_id": "more", "options": [option("a"), option("b", "B")]}
    ts = client.chat_postMessage(channel="C0GENERAL", text="t", blocks=[section() | {"accessory": menu}])["ts"]
    assert dana.refused("press", channel="C0GENERAL", ts=ts, action_id="more")[0] == 400
    dana.does("press", channel="C0GENERAL", ts=ts, action_id="more", value="B")
    assert seen[0]["selected_option"]["value"] == "b"


def test_a_launcher_that_refuses_is_quoted(workspace: WorkspaceServer, bot: Bot) -> None:
    with WorkspaceServer(workspace.config.__class__(bot.url, "s")) as plain_server:
        call = {"account": "1", "region": "r", "service": "s3", "operation": "X", "params": {}}
        status, body = ask(plain_server, "POST", "/sandbox/call", call)
    assert status == 400
    assert body["error"].startswith("no cloud runs here: s3:X")
