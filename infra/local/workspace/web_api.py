"""Slack's Web API: chat, views and the dispatch of all methods (docs.slack.dev/reference/methods).

Every method is a function from the call's arguments to the fields of its answer; refusals are SlackErrors. A method
runs under the workspace's lock.
"""

from collections.abc import Callable
from typing import Any

from infra.local.workspace import app_messages
from infra.local.workspace.checks import check_view
from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON
from infra.local.workspace.errors import SlackError
from infra.local.workspace.model import Conversation, Message, public
from infra.local.workspace.views import View

Method = Callable[[Slack, JSON], JSON]


def call(slack: Slack, methods: dict[str, Method], name: str, token: str, arguments: JSON) -> JSON:
    """Run one method. Raises SlackError, including not_authed, unknown_method and ratelimited."""
    method = methods.get(name)
    if method is None:
        raise SlackError("unknown_method")
    if not token:
        raise SlackError("not_authed")
    with slack.lock:
        slack.rates.call(name)
        return {"ok": True, **method(slack, arguments)}


def need(arguments: JSON, *names: str) -> list[str]:
    """Return the named arguments as text. Raises SlackError invalid_arguments for a missing one."""
    missing = [name for name in names if arguments.get(name) in (None, "")]
    if missing:
        raise SlackError("invalid_arguments", tuple(f"[ERROR] missing required field: {name}" for name in missing))
    return [str(arguments[name]) for name in names]


def flag(value: Any) -> bool:
    """Parse a boolean as clients send it: true, "true", "1"."""
    return str(value).lower() in ("true", "1")


def auth_test(slack: Slack, _: JSON) -> JSON:
    """auth.test: the owner of the token."""
    config = slack.config
    return {
        "url": f"https://{config.team_domain}.slack.com/",
        "team": config.team_name,
        "user": config.app_name,
        "team_id": config.team_id,
        "user_id": config.bot_user_id,
        "bot_id": config.bot_id,
        "is_enterprise_install": False,
    }


# chat


def post_message(slack: Slack, arguments: JSON) -> JSON:
    """chat.postMessage."""
    place = _writable(slack, need_channel(arguments))
    content = _content(arguments)
    _check_thread(slack, place, content)
    slack.rates.post(place.id)
    message = app_messages.post(slack, place, content)
    return {"channel": place.id, "ts": message.ts, "message": public(message)}


def need_channel(arguments: JSON) -> str:
    """Return the channel argument. Raises SlackError channel_not_found without one."""
    if not arguments.get("channel"):
        raise SlackError("channel_not_found")
    return str(arguments["channel"])


def _writable(slack: Slack, channel: str) -> Conversation:
    place = slack.workspace.conversation(channel)
    if not place.channel.bot:
        raise SlackError("channel_not_found" if place.channel.private else "not_in_channel")
    return place


def _content(arguments: JSON) -> JSON:
    """Return the content of a message: markdown_text becomes a markdown block with the same text."""
    names = ("text", "blocks", "attachments", "metadata", "thread_ts")
    content = {name: arguments[name] for name in names if arguments.get(name) is not None}
    if arguments.get("markdown_text"):
        if content.get("text") or content.get("blocks"):
            raise SlackError("markdown_text_conflict")
        content["blocks"] = [{"type": "markdown", "text": arguments["markdown_text"]}]
    _check_metadata(content.get("metadata"))
    return content


def _check_metadata(metadata: Any) -> None:
    if not metadata:
        return
    known = isinstance(metadata, dict) and metadata.get("event_type")
    if not known or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")


def _check_thread(slack: Slack, place: Conversation, content: JSON) -> None:
    thread = content.get("thread_ts")
    if thread and (place.id, str(thread)) not in slack.workspace.messages:
        raise SlackError("thread_not_found")


def post_ephemeral(slack: Slack, arguments: JSON) -> JSON:
    """chat.postEphemeral."""
    user = need(arguments, "user")[0]
    place = _writable(slack, need_channel(arguments))
    if user not in slack.workspace.members(place):
        raise SlackError("user_not_in_channel")
    return {"message_ts": app_messages.post(slack, place, _content(arguments), shown_to=user).ts}


def update(slack: Slack, arguments: JSON) -> JSON:
    """chat.update."""
    message = _own(slack, arguments, "cant_update_message")
    app_messages.edit(slack, message, _content(arguments))
    return {"channel": message.channel, "ts": message.ts, "text": message.body["text"], "message": public(message)}


def delete(slack: Slack, arguments: JSON) -> JSON:
    """chat.delete."""
    message = _own(slack, arguments, "cant_delete_message")
    slack.workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def _own(slack: Slack, arguments: JSON, refusal: str) -> Message:
    # Unlike chat.postMessage these accept a conversation's id only, never a person's.
    channel = need_channel(arguments)
    if channel not in slack.workspace.conversations:
        raise SlackError("channel_not_found")
    message = slack.workspace.message(channel, need(arguments, "ts")[0])
    if message.body["user"] != slack.config.bot_user_id:
        raise SlackError(refusal)
    return message


def permalink(slack: Slack, arguments: JSON) -> JSON:
    """chat.getPermalink: an address under the team's domain, as Slack's; the page opens it in place."""
    place = slack.workspace.conversation(need_channel(arguments))
    message = slack.workspace.message(place.id, need(arguments, "message_ts")[0])
    link = f"https://{slack.config.team_domain}.slack.com/archives/{place.id}/p{message.ts.replace('.', '')}"
    thread = "" if message.thread == message.ts else f"?thread_ts={message.thread}&cid={place.id}"
    return {"channel": place.id, "permalink": link + thread}


def add_reaction(slack: Slack, arguments: JSON) -> JSON:
    """reactions.add."""
    name, ts = need(arguments, "name", "timestamp")
    message = slack.workspace.message(slack.workspace.conversation(need_channel(arguments)).id, ts)
    reactions = [dict(item) for item in message.body.get("reactions", [])]
    users = next((item["users"] for item in reactions if item["name"] == name), None)
    if users is not None and slack.config.bot_user_id in users:
        raise SlackError("already_reacted")
    reactions.append({"name": name, "users": [slack.config.bot_user_id], "count": 1})
    slack.workspace.change(message, {"reactions": reactions})
    return {}


# views


def _payload(arguments: JSON) -> JSON:
    view = arguments.get("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ("[ERROR] missing required field: view",))
    check_view(view)
    return view


def _shown(slack: Slack, view: View) -> JSON:
    slack.workspace.touch()
    return {"view": slack.views.shown(view)}


def _modal(arguments: JSON) -> JSON:
    view = _payload(arguments)
    if view["type"] != "modal":
        raise SlackError("invalid_arguments", ("[ERROR] must be modal [json-pointer:/view/type]",))
    return view


def open_view(slack: Slack, arguments: JSON) -> JSON:
    """views.open."""
    payload = _modal(arguments)
    return _shown(slack, slack.views.open(slack.tickets.exchange(need(arguments, "trigger_id")[0]), payload))


def push_view(slack: Slack, arguments: JSON) -> JSON:
    """views.push."""
    payload = _modal(arguments)
    return _shown(slack, slack.views.push(slack.tickets.exchange(need(arguments, "trigger_id")[0]), payload))


def update_view(slack: Slack, arguments: JSON) -> JSON:
    """views.update, by view_id or external_id."""
    payload = _payload(arguments)
    view = slack.views.find(str(arguments.get("view_id") or ""), str(arguments.get("external_id") or ""))
    slack.views.update(view, payload, str(arguments.get("hash") or ""))
    return _shown(slack, view)


def publish_view(slack: Slack, arguments: JSON) -> JSON:
    """views.publish of a Home tab."""
    payload = _payload(arguments)
    if payload["type"] != "home":
        raise SlackError("invalid_arguments", ("[ERROR] must be home [json-pointer:/view/type]",))
    user = slack.workspace.person(need(arguments, "user_id")[0]).id
    return _shown(slack, slack.views.publish(user, payload, str(arguments.get("hash") or "")))


def open_connection(slack: Slack, _: JSON) -> JSON:
    """apps.connections.open: the Socket Mode address, if this workspace has one."""
    if not slack.config.socket_url:
        raise SlackError("not_allowed_token_type")
    return {"url": slack.config.socket_url}


WRITING: dict[str, Method] = {
    "apps.connections.open": open_connection,
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
    "reactions.add": add_reaction,
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
