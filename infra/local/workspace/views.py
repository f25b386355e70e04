"""Modals (a stack of up to three per person) and Home tabs."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from infra.local.workspace import limits
from infra.local.workspace.config import JSON, WorkspaceConfig
from infra.local.workspace.elements import initial_values
from infra.local.workspace.errors import SlackError
from infra.local.workspace.normalize import shaped_blocks


@dataclass
class View:
    """One modal or Home tab of one person; `values` is the state of its inputs."""

    id: str
    user: str
    payload: JSON
    root: str
    previous: str = ""
    hash: str = ""
    values: JSON = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Views:
    """All open views. The caller holds the workspace's lock."""

    config: WorkspaceConfig
    by_id: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)

    def open(self, user: str, payload: JSON) -> View:
        """Open a modal; closes the one that was open."""
        self.clear(user)
        return self._stack(user, payload)

    def push(self, user: str, payload: JSON) -> View:
        """Push a modal on the open one. Raises SlackError push_limit_reached, or not_found if none is open."""
        stack = self.stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= limits.VIEW_STACK:
            raise SlackError("push_limit_reached")
        return self._stack(user, payload)

    def _stack(self, user: str, payload: JSON) -> View:
        stack = self.stacks.setdefault(user, [])
        identity = _new_id()
        view = View(identity, user, {}, stack[0] if stack else identity, stack[-1] if stack else "")
        self._fill(view, payload)
        self.by_id[identity] = view
        stack.append(identity)
        return view

    def _fill(self, view: View, payload: JSON) -> None:
        external = payload.get("external_id")
        if external and any(item.payload.get("external_id") == external for item in self._others(view)):
            raise SlackError("duplicate_external_id")
        view.payload = {**payload, "blocks": shaped_blocks(payload.get("blocks"))}
        view.values = _carried(initial_values(view.payload), view.values)
        view.hash = f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
        view.errors = {}

    def _others(self, view: View) -> list[View]:
        return [item for item in self.by_id.values() if item.id != view.id]

    def update(self, view: View, payload: JSON, expected_hash: str = "") -> None:
        """Replace a view's content. Raises SlackError hash_conflict if it has changed since."""
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        self._fill(view, payload)

    def publish(self, user: str, payload: JSON, expected_hash: str = "") -> View:
        """Set a person's Home tab."""
        identity = self.homes.setdefault(user, _new_id())
        view = self.by_id.setdefault(identity, View(identity, user, {}, identity))
        self.update(view, payload, expected_hash)
        return view

    def find(self, identity: str, external: str = "") -> View:
        """Find a view by its id or external id. Raises SlackError not_found."""
        for view in self.by_id.values():
            if view.id == identity or (external and view.payload.get("external_id") == external):
                return view
        raise SlackError("not_found")

    def top(self, user: str) -> View | None:
        """Return the top modal of a person."""
        stack = self.stacks.get(user)
        return self.by_id[stack[-1]] if stack else None

    def home(self, user: str) -> View | None:
        return self.by_id.get(self.homes.get(user, ""))

    def close(self, view: View) -> list[View]:
        """Close a modal (and, if it is set so, all below it); returns the closed ones."""
        if view.payload.get("clear_on_close"):
            return self.clear(view.user)
        return self._drop(view.user, [view.id])

    def clear(self, user: str) -> list[View]:
        """Close all of a person's modals; returns them."""
        return self._drop(user, list(self.stacks.get(user, [])))

    def _drop(self, user: str, gone: list[str]) -> list[View]:
        self.stacks[user] = [item for item in self.stacks.get(user, []) if item not in gone]
        return [self.by_id.pop(item) for item in gone if item in self.by_id]

    def shown(self, view: View) -> JSON:
        """Return a view in the form of the Web API and of payloads."""
        payload = view.payload
        names = ("title", "submit", "close") if payload.get("type") == "modal" else ()
        return {
            "id": view.id,
            "team_id": self.config.team_id,
            "type": payload.get("type"),
            "blocks": payload.get("blocks", []),
            "private_metadata": payload.get("private_metadata", ""),
            "callback_id": payload.get("callback_id", ""),
            "external_id": payload.get("external_id", ""),
            "state": {"values": view.values},
            "hash": view.hash,
            **{name: payload.get(name) for name in names},
            "clear_on_close": bool(payload.get("clear_on_close")),
            "notify_on_close": bool(payload.get("notify_on_close")),
            "previous_view_id": view.previous or None,
            "root_view_id": view.root,
            "app_id": self.config.app_id,
            "app_installed_team_id": self.config.team_id,
            "bot_id": self.config.bot_id,
        }


def _new_id() -> str:
    return f"V{secrets.token_hex(5).upper()}"


def _carried(fresh: JSON, old: JSON) -> JSON:
    """Keep a person's input across an update where block_id and action_id stay the same."""
    kept: JSON = {}
    for block, row in fresh.items():
        kept[block] = {action: _old(old, block, action, value) for action, value in row.items()}
    return kept


def _old(old: JSON, block: str, action: str, value: JSON) -> Any:
    before = old.get(block, {}).get(action)
    return before if before and before.get("type") == value.get("type") else value
