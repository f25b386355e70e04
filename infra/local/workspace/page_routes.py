"""The page: its files, the view of one person, and a stream of changes."""

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, jsonify, redirect, request, send_from_directory

from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON
from infra.local.workspace.errors import ScriptError, SlackError
from infra.local.workspace.model import Message, public
from infra.local.workspace.script_api import clock

STATIC = Path(__file__).parent / "static"
_SHOWN = 300  # newest messages of a conversation that the page gets
_KEEP_ALIVE = 15.0  # seconds after which a silent stream sends a keep-alive


def routes(slack: Slack) -> Blueprint:
    """Return the blueprint of all browser requests; the server adds the guard."""
    blueprint = Blueprint("page", __name__)

    @blueprint.get("/")
    def index() -> Response:
        return send_from_directory(STATIC, "index.html", max_age=0)

    @blueprint.get("/assets/<name>")
    def asset(name: str) -> Response:
        return send_from_directory(STATIC / "assets", name, max_age=0)

    @blueprint.get("/archives/<channel>/<ts>")
    def archive(channel: str, ts: str) -> Response:
        return redirect(f"/#{channel}/{ts}")  # type: ignore[return-value] # Flask's is werkzeug's

    @blueprint.get("/files/<identity>/<_>")
    def file(identity: str, _: str) -> Response:
        return _file(slack, identity)

    @blueprint.get("/workspace/page")
    def seen() -> Response:
        with slack.lock:
            return jsonify(snapshot(slack, request.args.get("user", "")))

    @blueprint.get("/workspace/cloud")
    def cloud() -> Response:
        return jsonify(slack.hooks.cloud() | {"quiet": slack.hooks.quiet()})

    @blueprint.get("/workspace/stream")
    def stream() -> Response:
        return Response(_versions(slack), content_type="text/event-stream", headers={"Cache-Control": "no-store"})

    return blueprint


def _file(slack: Slack, identity: str) -> Response:
    with slack.lock:
        found = slack.workspace.files.get(identity)
    if found is None or found.content is None:
        raise ScriptError(f"no file {identity}", 404)
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    # Only images are shown inline; anything else (HTML above all) is sent as a download.
    safe = kind if kind in ("image/png", "image/jpeg", "image/gif") else "application/octet-stream"
    return Response(found.content, content_type=safe)


def _versions(slack: Slack) -> Iterator[str]:
    seen = -1
    while True:
        with slack.workspace.changed:
            slack.workspace.changed.wait_for(lambda: slack.workspace.version != seen, _KEEP_ALIVE)  # noqa: B023 - called within this turn
            seen = slack.workspace.version
        yield f"data: {json.dumps({'version': seen})}\n\n"


def snapshot(slack: Slack, user: str) -> JSON:
    """Return everything that one person sees. The caller holds the lock."""
    user = _viewer(slack, user)
    top, home = slack.views.top(user), slack.views.home(user)
    slack.workspace.direct(user)
    return {
        "version": slack.workspace.version,
        "me": user,
        "team": {"id": slack.config.team_id, "name": slack.config.team_name, "domain": slack.config.team_domain},
        "app": {"id": slack.config.app_id, "name": slack.config.app_name, "user": slack.config.bot_user_id},
        "commands": list(slack.config.commands),
        "people": _people(slack),
        "groups": [{"id": group.id, "handle": group.handle, "name": group.name} for group in slack.config.groups],
        "channels": _channels(slack, user),
        "view": {**slack.views.shown(top), "errors": top.errors} if top else None,
        "home": slack.views.shown(home) if home else None,
        "clock": clock(slack),
    }


def _viewer(slack: Slack, user: str) -> str:
    try:
        return slack.workspace.person(user or slack.config.people[0].id).id
    except SlackError as problem:
        raise ScriptError(f"nobody here is {user!r}", 404) from problem


def _people(slack: Slack) -> list[JSON]:
    return [
        {
            "id": person.id,
            "name": person.name,
            "real_name": person.real_name,
            "title": person.title,
            "guest": person.guest,
            "stranger": bool(person.stranger_team),
            "groups": slack.workspace.groups_of(person.id),
        }
        for person in slack.config.people
    ]


def _channels(slack: Slack, user: str) -> list[JSON]:
    places = [item for item in slack.workspace.conversations.values() if user in slack.workspace.members(item)]
    return [
        {
            "id": place.id,
            "name": place.name,
            "private": place.channel.private,
            "ext_shared": place.channel.ext_shared,
            "topic": place.channel.topic,
            "im": bool(place.im_user),
            "members": len(slack.workspace.members(place)),
            "messages": _messages(slack, place.id, user),
        }
        for place in places
    ]


def _messages(slack: Slack, channel: str, user: str) -> list[JSON]:
    return [_shown_message(item) for item in slack.workspace.in_channel(channel) if item.shown_to in ("", user)][
        -_SHOWN:
    ]


def _shown_message(message: Message) -> JSON:
    return public(message) | {"ephemeral": bool(message.shown_to)}
