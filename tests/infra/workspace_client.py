"""A client of the local stack's scripting endpoints."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Client:
    """The scripting endpoints of one `make run`."""

    page: str
    token: str

    def get(self, path: str) -> Json:
        return self._call(path, None)

    def post(self, path: str, **body: Any) -> Json:
        return self._call(path, json.dumps(body).encode())

    def _call(self, path: str, body: bytes | None) -> Json:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.page + path, body, headers)  # noqa: S310 - the page of this test
        with urllib.request.urlopen(request, timeout=90) as answer:  # noqa: S310 - as above
            found: Json = json.load(answer)
            return found

    def refused(self, path: str, **body: Any) -> str:
        """Return the error of a refused request, or ''."""
        try:
            self.post(path, **body)
        except urllib.error.HTTPError as problem:
            return str(json.load(problem)["error"])
        return ""

    def until_quiet(self, seconds: float = 120) -> None:
        assert poll(lambda: self.get("/workspace/state")["quiet"], seconds), self.get("/workspace/cloud")["queues"]

    def messages(self, channel: str) -> list[Json]:
        found: list[Json] = self.get(f"/workspace/history?channel={channel}&limit=200")["messages"]
        return found

    def card(self, channel: str, *words: str) -> Json:
        """Return the one message of the channel with all these words."""
        (found,) = (message for message in self.messages(channel) if all(word in text(message) for word in words))
        return found

    def press(self, user: str, channel: str, message: Json, action: str) -> Json:
        button = next(button for button in buttons(message) if button["action_id"] == action)
        place = {"channel": channel, "ts": message["ts"], "action_id": action, "block_id": button.get("block_id", "")}
        return self.post("/workspace/press", user=user, value=button.get("value"), **place)


def poll(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.2)
    return False


def text(thing: Any) -> str:
    """Return a message or a view as one string."""
    return json.dumps(thing, ensure_ascii=False)


def buttons(thing: Any) -> list[Json]:
    return list(_buttons(thing))


def _buttons(thing: Any) -> Iterator[Json]:
    if isinstance(thing, dict):
        if thing.get("type") == "button":
            yield thing
        for part in thing.values():
            yield from _buttons(part)
    elif isinstance(thing, list):
        for part in thing:
            yield from _buttons(part)
