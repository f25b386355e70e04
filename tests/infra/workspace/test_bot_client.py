"""What the bot hears: signed, on time, or not at all; and its answers by response_url."""

import json
import time
from typing import Any
from urllib.parse import parse_qs

from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

from infra.local.workspace import WorkspaceConfig, WorkspaceServer
from tests.infra.workspace.builders import SECRET, Person, ask, section
from tests.infra.workspace.conftest import Bot


def test_every_request_is_signed_over_its_raw_body(bot: Bot, dana: Person, card: Any) -> None:
    bot.app.command("/cspm")(lambda ack: ack())
    bot.app.action("approve")(lambda ack: ack())
    bot.app.event("app_home_opened")(lambda: None)
    dana.does("command", channel="C0GENERAL", text="/cspm a & b <c>")
    dana.does("press", channel="C0SECPROD", ts=card["ts"], action_id="approve")
    dana.does("home")
    verifier = SignatureVerifier(SECRET)
    assert len(bot.heard) == 3
    for headers, body in bot.heard:
        assert verifier.is_valid_request(body, headers)
        assert not verifier.is_valid_request(body + " ", headers)


def test_the_signature_keeps_to_real_time_when_the_clock_is_advanced(bot: Bot, dana: Person) -> None:
    bot.app.command("/cspm")(lambda ack: ack())
    ask(dana.workspace, "POST", "/workspace/clock", {"advance": "P30D"})
    assert dana.does("command", channel="C0GENERAL", text="/cspm x")["error"] is None
    assert abs(int(bot.heard[0][0]["X-Slack-Request-Timestamp"]) - time.time()) < 5


def test_a_command_has_the_fields_of_slack(bot: Bot, dana: Person) -> None:
    bot.app.command("/cspm")(lambda ack: ack())
    dana.does("command", channel="C0SECPROD", text="/cspm  score  prod ")
    form = {key: values[0] for key, values in parse_qs(bot.heard[0][1]).items()}
    assert form["command"] == "/cspm"
    assert form["text"] == "score  prod"
    assert (form["team_id"], form["team_domain"], form["api_app_id"]) == ("T0ACME", "acme", "A0CSPM")
    assert (form["user_id"], form["user_name"]) == ("U0DANA", "dana")
    assert (form["channel_id"], form["channel_name"]) == ("C0SECPROD", "privategroup")
    assert form["trigger_id"].count(".") == 2
    assert form["response_url"].startswith(dana.workspace.url)


def test_somebody_of_another_company_is_known_by_their_team(bot: Bot, workspace: WorkspaceServer, card: Any) -> None:
    bot.app.action("approve")(lambda ack: ack())
    Person(workspace, "U0STRANGER").does("press", channel="C0SECPROD", ts=card["ts"], action_id="approve")
    payload = json.loads(parse_qs(bot.heard[0][1])["payload"][0])
    assert payload["user"]["team_id"] == "T0GLOBEX"


def test_an_ephemeral_message_is_not_in_its_payload(bot: Bot, dana: Person, client: WebClient) -> None:
    bot.app.action("approve")(lambda ack: ack())
    blocks = [{"type": "actions", "elements": [{"type": "button", "action_id": "approve", "text": _plain("Go")}]}]
    ts = client.chat_postEphemeral(channel="C0GENERAL", user="U0DANA", text="x", blocks=blocks)["message_ts"]
    dana.does("press", channel="C0GENERAL", ts=ts, action_id="approve")
    payload = json.loads(parse_qs(bot.heard[0][1])["payload"][0])
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def test_a_bot_that_is_slow_has_not_answered(bot: Bot) -> None:
    config = WorkspaceConfig(bot.url, SECRET, ack_seconds=0.05)

    @bot.app.command("/cspm")
    def slow(ack: Any) -> None:
        time.sleep(0.3)
        ack("too late")

    with WorkspaceServer(config) as server:
        answer = Person(server, "U0DANA").does("command", channel="C0GENERAL", text="/cspm x")
    assert answer["error"] == "operation_timeout"
    assert answer["ephemeral"] == []


def test_a_bot_that_fails_or_is_away_is_said_to_have_failed(dana: Person) -> None:
    answer = dana.does("command", channel="C0GENERAL", text="/cspm nobody listens")
    assert answer["error"] == "dispatch_failed"
    with WorkspaceServer(WorkspaceConfig("http://127.0.0.1:9/", SECRET)) as server:
        away = Person(server, "U0DANA").does("command", channel="C0GENERAL", text="/cspm x")
    assert away["error"] == "dispatch_failed"


def test_an_answer_that_slack_would_not_show_is_an_error(bot: Bot, dana: Person) -> None:
    bot.app.command("/cspm")(lambda ack: ack(text="x", blocks=[section("x" * 3001)]))
    answer = dana.does("command", channel="C0GENERAL", text="/cspm x")
    assert answer["error"].startswith("dispatch_failed: the answer is invalid_blocks")
    assert answer["ephemeral"] == []


def test_the_endpoint_is_verified_by_its_challenge(bot: Bot, workspace: WorkspaceServer) -> None:
    assert workspace.verify() is True
    assert json.loads(bot.heard[0][1])["type"] == "url_verification"
    with WorkspaceServer(WorkspaceConfig("http://127.0.0.1:9/", SECRET)) as away:
        assert away.verify() is False


def test_headers_of_the_configuration_go_with_every_request(bot: Bot) -> None:
    bot.app.command("/cspm")(lambda ack: ack())
    with WorkspaceServer(
        WorkspaceConfig(bot.url, SECRET, headers={"Host": "abc.execute-api.localhost:4566"})
    ) as server:
        Person(server, "U0DANA").does("command", channel="C0GENERAL", text="/cspm x")
    assert bot.heard[0][0]["Host"] == "abc.execute-api.localhost:4566"


def test_an_event_that_fails_is_sent_again(bot: Bot, dana: Person) -> None:
    failures = ["once"]

    @bot.app.event("app_home_opened")
    def home() -> None:
        if failures:
            failures.pop()
            raise RuntimeError("not now")

    assert dana.does("home")["error"] == "dispatch_failed"
    _until(lambda: len(bot.heard) == 2)
    first, second = bot.heard
    assert json.loads(first[1])["event_id"] == json.loads(second[1])["event_id"]
    assert second[0]["X-Slack-Retry-Num"] == "1"
    assert second[0]["X-Slack-Retry-Reason"] == "http_error"


def _until(done: Any) -> None:
    end = time.monotonic() + 5
    while not done() and time.monotonic() < end:
        time.sleep(0.02)
    assert done()


# response_url


def _url(bot: Bot, person: Person) -> WebhookClient:
    bot.app.command("/cspm")(lambda ack: ack())
    person.does("command", channel="C0GENERAL", text="/cspm x")
    return WebhookClient(parse_qs(bot.heard[-1][1])["response_url"][0])


def _seen(workspace: WorkspaceServer, user: str) -> list[str]:
    messages = ask(workspace, "GET", f"/workspace/page?user={user}")[1]["channels"]
    return [message["text"] for channel in messages for message in channel["messages"]]


def test_an_answer_by_response_url_is_for_the_asker_only(bot: Bot, dana: Person) -> None:
    assert _url(bot, dana).send(text="82").body == "ok"
    assert _seen(dana.workspace, "U0DANA") == ["82"]
    assert _seen(dana.workspace, "U0LEE") == []


def test_an_answer_by_response_url_can_be_for_all(bot: Bot, dana: Person) -> None:
    _url(bot, dana).send(text="82", response_type="in_channel")
    assert _seen(dana.workspace, "U0LEE") == ["82"]


def test_a_response_url_is_good_for_five_answers(bot: Bot, dana: Person) -> None:
    url = _url(bot, dana)
    assert [url.send(text=f"{number}").status_code for number in range(6)] == [200] * 5 + [404]
    assert "used_url" in url.send(text="again").body


def test_a_response_url_is_good_for_half_an_hour(bot: Bot, dana: Person) -> None:
    url = _url(bot, dana)
    ask(dana.workspace, "POST", "/workspace/clock", {"advance": "PT29M59S"})
    assert url.send(text="in time").status_code == 200
    ask(dana.workspace, "POST", "/workspace/clock", {"advance": "PT2S"})
    assert "expired_url" in url.send(text="late").body


def test_the_pressed_message_can_be_replaced_and_deleted(bot: Bot, dana: Person, card: Any) -> None:
    bot.app.action("approve")(lambda ack: ack())
    dana.does("press", channel="C0SECPROD", ts=card["ts"], action_id="approve")
    payload = json.loads(parse_qs(bot.heard[0][1])["payload"][0])
    url = WebhookClient(payload["response_url"])
    url.send(text="taken", replace_original=True)
    assert _seen(dana.workspace, "U0LEE") == ["taken"]
    url.send(delete_original=True)
    assert _seen(dana.workspace, "U0LEE") == []
    assert "message_not_found" in url.send(delete_original=True).body
