"""The Slack app's manifest: the rights for what the bot calls, and no others."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
import yaml

from bot.flows.interactions.app import COMMAND
from infra.local.translate import ROOT

SCOPES: Final = {
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""Scopes by method (docs.slack.dev/reference/methods). conversations.* also work in direct messages, which need none
of ours to be read."""

METHOD: Final = re.compile(r'"((?:chat|conversations|files|reactions|usergroups|users|views)\.[A-Za-z.]+)"')


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "slack" / "manifest.yaml").read_text())
    return found


def called() -> set[str]:
    sources = [path for folder in ("flows", "adapters") for path in (ROOT / "bot" / folder).rglob("*.py")]
    real = [path for path in sources if "memory" not in path.parts]
    return {method for path in real for method in METHOD.findall(path.read_text())}


def test_the_scopes_are_those_of_the_methods_that_the_bot_calls(manifest: dict[str, Any]) -> None:
    needed = {scope for method in called() for scope in SCOPES[method]}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}


def test_commands_buttons_and_events_come_to_one_address(manifest: dict[str, Any]) -> None:
    command = manifest["features"]["slash_commands"][0]
    settings = manifest["settings"]
    assert command["command"] == COMMAND
    assert {
        command["url"],
        settings["interactivity"]["request_url"],
        settings["event_subscriptions"]["request_url"],
    } == {"https://example.invalid/slack/events"}
    assert settings["event_subscriptions"]["bot_events"] == ["app_home_opened"]


def test_texts_are_within_slacks_limits(manifest: dict[str, Any]) -> None:
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
