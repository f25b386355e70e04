"""What the page draws, in a headless Chromium: text as Slack shows it, and nothing that Slack would not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from infra.local.browser import Visitor, browsing
from infra.local.workspace import WorkspaceConfig, WorkspaceServer
from tests.infra.chromium import require_chromium
from tests.infra.workspace.builders import SECRET, Queue
from tests.infra.workspace.conftest import Bot

HOSTILE = "&lt;!here&gt; &lt;https://evil.example|Approve&gt; a &amp; b &amp;lt;"


@pytest.fixture(scope="module", autouse=True)
def a_browser() -> None:
    require_chromium()


@pytest.fixture
def workspace(bot: Bot, queue: Queue) -> Iterator[WorkspaceServer]:
    """One that counts no rates: how fast a machine posts here is not what is tested."""
    config = WorkspaceConfig(request_url=bot.url, signing_secret=SECRET, quiet_seconds=2, enforce_rates=False)
    with WorkspaceServer(config, queue) as server:
        yield server


@pytest.fixture
def visitor(workspace: WorkspaceServer) -> Iterator[Visitor]:
    with browsing(workspace.page) as somebody:
        somebody.go_to("general")
        yield somebody


def say(client: WebClient, text: str, *, verbatim: bool = True) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": verbatim}}
    client.chat_postMessage(channel="C0GENERAL", text="for notifications", blocks=[block])


def test_escaped_text_neither_mentions_nor_links(client: WebClient, visitor: Visitor) -> None:
    say(client, HOSTILE)
    message = visitor.card("evil.example")
    expect(message).to_contain_text("<!here> <https://evil.example|Approve> a & b &lt;")
    expect(message.locator("a")).to_have_count(0)


def test_verbatim_text_is_formatted_all_the_same(client: WebClient, visitor: Visitor) -> None:
    say(client, "*bold* <@U0DANA> <!subteam^S0SECENG> <https://docs.example/?a=1&amp;b=2|docs> https://bare.example")
    message = visitor.card("bold")
    expect(message).to_contain_text("bold @dana @sec-eng docs https://bare.example")
    expect(message.locator("a")).to_have_attribute("href", "https://docs.example/?a=1&b=2")


def test_without_verbatim_what_looks_like_a_link_is_one(client: WebClient, visitor: Visitor) -> None:
    say(client, "see https://bare.example/x", verbatim=False)
    expect(visitor.card("bare.example").locator("a")).to_have_attribute("href", "https://bare.example/x")


@pytest.mark.parametrize("text", ["from ::/0", "arn:aws:s3:::bucket", "10:30:00", "`::/0` in code"])
def test_colons_that_name_no_emoji_stay(client: WebClient, visitor: Visitor, text: str) -> None:
    say(client, text)
    expect(visitor.card(text.replace("`", ""))).to_be_visible()


def test_emoji_are_drawn_by_name(client: WebClient, visitor: Visitor) -> None:
    say(client, "done :tada:")
    expect(visitor.card("done")).to_contain_text("🎉")


def test_a_text_stands_above_its_attachment(client: WebClient, visitor: Visitor) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "below"}}
    client.chat_postMessage(channel="C0GENERAL", text="*above*", attachments=[{"color": "#fff", "blocks": [block]}])
    expect(visitor.card("below")).to_contain_text("above")


def test_a_permalink_of_the_team_opens_its_message_here(client: WebClient, visitor: Visitor) -> None:
    ts = client.chat_postMessage(channel="C0SECPROD", text="the card")["ts"]
    link = client.chat_getPermalink(channel="C0SECPROD", message_ts=ts)["permalink"]
    say(client, f"it moved to <{link}|the current card>")
    visitor.card("it moved").get_by_role("link").click()
    expect(visitor.card("the card")).to_be_visible()


def test_new_messages_below_are_announced(client: WebClient, visitor: Visitor) -> None:
    say(client, "\n".join(f"line {number}" for number in range(80)))
    expect(visitor.card("line 79")).to_be_visible()
    visitor.page.locator("main .scroll").evaluate("pane => pane.scrollTo(0, 0)")
    visitor.page.wait_for_timeout(200)
    client.chat_postEphemeral(channel="C0GENERAL", user="U0DANA", text="for you")
    visitor.page.get_by_role("button", name="A message only visible to you").click()
    expect(visitor.ephemeral).to_be_in_viewport()
