"""The app's messages: new ones, edits, and responses by response_url."""

from collections.abc import Callable
from typing import Any

from infra.local.workspace.checks import check_message
from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON
from infra.local.workspace.errors import SlackError
from infra.local.workspace.limits import TEXT_CHARACTERS
from infra.local.workspace.model import Conversation, Message
from infra.local.workspace.normalize import app_message, shaped_attachments, shaped_blocks


def post(slack: Slack, place: Conversation, content: JSON, shown_to: str = "") -> Message:
    """Check and store a message of the app. Raises SlackError if Slack would refuse it."""
    check_message(content)
    content = {**content, "text": _text(content.get("text"))}
    return slack.workspace.add(place.id, app_message(slack.config, content), shown_to)


def edit(slack: Slack, message: Message, content: JSON) -> None:
    """Edit a message of the app (methods/chat.update).

    Text without blocks removes the blocks; attachments stay unless they are given; an empty list removes.
    """
    check_message(_after(message, content))
    edited = {"user": slack.config.bot_user_id, "ts": slack.workspace.next_ts()}
    given = {"blocks": None, **content} if "text" in content else content
    fields = {name: shaped(given[name]) for name, shaped in _EDITABLE.items() if name in given}
    slack.workspace.change(message, {"edited": edited, **fields})


def _text(given: Any) -> str:
    return str(given or "")[:TEXT_CHARACTERS]


_EDITABLE: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "blocks": lambda given: shaped_blocks(given) or None,
    "attachments": lambda given: shaped_attachments(given) or None,
    "metadata": lambda given: given or None,
}


def _after(message: Message, content: JSON) -> JSON:
    """Return the parts of an edit to check: the new content, and old content only to show that something remains."""
    kept = message.body.get("attachments") if "attachments" not in content else None
    if kept and not any(content.get(key) for key in ("text", "blocks")):
        return {"text": message.body.get("text") or "kept", **content}
    return content


def respond(slack: Slack, secret: str, content: JSON) -> None:
    """Answer an interaction through its response_url (docs.slack.dev/interactivity/handling-user-interaction)."""
    url = slack.tickets.use_url(secret)
    original = slack.workspace.messages.get((url.channel, url.ts))
    if content.get("delete_original"):
        _delete(slack, original)
        return
    if content.get("replace_original") and original is not None:
        edit(slack, original, content)
        return
    shown_to = "" if content.get("response_type") == "in_channel" else url.user
    post(slack, slack.workspace.conversation(url.channel), _threaded(content, original), shown_to)


def _delete(slack: Slack, original: Message | None) -> None:
    if original is None:
        raise SlackError("message_not_found")
    slack.workspace.remove(original)


def _threaded(content: JSON, original: Message | None) -> JSON:
    thread = original.body.get("thread_ts") if original and original.thread != original.ts else None
    return {"thread_ts": thread, **content} if thread else content


def answer_command(slack: Slack, user: str, place: Conversation, content: JSON) -> None:
    """Show the bot's immediate answer to a slash command; an empty answer shows nothing."""
    if any(content.get(key) for key in ("text", "blocks", "attachments")):
        post(slack, place, content, "" if content.get("response_type") == "in_channel" else user)
