"""Requests as Slack sends them, signed, inside the event that an HTTP API (payload format 2.0) hands to Lambda.

Shapes: docs.slack.dev/reference/interaction-payloads, /interactivity/implementing-slash-commands, /apis/events-api;
docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bot.slack.ids import ActionId, BlockId, ButtonValue, CallbackId, Metadata

Json = dict[str, Any]

SECRET = "a-signing-secret"
TEAM = "T0ACME"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Context:
    """As much of Lambda's context as Bolt's adapter reads."""

    function_name: str = "slack"
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:111122223333:function:slack"


def frame(kind: str, user: str, team: str = TEAM) -> Json:
    """What all interactions have in common."""
    return {
        "type": kind,
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": team},
        "api_app_id": "A0CSPM",
        "token": "verification-token-not-relied-on",
        "team": {"id": TEAM, "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": "123.456.abc",
    }


def press(action: ActionId, value: ButtonValue, user: str, channel: str, ts: str, team: str = TEAM) -> Json:
    """block_actions on a card, whose blocks stand in an attachment."""
    return {
        **frame("block_actions", user, team),
        "container": {
            "type": "message_attachment",
            "message_ts": ts,
            "attachment_id": 1,
            "channel_id": channel,
            "is_ephemeral": False,
            "is_app_unfurl": False,
        },
        "channel": {"id": channel, "name": "privategroup"},
        "message": {"type": "message", "user": "U0CSPM", "ts": ts, "text": "…"},
        "state": {"values": {}},
        "response_url": "https://hooks.slack.com/actions/T0ACME/1/x",
        "actions": [a_button(action, value.text)],
    }


def press_in_view(action: ActionId, value: str, user: str, view: Json) -> Json:
    """block_actions in a modal."""
    return {
        **frame("block_actions", user),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [a_button(action, value)],
    }


def a_button(action: ActionId, value: str) -> Json:
    """A pressed button."""
    return {
        "type": "button",
        "action_id": action.value,
        "block_id": "b1",
        "value": value,
        "text": {"type": "plain_text", "text": "…"},
        "action_ts": "1758531600.000000",
    }


def submission(callback: CallbackId, meta: Metadata, user: str, reason: str = "", view_id: str = "V00000001") -> Json:
    """view_submission of a modal."""
    said = {BlockId.DENY_REASON.value: {ActionId.DENY_REASON.value: {"type": "plain_text_input", "value": reason}}}
    view = {
        "id": view_id,
        "type": "modal",
        "callback_id": callback.value,
        "private_metadata": meta.text,
        "hash": "156772938.1827394",
        "state": {"values": said if reason else {}},
    }
    return {**frame("view_submission", user), "view": view, "response_urls": []}


def command(text: str, user: str) -> Json:
    """The form of a slash command."""
    return {
        "token": "verification-token-not-relied-on",
        "team_id": TEAM,
        "channel_id": "C0SECPROD",
        "user_id": user,
        "user_name": user.lower(),
        "command": "/cspm",
        "text": text,
        "api_app_id": "A0CSPM",
        "response_url": "https://hooks.slack.com/commands/T0ACME/1/x",
        "trigger_id": "123.456.abc",
    }


def home_opened(user: str, tab: str = "home") -> Json:
    """The app_home_opened event in its envelope."""
    return {
        "token": "verification-token-not-relied-on",
        "team_id": TEAM,
        "api_app_id": "A0CSPM",
        "type": "event_callback",
        "event_id": "Ev0000000001",
        "event_time": 1758531600,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": "U0CSPM", "is_bot": True}],
        "event": {"type": "app_home_opened", "user": user, "channel": "D0CSPM", "tab": tab, "event_ts": "1.1"},
    }


def form_of(payload: Json) -> str:
    """An interaction's body: a form with one field."""
    return urlencode({"payload": json.dumps(payload)})


def signature(body: str, timestamp: str, secret: str = SECRET) -> str:
    """The v0 signature (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()


def http_event(
    body: str, at: datetime, *, kind: str = FORM, secret: str = SECRET, headers: Mapping[str, str] | None = None
) -> Json:
    """The Lambda event of one signed request; bodies arrive in base64, as HTTP API may choose."""
    timestamp = str(int(at.timestamp()))
    signed = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature(body, timestamp, secret)}
    return {
        "version": "2.0",
        "routeKey": "POST /slack/events",
        "rawPath": "/slack/events",
        "rawQueryString": "",
        "headers": {"content-type": kind, **signed, **(headers or {})},
        "requestContext": {"http": {"method": "POST", "path": "/slack/events"}},
        "body": base64.b64encode(body.encode()).decode(),
        "isBase64Encoded": True,
    }
