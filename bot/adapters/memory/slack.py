"""Slack in memory: messages, views, users and user groups, in the shapes of the Web API."""

from __future__ import annotations

import copy
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.adapters.memory.faults import FaultPlan, ResponseLost, no_faults
from bot.domain.errors import CspmError, SlackRefused

Json = dict[str, Any]

TEAM: Final = "T0TEAM"
BOT_USER: Final = "U0BOT"
BOT_ID: Final = "B0BOT"
_MAX_BLOCKS: Final = 50
_FIRST_TS: Final = 1_758_445_200


class MemorySlack:
    """`Slack` in memory.

    `calls` holds every call, `messages` the posted messages by channel, `ephemeral` the ephemeral ones, `views` and
    `homes` the opened and published views. `users`, `groups` and `channels` are filled by the test; as long as
    `channels` is empty, every channel exists.
    """

    def __init__(self, faults: FaultPlan | None = None) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.messages: defaultdict[str, list[Json]] = defaultdict(list)
        self.ephemeral: list[Json] = []
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.groups: dict[str, list[str]] = {}
        self.channels: dict[str, Json] = {}
        self._faults = faults or no_faults()
        self._failures: defaultdict[str, deque[CspmError]] = defaultdict(deque)
        self.files: dict[str, Json] = {}
        self._numbers = 0

    def upload(self, url: str, content: bytes) -> None:
        """Store a file's bytes. Raises what the test scripted for `upload`."""
        self.calls.append(("upload", {"url": url, "length": len(content)}))
        with self._faults.call("slack.upload"):
            if self._failures["upload"]:
                raise self._failures["upload"].popleft()
            self.files[url.rpartition("/")[2]]["content"] = content

    def call(self, method: str, **arguments: Any) -> Json:
        """Respond to one method as Slack does. Raises SlackRefused, or what the test scripted."""
        given = json.loads(json.dumps({name: value for name, value in arguments.items() if value is not None}))
        self.calls.append((method, given))
        with self._faults.call(f"slack.{method}"):
            failure = self._failures[method].popleft() if self._failures[method] else None
            if failure and not isinstance(failure, ResponseLost):
                raise failure
            answer = {"ok": True} | self._method(method)(given)
            if failure:
                raise failure
            return copy.deepcopy(answer)

    def fail_next(self, method: str, error: CspmError | str, times: int = 1) -> None:
        """Make the next calls of `method` raise `error` (text: Slack's code); `ResponseLost` comes after the call."""
        problem = SlackRefused(f"Slack refused {method}: {error}", error) if isinstance(error, str) else error
        self._failures[method].extend([problem] * times)

    def add_user(self, user: str, **attributes: Any) -> Json:
        """Add a full member of the team; `attributes` (is_restricted, deleted, team_id, tz…) replace the defaults."""
        name = attributes.pop("name", user.lower())
        self.users[user] = {
            "id": user,
            "team_id": TEAM,
            "name": name,
            "deleted": False,
            "is_bot": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "tz": "Europe/Berlin",
            "profile": {"display_name": name, "real_name": name.title()},
        } | attributes
        return self.users[user]

    def called(self, method: str) -> list[Json]:
        """Return the arguments of every call of one method."""
        return [arguments for name, arguments in self.calls if name == method]

    def message(self, channel: str, ts: str, otherwise: str = "message_not_found") -> Json:
        """Return one message. Raises SlackRefused."""
        for message in self.messages[channel]:
            if message["ts"] == ts:
                return message
        raise _refused(otherwise)

    def _method(self, name: str) -> Callable[[Json], Json]:
        methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": lambda _: {
                "team_id": TEAM,
                "user_id": BOT_USER,
                "bot_id": BOT_ID,
                "url": "https://x.slack.com/",
            },
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.info": lambda given: {"channel": self._channel(given["channel"])},
            "conversations.open": lambda given: {"channel": {"id": _direct(given["users"])}},
            "conversations.replies": self._replies,
            "files.completeUploadExternal": self._complete_upload,
            "files.getUploadURLExternal": self._upload_url,
            "usergroups.list": self._groups,
            "usergroups.users.list": self._group_users,
            "users.info": self._user,
            "views.open": self._open,
            "views.publish": self._publish,
            "views.push": self._open,
            "views.update": self._update_view,
        }
        if name not in methods:
            raise _refused("unknown_method")
        return methods[name]

    def _post(self, given: Json) -> Json:
        channel = _direct(self._channel(given["channel"])["id"])
        if "thread_ts" in given:
            self.message(channel, given["thread_ts"], "thread_not_found")
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "team": TEAM, "ts": self._ts()}
        message |= _content(given)
        if "thread_ts" in given:
            message["thread_ts"] = given["thread_ts"]
        if "metadata" in given:
            message["metadata"] = given["metadata"]
        self.messages[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _update(self, given: Json) -> Json:
        message = self.message(given["channel"], given["ts"])
        for name in ("text", "blocks", "attachments"):
            message.pop(name, None)
        message |= _content(given) | {"edited": {"user": BOT_USER, "ts": self._ts()}}
        if "metadata" in given:
            message["metadata"] = given["metadata"]
        return {"channel": given["channel"], "ts": given["ts"], "text": message["text"], "message": message}

    def _delete(self, given: Json) -> Json:
        self.messages[given["channel"]].remove(self.message(given["channel"], given["ts"]))
        return {"channel": given["channel"], "ts": given["ts"]}

    def _post_ephemeral(self, given: Json) -> Json:
        self._channel(given["channel"])
        _content(given)
        self.ephemeral.append(given)
        return {"message_ts": self._ts()}

    def _permalink(self, given: Json) -> Json:
        ts = self.message(given["channel"], given["message_ts"])["ts"]
        link = f"https://x.slack.com/archives/{given['channel']}/p{ts.replace('.', '')}"
        return {"channel": given["channel"], "permalink": link}

    def _history(self, given: Json) -> Json:
        self._channel(given["channel"])
        newest_first = [each for each in reversed(self.messages[given["channel"]]) if _is_top(each)]
        inside = [each for each in newest_first if _is_between(each["ts"], given)]
        start, limit = int(given.get("cursor") or 0), int(given.get("limit", 100))
        shown = [_without_metadata(each, given) for each in inside[start : start + limit]]
        more = len(inside) > start + limit
        cursor = {"response_metadata": {"next_cursor": str(start + limit)}} if more else {}
        return {"messages": shown, "has_more": more} | cursor

    def _replies(self, given: Json) -> Json:
        root = self.message(given["channel"], given["ts"])
        replies = [each for each in self.messages[given["channel"]] if each.get("thread_ts") == given["ts"]]
        shown = [
            _without_metadata(each, given) for each in (root, *replies) if each is root or each["ts"] != root["ts"]
        ]
        return {"messages": shown, "has_more": False}

    def _channel(self, channel: str) -> Json:
        if self.channels and channel not in self.channels and not channel.startswith(("D", "U")):
            raise _refused("channel_not_found")
        return {"id": channel, "name": channel.lower(), "is_private": True, "is_ext_shared": False} | self.channels.get(
            channel, {}
        )

    def _user(self, given: Json) -> Json:
        if given["user"] not in self.users:
            raise _refused("user_not_found")
        return {"user": self.users[given["user"]]}

    def _group_users(self, given: Json) -> Json:
        if given["usergroup"] not in self.groups:
            raise _refused("no_such_subteam")
        return {"users": self.groups[given["usergroup"]]}

    def _groups(self, given: Json) -> Json:
        found = [
            {"id": group, "team_id": TEAM, "handle": group.lower(), "name": group.lower(), "date_delete": 0}
            | ({"users": users} if given.get("include_users") else {})
            for group, users in self.groups.items()
        ]
        return {"usergroups": found}

    def _upload_url(self, given: Json) -> Json:
        file_id = f"F{self._number():08}"
        self.files[file_id] = {"id": file_id, "name": given["filename"], "alt_txt": given.get("alt_txt", "")}
        return {"upload_url": f"https://files.slack.com/upload/{file_id}", "file_id": file_id}

    def _complete_upload(self, given: Json) -> Json:
        """Share the files in a channel, when one is named."""
        files = [self.files[one["id"]] | one for one in given["files"] if "content" in self.files.get(one["id"], {})]
        if len(files) < len(given["files"]):
            raise _refused("file_not_found")
        shared = [{name: value for name, value in one.items() if name != "content"} for one in files]
        if given.get("channel_id"):
            posted = {"channel": given["channel_id"], "text": given.get("initial_comment") or files[0]["name"]}
            self._post(posted | ({"thread_ts": given["thread_ts"]} if given.get("thread_ts") else {}))
            self.messages[_direct(given["channel_id"])][-1]["files"] = shared
        return {"files": shared}

    def _open(self, given: Json) -> Json:
        view_id = f"V{self._number():08}"
        return {"view": self._keep_view(view_id, given["view"])}

    def _update_view(self, given: Json) -> Json:
        view_id = given.get("view_id") or self._by_external_id(given.get("external_id", ""))
        if view_id not in self.views:
            raise _refused("not_found")
        if "hash" in given and given["hash"] != self.views[view_id]["hash"]:
            raise _refused("hash_conflict")
        return {"view": self._keep_view(view_id, given["view"])}

    def _publish(self, given: Json) -> Json:
        self.homes[given["user_id"]] = given["view"]
        return {"view": self._keep_view(f"V{given['user_id']}", given["view"])}

    def _by_external_id(self, external_id: str) -> str:
        return next((key for key, view in self.views.items() if view.get("external_id") == external_id), "")

    def _keep_view(self, view_id: str, view: Mapping[str, Any]) -> Json:
        changing = {"id": view_id, "team_id": TEAM, "app_id": "A0BOT", "hash": f"{self._number()}.hash"}
        self.views[view_id] = (
            {"private_metadata": "", "callback_id": "", "state": {"values": {}}} | dict(view) | changing
        )
        return self.views[view_id]

    def _ts(self) -> str:
        return f"{_FIRST_TS + self._number()}.000100"

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


def _refused(error: str) -> SlackRefused:
    return SlackRefused(f"Slack refused: {error}", error)


def _content(given: Json) -> Json:
    if not given.get("text") and not given.get("blocks") and not given.get("attachments"):
        raise _refused("no_text")
    if len(given.get("blocks", [])) > _MAX_BLOCKS:
        raise _refused("invalid_blocks")
    shown = {name: given[name] for name in ("blocks", "attachments") if given.get(name)}
    return {"text": given.get("text", "")} | shown


def _direct(channel: str) -> str:
    """Return the channel of a message: the direct conversation for a user's id."""
    return f"D{channel[1:]}" if channel.startswith("U") else channel


def _is_top(message: Json) -> bool:
    return bool(message.get("thread_ts", message["ts"]) == message["ts"])


def _is_between(ts: str, given: Json) -> bool:
    """`oldest` and `latest` are included only when `inclusive` is set."""
    after, before = given.get("oldest", ""), given.get("latest", "9" * 20)
    return after < ts < before or (bool(given.get("inclusive")) and ts in (after, before))


def _without_metadata(message: Json, given: Json) -> Json:
    shown = given.get("include_all_metadata")
    return {name: value for name, value in message.items() if name != "metadata" or shown}
