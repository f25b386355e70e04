"""Endpoints for the bot: `/api/<method>`, uploads and response URLs."""

import json
from typing import Any

from flask import Blueprint, Request, Response, jsonify, request

from infra.local.workspace import app_messages, web_api
from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON
from infra.local.workspace.conversations_api import READING
from infra.local.workspace.errors import SlackError
from infra.local.workspace.model import File
from infra.local.workspace.web_api import WRITING

METHODS = WRITING | READING
_NESTED = ("blocks", "attachments", "metadata", "view", "files")


def routes(slack: Slack) -> Blueprint:
    """Return the blueprint of Slack's API."""
    blueprint = Blueprint("slack", __name__)

    @blueprint.route("/api/<method>", methods=["GET", "POST"])
    def api(method: str) -> Response:
        try:
            arguments = _arguments(request)
            return jsonify(web_api.call(slack, METHODS, method, _token(request, arguments), arguments))
        except SlackError as refusal:
            return refused(refusal)

    @blueprint.post("/upload/<identity>")
    def upload(identity: str) -> Response:
        with slack.lock:
            return _uploaded(slack, identity, request)

    @blueprint.post("/response/<team>/<secret>")
    def respond(team: str, secret: str) -> Response:
        try:
            with slack.lock:
                app_messages.respond(slack, secret, _response(request, team, slack))
        except SlackError as refusal:
            return _response_refused(refusal)
        return Response("ok", content_type="text/html")

    return blueprint


def refused(refusal: SlackError) -> Response:
    """Return a refusal in Slack's form: HTTP 200 with ok false, or 429 with Retry-After."""
    body: JSON = {"ok": False, "error": refusal.error}
    if refusal.messages:
        body |= {"errors": list(refusal.messages), "response_metadata": {"messages": list(refusal.messages)}}
    response = jsonify(body)
    if refusal.retry_after:
        response.status_code = 429
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _arguments(incoming: Request) -> JSON:
    if incoming.is_json and incoming.get_data():  # slack_sdk calls auth.test with this type and no body
        body = incoming.get_json(silent=True)
        if not isinstance(body, dict):
            raise SlackError("invalid_json")
        return {key: _nested(key, value) for key, value in body.items()}
    return {key: _nested(key, value) for key, value in incoming.values.items()}


def _nested(key: str, value: Any) -> Any:
    if key not in _NESTED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as problem:
        error = "invalid_arguments" if key == "view" else f"invalid_{key}_format"
        raise SlackError(error, (str(problem),)) from problem


def _token(incoming: Request, arguments: JSON) -> str:
    kind, _, token = incoming.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else str(arguments.get("token") or "")


def _uploaded(slack: Slack, identity: str, incoming: Request) -> Response:
    file = slack.workspace.files.get(identity)
    if file is None:
        return Response("no such upload", 404)
    # Read before the form is parsed: clients send raw bytes under any content type, a form's included.
    whole = incoming.get_data()
    part = next(iter(incoming.files.values()), None)
    content = part.read() if part else whole
    slack.workspace.files[identity] = File(file.id, file.name, file.title, content)
    return Response(f"OK - {len(content)}")


def _response(incoming: Request, team: str, slack: Slack) -> JSON:
    body = incoming.get_json(silent=True, force=True)
    if team != slack.config.team_id:
        raise SlackError("invalid_url")
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    return body


def _response_refused(refusal: SlackError) -> Response:
    gone = refusal.error in ("expired_url", "used_url", "invalid_url")
    response = jsonify({"ok": False, "error": refusal.error, "messages": list(refusal.messages)})
    response.status_code = 404 if gone else 400
    return response
