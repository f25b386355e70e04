"""Slack's requests, field by field (docs.slack.dev/reference/interaction-payloads, /apis/events-api)."""

import secrets
import time
from typing import Any

from infra.local.workspace import elements
from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON
from infra.local.workspace.errors import SlackError
from infra.local.workspace.model import Conversation, Message, public
from infra.local.workspace.views import View

# The deprecated verification token: sent for completeness, never to be trusted.
_TOKEN = "local-workspace"  # noqa: S105 (not a secret: apps check the signature)


def command(slack: Slack, user: str, place: Conversation, name: str, text: str) -> JSON:
    """Form of a slash command."""
    return {
        "token": _TOKEN,
        "team_id": _team_of(slack, user),
        "team_domain": slack.config.team_domain,
        "channel_id": place.id,
        "channel_name": shown_name(place),
        "user_id": user,
        "user_name": slack.workspace.person(user).name,
        "command": name,
        "text": text,
        "api_app_id": slack.config.app_id,
        "is_enterprise_install": "false",
        "response_url": slack.tickets.response_url(slack.base, user, place.id),
        "trigger_id": slack.tickets.trigger(user),
    }


def _team_of(slack: Slack, user: str) -> str:
    return slack.workspace.person(user).stranger_team or slack.config.team_id


def shown_name(place: Conversation) -> str:
    """Return a channel's name as in payloads, which hide the names of private ones."""
    if place.im_user:
        return "directmessage"
    return "privategroup" if place.channel.private else place.name


def _frame(slack: Slack, kind: str, user: str) -> JSON:
    person = slack.workspace.person(user)
    return {
        "type": kind,
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": _team_of(slack, user)},
        "api_app_id": slack.config.app_id,
        "token": _TOKEN,
        "team": {"id": slack.config.team_id, "domain": slack.config.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_press(
    slack: Slack, user: str, message: Message, place: elements.ElementRef, action: JSON, values: JSON
) -> JSON:
    """block_actions on a message; an ephemeral message is not included in its payload."""
    where = slack.workspace.conversation(message.channel)
    body = {} if message.shown_to else {"message": public(message, metadata=True)}
    return {
        **_frame(slack, "block_actions", user),
        "container": _container(message, place),
        "trigger_id": slack.tickets.trigger(user),
        "channel": {"id": where.id, "name": shown_name(where)},
        **body,
        "state": {"values": values},
        "response_url": slack.tickets.response_url(slack.base, user, where.id, message.ts),
        "actions": [action],
    }


def _container(message: Message, place: elements.ElementRef) -> JSON:
    container: JSON = {
        "type": "message_attachment" if place.attachment else "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.shown_to),
    }
    if place.attachment:
        container |= {"attachment_id": place.attachment, "is_app_unfurl": False}
    if message.body.get("thread_ts"):
        container["thread_ts"] = message.body["thread_ts"]
    return container


def view_press(slack: Slack, user: str, view: View, action: JSON) -> JSON:
    """block_actions on a modal or Home tab."""
    return {
        **_frame(slack, "block_actions", user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.tickets.trigger(user),
        "view": slack.views.shown(view),
        "actions": [action],
    }


def view_submission(slack: Slack, user: str, view: View) -> JSON:
    return {
        **_frame(slack, "view_submission", user),
        "trigger_id": slack.tickets.trigger(user),
        "view": slack.views.shown(view),
        "response_urls": [],
    }


def view_closed(slack: Slack, user: str, view: View, *, cleared: bool) -> JSON:
    """view_closed of a modal that asked for it."""
    return {**_frame(slack, "view_closed", user), "view": slack.views.shown(view), "is_cleared": cleared}


def event(slack: Slack, inner: JSON) -> JSON:
    """Envelope of an event."""
    return {
        "token": _TOKEN,
        "team_id": slack.config.team_id,
        "api_app_id": slack.config.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": slack.config.team_id,
                "user_id": slack.config.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def home_opened(slack: Slack, user: str) -> JSON:
    """Inner event of opening the app's Home tab; has a view once one was published."""
    home = slack.views.home(user)
    return {
        "type": "app_home_opened",
        "user": user,
        "channel": slack.workspace.direct(user).id,
        "tab": "home",
        "event_ts": slack.workspace.next_ts(),
        **({"view": slack.views.shown(home)} if home else {}),
    }


def challenge() -> JSON:
    """Challenge by which Slack verifies an app's endpoint."""
    return {"token": _TOKEN, "challenge": secrets.token_urlsafe(24), "type": "url_verification"}


def readable(value: Any, problem: str) -> JSON:
    """Parse a JSON object. Raises SlackError with the code `problem`."""
    if not isinstance(value, dict):
        raise SlackError(problem)
    return value
