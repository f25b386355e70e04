"""Blocks, views, people and hooks for the tests of the workspace."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from infra.local.workspace import NoHooks, WorkspaceServer

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def error(call: Any, **arguments: Any) -> Any:
    """The error code of a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response["error"]


def keep(seen: list[Any], value: Any) -> bool:
    """Remember a value, as an expression."""
    seen.append(value)
    return True


def section(text: str = "hello") -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str = "approve", **more: Any) -> JSON:
    return {"type": "button", "action_id": action_id, "text": plain("Approve"), **more}


def option(value: str = "a", text: str = "A") -> JSON:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> JSON:
    return {"type": "static_select", "action_id": "pick", "options": [option()], **more}


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def text_input(block_id: str = "reason", **more: Any) -> JSON:
    element = {"type": "plain_text_input", "action_id": "text"}
    return {"type": "input", "block_id": block_id, "label": plain("Reason"), "element": element, **more}


def modal(*blocks: JSON, **more: Any) -> JSON:
    frame = {"type": "modal", "title": plain("Deny"), "submit": plain("Deny"), "callback_id": "deny"}
    return {**frame, "blocks": list(blocks) or [text_input()], **more}


def confirm(**more: Any) -> JSON:
    words = {
        "title": plain("Sure?"),
        "text": plain("It may cut traffic."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    return {**words, **more}


def card_blocks() -> list[JSON]:
    return [
        section("*Public bucket*"),
        {
            **actions(button("approve", value="case-1:m1"), button("deny", value="case-1:m1")),
            "block_id": "decide",
        },
    ]


@dataclass
class Queue(NoHooks):
    """Hooks of a cloud that is busy for as many looks as it is told, and remembers what it was lent for."""

    busy: int = 0
    calls: list[Any] = field(default_factory=list)

    def quiet(self) -> bool:
        self.busy = max(0, self.busy - 1)
        return self.busy == 0

    def sandbox_call(self, account: str, region: str, service: str, operation: str, params: JSON) -> JSON:
        self.calls.append((account, region, service, operation, params))
        return {"Done": True}

    def sandbox_event(self, event: JSON) -> None:
        self.calls.append(event)

    def advance_clock(self, duration: str) -> str:
        self.calls.append(duration)
        return "digest"


@dataclass
class Person:
    """Somebody who acts through the scripting endpoints."""

    workspace: WorkspaceServer
    user: str

    def does(self, what: str, **fields: Any) -> JSON:
        status, body = ask(self.workspace, "POST", f"/workspace/{what}", {"user": self.user, **fields})
        assert status == 200, body
        return body

    def refused(self, what: str, **fields: Any) -> tuple[int, str]:
        status, body = ask(self.workspace, "POST", f"/workspace/{what}", {"user": self.user, **fields})
        return status, str(body["error"])


def ask(
    workspace: WorkspaceServer, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, JSON]:
    """One request to the workspace, with its token unless `headers` are given."""
    status, text, _ = raw(workspace, method, path, body, headers)
    return status, json.loads(text)


def raw(
    workspace: WorkspaceServer, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    sent = {"Authorization": f"Bearer {workspace.token}"} if headers is None else headers
    connection = http.client.HTTPConnection("127.0.0.1", int(workspace.url.rpartition(":")[2]), timeout=20)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        response = connection.getresponse()
        return response.status, response.read().decode(), dict(response.headers)
    finally:
        connection.close()
