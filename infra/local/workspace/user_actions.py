"""Actions of people in the workspace: commands, presses, submissions. The lock is not held while the bot answers."""

from dataclasses import dataclass
from typing import Any

from infra.local.workspace import app_messages, elements, payloads
from infra.local.workspace.bot_client import FAILED, Answer
from infra.local.workspace.checks import check_view
from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON
from infra.local.workspace.errors import ScriptError, SlackError
from infra.local.workspace.model import Conversation, Message
from infra.local.workspace.views import View


@dataclass(frozen=True)
class Outcome:
    """Result of an action: milliseconds until the bot answered (0: no request), and the error shown to the person."""

    ack_ms: int = 0
    error: str = ""


def command(slack: Slack, user: str, channel: str, text: str) -> Outcome:
    """Send a slash command; its immediate answer is shown."""
    name, _, rest = text.strip().partition(" ")
    if name not in slack.config.commands:
        raise ScriptError(f"{name or 'nothing'} is no command here; there are: {', '.join(slack.config.commands)}")
    with slack.lock:
        place = joined_conversation(slack, user, channel)
        form = payloads.command(slack, user, place, name, rest.strip())
    answer = slack.bot.form(form)
    if answer.error:
        return Outcome(answer.ack_ms, answer.error)
    with slack.lock:
        return _shown(answer, lambda: app_messages.answer_command(slack, user, place, answer.content()))


def _shown(answer: Answer, show: Any) -> Outcome:
    try:
        show()
    except SlackError as refusal:
        return Outcome(answer.ack_ms, f"{FAILED}: the answer is {refusal.error} {'; '.join(refusal.messages)}".strip())
    return Outcome(answer.ack_ms)


@dataclass(frozen=True)
class Press:
    """A press, from a script or the page."""

    user: str
    action_id: str
    block_id: str = ""
    value: Any = None
    values: JSON | None = None


def press_message(slack: Slack, press: Press, channel: str, ts: str) -> Outcome:
    """Press an element of a message."""
    with slack.lock:
        message = visible_message(slack, press.user, channel, ts)
        place = elements.find(message.body, press.action_id, press.block_id, press.value)
        action = elements.action(place, press.value, slack.workspace.next_ts())
        values = elements.merged_values(message.body, {}, press.values or {})
        values = elements.merged_values(message.body, values, _chosen(action))
        payload = payloads.message_press(slack, press.user, message, place, action, values)
    answer = slack.bot.payload(payload)
    return Outcome(answer.ack_ms, answer.error)


def _chosen(action: JSON) -> JSON:
    """Return the state that a press leaves in `state.values`; buttons and menus leave none."""
    if action["type"] in ("button", "overflow", "workflow_button"):
        return {}
    return {action["block_id"]: {action["action_id"]: action}}


def joined_conversation(slack: Slack, user: str, channel: str) -> Conversation:
    """Return a conversation that this person is in. Raises ScriptError otherwise."""
    place = slack.workspace.conversation(channel)
    if user not in slack.workspace.members(place):
        raise ScriptError(f"{user} is not in {channel}", 403)
    return place


def visible_message(slack: Slack, user: str, channel: str, ts: str) -> Message:
    """Return a message that this person can see. Raises ScriptError otherwise."""
    found = slack.workspace.messages.get((joined_conversation(slack, user, channel).id, ts))
    if found is None or found.shown_to not in ("", user):
        raise ScriptError(f"{user} sees no message {ts} in {channel}", 404)
    return found


def open_view_of(slack: Slack, user: str, view_id: str) -> View:
    """Return a view that this person has open. Raises ScriptError otherwise."""
    view = slack.views.by_id.get(view_id)
    if view is None or view.user != user:
        raise ScriptError(f"{user} has no view {view_id} open", 404)
    return view


def press_view(slack: Slack, press: Press, view_id: str) -> Outcome:
    """Press an element in a modal or on the Home tab; choices are kept in the view's state."""
    with slack.lock:
        view = open_view_of(slack, press.user, view_id)
        place = elements.find(view.payload, press.action_id, press.block_id, press.value)
        action = elements.action(place, press.value, slack.workspace.next_ts())
        view.values = elements.merged_values(view.payload, view.values, press.values or {})
        view.values = elements.merged_values(view.payload, view.values, _chosen(action))
        payload = payloads.view_press(slack, press.user, view, action)
        slack.workspace.touch()
    answer = slack.bot.payload(payload)
    return Outcome(answer.ack_ms, answer.error)


def submit(slack: Slack, user: str, view_id: str, values: JSON) -> Outcome:
    """Submit a modal and apply the bot's response: errors, update, push, clear, or close it."""
    with slack.lock:
        view = open_view_of(slack, user, view_id)
        if not view.payload.get("submit"):
            raise ScriptError(f"the modal {view_id} has no button to submit it, only one to close it")
        view.values = elements.merged_values(view.payload, view.values, values)
        view.errors = elements.unfilled(view.payload, view.values)
        slack.workspace.touch()
        if view.errors:
            return Outcome(0, f"not submitted: {_listed(view.errors)}")
        payload = payloads.view_submission(slack, user, view)
    answer = slack.bot.payload(payload)
    if answer.error:
        return Outcome(answer.ack_ms, answer.error)
    with slack.lock:
        return _shown(answer, lambda: _take_answer(slack, view, answer))


def _listed(errors: dict[str, str]) -> str:
    return ", ".join(f"{block}: {complaint}" for block, complaint in errors.items())


def _take_answer(slack: Slack, view: View, answer: Answer) -> None:
    content = answer.content() if answer.body.strip() else {}
    act = _ANSWERS.get(str(content.get("response_action", "")))
    if act is None or (content and "response_action" not in content):
        raise SlackError("invalid_response_action", (answer.body[:200],))
    act(slack, view, content)
    slack.workspace.touch()


def _close(slack: Slack, view: View, _: JSON) -> None:
    slack.views.close(view)


def _clear(slack: Slack, view: View, _: JSON) -> None:
    slack.views.clear(view.user)


def _errors(_: Slack, view: View, content: JSON) -> None:
    errors = content.get("errors") or {}
    blocks = {block.get("block_id") for block in view.payload["blocks"] if block.get("type") == "input"}
    if not errors or set(errors) - blocks:
        raise SlackError("invalid_errors", (f"no input blocks: {', '.join(sorted(set(errors) - blocks))}",))
    view.errors = {str(block): str(text) for block, text in errors.items()}


def _update(slack: Slack, view: View, content: JSON) -> None:
    payload = payloads.readable(content.get("view"), "invalid_view")
    check_view(payload)
    slack.views.update(view, payload)


def _push(slack: Slack, view: View, content: JSON) -> None:
    payload = payloads.readable(content.get("view"), "invalid_view")
    check_view(payload)
    slack.views.push(view.user, payload)


_ANSWERS = {"": _close, "clear": _clear, "errors": _errors, "update": _update, "push": _push}


def close(slack: Slack, user: str, view_id: str) -> Outcome:
    """Close a modal; an app that asked for it gets view_closed for each closed one."""
    with slack.lock:
        closed = slack.views.close(open_view_of(slack, user, view_id))
        notified = [view for view in closed if view.payload.get("notify_on_close")]
        bodies = [payloads.view_closed(slack, user, view, cleared=len(closed) > 1) for view in notified]
        slack.workspace.touch()
    answers = [slack.bot.payload(body) for body in bodies]
    errors = [answer.error for answer in answers if answer.error]
    return Outcome(sum(answer.ack_ms for answer in answers), errors[0] if errors else "")


def post_message(slack: Slack, user: str, channel: str, text: str, thread_ts: str = "") -> Outcome:
    """Post a message as a person; the app gets no event, since it subscribes to no message events."""
    if not text.strip():
        raise ScriptError("a message needs a text")
    with slack.lock:
        place = joined_conversation(slack, user, channel)
        body: JSON = {"type": "message", "user": user, "text": text, "team": slack.config.team_id}
        slack.workspace.add(place.id, body | ({"thread_ts": thread_ts} if thread_ts else {}))
    return Outcome()
