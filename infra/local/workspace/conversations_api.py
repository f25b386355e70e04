"""Slack's Web API: conversations, people, groups and files."""

from dataclasses import replace
from itertools import islice

from infra.local.workspace import app_messages
from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON, Group, Person
from infra.local.workspace.errors import SlackError
from infra.local.workspace.model import Conversation, Message, public
from infra.local.workspace.web_api import Method, flag, need, need_channel

_PAGE = 100
_LARGEST_PAGE = 999


def history(slack: Slack, arguments: JSON) -> JSON:
    """conversations.history: newest first, without replies."""
    place = _readable(slack, arguments)
    found = [item for item in slack.workspace.top_level(place.id) if _within(item, arguments)]
    return _page(found, arguments)


def replies(slack: Slack, arguments: JSON) -> JSON:
    """conversations.replies: the first message and its replies, oldest first."""
    place = _readable(slack, arguments)
    thread = slack.workspace.message(place.id, need(arguments, "ts")[0]).thread
    found = slack.workspace.in_thread(place.id, thread)
    return _page([item for item in found if item.ts == thread or _within(item, arguments)], arguments)


def _readable(slack: Slack, arguments: JSON) -> Conversation:
    place = slack.workspace.conversation(need_channel(arguments))
    if not place.channel.bot:
        raise SlackError("channel_not_found" if place.channel.private else "not_in_channel")
    return place


def _within(message: Message, arguments: JSON) -> bool:
    oldest, latest = _instant(arguments, "oldest", 0), _instant(arguments, "latest", 9_999_999_999)
    ts = float(message.ts)
    return oldest <= ts <= latest if flag(arguments.get("inclusive")) else oldest < ts < latest


def _instant(arguments: JSON, name: str, otherwise: float) -> float:
    try:
        return float(arguments.get(name) or otherwise)
    except (TypeError, ValueError) as problem:
        raise SlackError(f"invalid_ts_{name}") from problem


def _page(messages: list[Message], arguments: JSON) -> JSON:
    limit = _limit(arguments)
    start = _cursor(arguments)
    metadata = flag(arguments.get("include_all_metadata"))
    page = [public(item, metadata=metadata) for item in islice(messages, start, start + limit)]
    more = len(messages) > start + limit
    cursor = {"response_metadata": {"next_cursor": f"next_ts:{start + limit}"}} if more else {}
    return {"messages": page, "has_more": more, "pin_count": 0, **cursor}


def _limit(arguments: JSON) -> int:
    asked = str(arguments.get("limit") or _PAGE)
    if not asked.isdecimal():
        raise SlackError("invalid_limit")
    return min(int(asked[:9]), _LARGEST_PAGE)


def _cursor(arguments: JSON) -> int:
    cursor = str(arguments.get("cursor") or "")
    number = cursor.removeprefix("next_ts:") or "0"
    if not number.isdecimal():
        raise SlackError("invalid_cursor")
    return int(number)


def _conversation(slack: Slack, place: Conversation) -> JSON:
    if place.im_user:
        return {"id": place.id, "is_im": True, "user": place.im_user, "is_archived": False, "is_open": True}
    channel = place.channel
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": False,
        "is_general": channel.name == "general",
        "is_member": channel.bot,
        "is_shared": channel.ext_shared,
        "is_ext_shared": channel.ext_shared,
        "is_org_shared": False,
        "context_team_id": slack.config.team_id,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "num_members": len(slack.workspace.members(place)),
    }


def info(slack: Slack, arguments: JSON) -> JSON:
    """conversations.info."""
    place = slack.workspace.conversation(need_channel(arguments))
    if place.channel.private and not place.channel.bot:
        raise SlackError("channel_not_found")
    return {"channel": _conversation(slack, place)}


def list_conversations(slack: Slack, arguments: JSON) -> JSON:
    """conversations.list: public channels unless `types` says otherwise."""
    types = [kind.strip() for kind in str(arguments.get("types") or "public_channel").split(",")]
    found = [place for place in slack.workspace.conversations.values() if _type_of(place) in types]
    seen = [place for place in found if place.channel.bot or not place.channel.private]
    return {"channels": [_conversation(slack, place) for place in seen], "response_metadata": {"next_cursor": ""}}


def _type_of(place: Conversation) -> str:
    if place.im_user:
        return "im"
    return "private_channel" if place.channel.private else "public_channel"


def members(slack: Slack, arguments: JSON) -> JSON:
    """conversations.members."""
    return {"members": slack.workspace.members(_readable(slack, arguments)), "response_metadata": {"next_cursor": ""}}


def open_conversation(slack: Slack, arguments: JSON) -> JSON:
    """conversations.open with one person."""
    users = need(arguments, "users")[0].split(",")
    if len(users) != 1:
        raise SlackError("not_enough_users", ("[ERROR] this workspace opens direct messages with one person only",))
    known = f"D{users[0].removeprefix('U')}" in slack.workspace.conversations
    return {"channel": {"id": slack.workspace.direct(users[0]).id}, **({"already_open": True} if known else {})}


def _user(slack: Slack, person: Person) -> JSON:
    return {
        "id": person.id,
        "team_id": person.stranger_team or slack.config.team_id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": False,
        "tz": "Europe/Berlin",
        "tz_offset": 3600,
        "profile": {"real_name": person.real_name, "display_name": person.name, "title": person.title},
        "is_bot": False,
        "is_app_user": False,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        **({"is_stranger": True} if person.stranger_team else {}),
    }


def _bot_user(slack: Slack) -> JSON:
    person = Person(slack.config.bot_user_id, slack.config.app_name, slack.config.app_name)
    return _user(slack, person) | {"is_bot": True}


def user_info(slack: Slack, arguments: JSON) -> JSON:
    """users.info."""
    user = need(arguments, "user")[0]
    if user == slack.config.bot_user_id:
        return {"user": _bot_user(slack)}
    return {"user": _user(slack, slack.workspace.person(user))}


def list_users(slack: Slack, _: JSON) -> JSON:
    """users.list."""
    people = [_user(slack, person) for person in slack.config.people]
    return {"members": [*people, _bot_user(slack)], "response_metadata": {"next_cursor": ""}}


def _group(slack: Slack, group: Group, arguments: JSON) -> JSON:
    users = {"users": list(group.users)} if flag(arguments.get("include_users")) else {}
    count = {"user_count": len(group.users)} if flag(arguments.get("include_count")) else {}
    identity = {"id": group.id, "team_id": slack.config.team_id, "name": group.name, "handle": group.handle}
    return {**identity, "is_usergroup": True, "description": "", "date_delete": 0, **users, **count}


def list_groups(slack: Slack, arguments: JSON) -> JSON:
    """usergroups.list."""
    return {"usergroups": [_group(slack, group, arguments) for group in slack.config.groups]}


def group_users(slack: Slack, arguments: JSON) -> JSON:
    """usergroups.users.list."""
    return {"users": list(slack.workspace.group(need(arguments, "usergroup")[0]).users)}


def upload_url(slack: Slack, arguments: JSON) -> JSON:
    """files.getUploadURLExternal."""
    name, length = need(arguments, "filename", "length")
    if not length.isdigit() or int(length) == 0:
        raise SlackError("invalid_arguments", ("[ERROR] length must be a positive number",))
    file = slack.workspace.new_file(name)
    return {"upload_url": f"{slack.base}/upload/{file.id}", "file_id": file.id}


def complete_upload(slack: Slack, arguments: JSON) -> JSON:
    """files.completeUploadExternal: shares the files in a channel if one is given."""
    files = [_completed(slack, item) for item in arguments.get("files") or []]
    if not files:
        raise SlackError("invalid_arguments", ("[ERROR] missing required field: files",))
    if arguments.get("channel_id"):
        place = slack.workspace.conversation(str(arguments["channel_id"]))
        text = arguments.get("initial_comment") or files[0]["title"]
        app_messages.post(slack, place, {"text": text, "thread_ts": arguments.get("thread_ts"), "files": files})
    return {"files": files}


def _completed(slack: Slack, item: JSON) -> JSON:
    file = slack.workspace.file(str(item.get("id")))
    if file.content is None:
        raise SlackError("file_not_found")
    file = replace(file, title=str(item.get("title") or file.name))
    slack.workspace.files[file.id] = file
    address = f"{slack.base}/files/{file.id}/{file.name}"
    size = len(file.content or b"")
    return {"id": file.id, "name": file.name, "title": file.title, "size": size, "url_private": address}


READING: dict[str, Method] = {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": info,
    "conversations.list": list_conversations,
    "conversations.members": members,
    "conversations.open": open_conversation,
    "users.info": user_info,
    "users.list": list_users,
    "usergroups.list": list_groups,
    "usergroups.users.list": group_users,
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete_upload,
}
