"""Endpoints by which scripts and the page act as a person (DESIGN §12)."""

import json
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from infra.local.workspace import events, user_actions
from infra.local.workspace.clock import duration
from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON, Person
from infra.local.workspace.conversations_api import history, replies
from infra.local.workspace.errors import ScriptError, SlackError
from infra.local.workspace.model import Message, public
from infra.local.workspace.user_actions import Outcome, Press

_POLL_INTERVAL = 0.1  # seconds between two checks of the queues
_QUIET_CHECKS = 3  # consecutive quiet checks needed: a message between two queues is in neither


def routes(slack: Slack) -> Blueprint:
    """Return the blueprint of `/workspace/…` and `/sandbox/…`; the server adds the guard."""
    blueprint = Blueprint("scripting", __name__)
    for path, run in _ACTS.items():
        blueprint.add_url_rule(path, f"act {path[1:]}", _act(slack, run), methods=["POST"])
    blueprint.add_url_rule("/workspace/state", "state", lambda: jsonify(state(slack)))
    blueprint.add_url_rule("/workspace/history", "history", lambda: jsonify(_history(slack)))
    blueprint.add_url_rule("/workspace/clock", "clock", lambda: jsonify(clock(slack)))
    return blueprint


def _act(slack: Slack, run: Callable[[Slack, JSON], JSON]) -> Callable[[], Response]:
    def view() -> Response:
        body = request.get_json(silent=True, force=True)
        if not isinstance(body, dict):
            raise ScriptError("the body must be a JSON object")
        _require_encodable(body)
        return jsonify(run(slack, body))

    return view


def _require_encodable(body: JSON) -> None:
    """Raise ScriptError for a lone surrogate, which no request to the bot could carry."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError as problem:
        raise ScriptError("the body holds half a character, a surrogate without its other half") from problem


def _field(body: JSON, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ScriptError(f"{name!r} is missing; it must be a text")
    return value


def _object(body: JSON, name: str) -> JSON:
    value = body.get(name, {})
    if not isinstance(value, dict):
        raise ScriptError(f"{name!r} must be an object")
    return value


def _user(slack: Slack, body: JSON) -> str:
    with slack.lock:
        try:
            return slack.workspace.person(_field(body, "user")).id
        except SlackError as problem:
            known = ", ".join(person.id for person in slack.config.people)
            raise ScriptError(f"nobody here is {body['user']!r}; there are {known}", 404) from problem


def _reported(slack: Slack, body: JSON, user: str, act: Callable[[], Outcome]) -> JSON:
    """Act, wait for the queues unless `body` opts out, and report what the person sees of it."""
    with slack.lock:
        before = slack.workspace.version
    outcome = act()
    quiet = wait_quiet(slack) if body.get("wait") != "ack" else slack.hooks.quiet()
    return report(slack, user, before, outcome) | {"quiet": quiet}


def wait_quiet(slack: Slack) -> bool:
    """Wait until no queue holds work, for `quiet_seconds` at most; returns whether that was reached."""
    end = time.monotonic() + slack.config.quiet_seconds
    calm = 0
    while calm < _QUIET_CHECKS and time.monotonic() < end:
        calm = calm + 1 if slack.hooks.quiet() else 0
        time.sleep(_POLL_INTERVAL)
    return calm >= _QUIET_CHECKS


def report(slack: Slack, user: str, before: int, outcome: Outcome) -> JSON:
    """Report the changes since version `before`, as one person sees them."""
    with slack.lock:
        changed = slack.workspace.changed_since(before)
        top = slack.views.top(user)
        return {
            "ack_ms": outcome.ack_ms,
            "messages": _shown_to(changed, ""),
            "ephemeral": _shown_to(changed, user),
            "view": {**slack.views.shown(top), "errors": top.errors} if top else None,
            "error": outcome.error or None,
        }


def _shown_to(messages: list[Message], user: str) -> list[JSON]:
    return [{"channel": item.channel, **public(item)} for item in messages if item.shown_to == user]


def _command(slack: Slack, body: JSON) -> JSON:
    user, channel, text = _user(slack, body), _field(body, "channel"), _field(body, "text")
    return _reported(slack, body, user, lambda: user_actions.command(slack, user, channel, text))


def _press(slack: Slack, body: JSON) -> JSON:
    user = _user(slack, body)
    values = _object(body, "values")
    press = Press(user, _field(body, "action_id"), str(body.get("block_id") or ""), body.get("value"), values)
    if body.get("view_id"):
        return _reported(slack, body, user, lambda: user_actions.press_view(slack, press, _field(body, "view_id")))
    channel, ts = _field(body, "channel"), _field(body, "ts")
    return _reported(slack, body, user, lambda: user_actions.press_message(slack, press, channel, ts))


def _submit(slack: Slack, body: JSON) -> JSON:
    user, view_id, values = _user(slack, body), _field(body, "view_id"), _object(body, "values")
    return _reported(slack, body, user, lambda: user_actions.submit(slack, user, view_id, values))


def _close(slack: Slack, body: JSON) -> JSON:
    user, view_id = _user(slack, body), _field(body, "view_id")
    return _reported(slack, body, user, lambda: user_actions.close(slack, user, view_id))


def _home(slack: Slack, body: JSON) -> JSON:
    user = _user(slack, body)
    answer = _reported(slack, body, user, lambda: events.open_home(slack, user))
    with slack.lock:
        home = slack.views.home(user)
        return answer | {"home": slack.views.shown(home) if home else None}


def _say(slack: Slack, body: JSON) -> JSON:
    user, channel, text = _user(slack, body), _field(body, "channel"), _field(body, "text")
    thread = str(body.get("thread_ts") or "")
    return _reported(slack, body, user, lambda: user_actions.post_message(slack, user, channel, text, thread))


def clock(slack: Slack) -> JSON:
    """Return the workspace's time, and its offset from real time."""
    offset = int(slack.clock.offset.total_seconds())
    return {"offset_seconds": offset, "now": slack.clock.now().isoformat(timespec="seconds")}


def _advance(slack: Slack, body: JSON) -> JSON:
    by = _field(body, "advance")
    with slack.lock:
        before = slack.workspace.version
        slack.clock.advance(duration(by))
        slack.workspace.touch()
    due = _call_hook(lambda: slack.hooks.advance_clock(by))
    return clock(slack) | {"due": due} | _with_wait(slack, body, before)


def _with_wait(slack: Slack, body: JSON, before: int) -> JSON:
    if body.get("wait") != "quiet":
        return {}
    quiet = wait_quiet(slack)
    with slack.lock:
        return {"quiet": quiet, "messages": _shown_to(slack.workspace.changed_since(before), "")}


def _sandbox_call(slack: Slack, body: JSON) -> JSON:
    account, region, service, operation = (_field(body, name) for name in ("account", "region", "service", "operation"))
    before = slack.workspace.version
    result = _call_hook(lambda: slack.hooks.sandbox_call(account, region, service, operation, _object(body, "params")))
    return {"result": result} | _with_wait(slack, body, before)


def _sandbox_event(slack: Slack, body: JSON) -> JSON:
    before = slack.workspace.version
    event = body["event"] if isinstance(body.get("event"), dict) else body
    _call_hook(lambda: slack.hooks.sandbox_event({key: value for key, value in event.items() if key != "wait"}))
    return {"sent": True} | _with_wait(slack, body, before)


def _call_hook(use: Callable[[], Any]) -> Any:
    try:
        return use()
    except ValueError as problem:
        raise ScriptError(str(problem)) from problem


def state(slack: Slack) -> JSON:
    """Return the people, channels and groups, and whether work is in progress."""
    with slack.lock:
        people = [_person(slack, person) for person in slack.config.people]
        known = slack.workspace.conversations.values()
        places = [{"id": item.id, "name": item.name or f"@{item.im_user}"} for item in known]
    return {"users": people, "channels": places, "quiet": slack.hooks.quiet()}


def _person(slack: Slack, person: Person) -> JSON:
    groups = slack.workspace.groups_of(person.id)
    return {"id": person.id, "name": person.name, "groups": groups, "guest": person.guest}


def _history(slack: Slack) -> JSON:
    arguments = {**request.args, "include_all_metadata": True}
    thread = request.args.get("thread")
    with slack.lock:
        try:
            return replies(slack, arguments | {"ts": thread}) if thread else history(slack, arguments)
        except SlackError as problem:
            sentence = f"{problem.error}: {request.args.get('channel')} {thread or ''}".strip()
            raise ScriptError(sentence, 404) from problem


_ACTS: dict[str, Callable[[Slack, JSON], JSON]] = {
    "/workspace/command": _command,
    "/workspace/press": _press,
    "/workspace/submit": _submit,
    "/workspace/close": _close,
    "/workspace/home": _home,
    "/workspace/say": _say,
    "/workspace/clock": _advance,
    "/sandbox/call": _sandbox_call,
    "/sandbox/event": _sandbox_event,
}
