"""Slack's normalization of an app's content: ids of blocks, defaults of text objects, the envelope of a message."""

import secrets
from copy import deepcopy
from typing import Any

from infra.local.workspace.checks import text_objects
from infra.local.workspace.config import JSON, WorkspaceConfig


def shaped_blocks(blocks: Any) -> list[JSON]:
    """Return a copy of blocks with every id and default that Slack fills in."""
    copy: list[JSON] = deepcopy(list(blocks or []))
    for text in text_objects(copy):
        if text["type"] == "plain_text":
            text.setdefault("emoji", True)
        else:
            text.setdefault("verbatim", False)
    for block in copy:
        _name_block(block)
    return copy


def _name_block(block: JSON) -> None:
    block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
    for child in _several(block, "child_blocks"):
        _name_block(child)
    for element in elements_of(block):
        element.setdefault("action_id", secrets.token_urlsafe(4)[:5])


def elements_of(block: JSON) -> list[JSON]:
    """Return the interactive elements of one block, without those of its child blocks."""
    return [item for item in _children(block) if item and item.get("type") != "image"]


def _children(block: JSON) -> list[JSON]:
    """Return a block's children by its type; a field that belongs to another type is stored but ignored."""
    match block.get("type"):
        case "section":
            return [block.get("accessory") or {}]
        case "input":
            return [block.get("element") or {}]
        case "actions":
            return _several(block, "elements")
        case "card":
            return _several(block, "actions")
        case "carousel":
            return [button for card in _several(block, "elements") for button in _several(card, "actions")]
        case _:
            return []


def _several(parent: JSON, field: str) -> list[JSON]:
    """Return the members of a list that may be absent or null."""
    return parent.get(field) or []


def shaped_attachments(attachments: Any) -> list[JSON]:
    """Return a copy of attachments, numbered, with a fallback and normalized blocks."""
    copy: list[JSON] = deepcopy(list(attachments or []))
    for number, attachment in enumerate(copy, start=1):
        attachment["id"] = number
        attachment.setdefault("fallback", "[no preview available]")
        if "blocks" in attachment:
            attachment["blocks"] = shaped_blocks(attachment["blocks"])
        if "color" in attachment:
            attachment["color"] = str(attachment["color"]).removeprefix("#")
    return copy


def app_message(config: WorkspaceConfig, content: JSON) -> JSON:
    """Return the body of an app's message as in conversations.history, without its ts."""
    profile = {"id": config.bot_id, "app_id": config.app_id, "name": config.app_name, "team_id": config.team_id}
    body: JSON = {
        "type": "message",
        "user": config.bot_user_id,
        "bot_id": config.bot_id,
        "app_id": config.app_id,
        "team": config.team_id,
        "text": content.get("text") or "",
        "bot_profile": profile,
    }
    if content.get("blocks"):
        body["blocks"] = shaped_blocks(content["blocks"])
    if content.get("attachments"):
        body["attachments"] = shaped_attachments(content["attachments"])
    return body | {key: content[key] for key in ("metadata", "thread_ts", "files") if content.get(key)}


def every_block(body: JSON) -> list[JSON]:
    """Return all blocks of a message or view: its own, those of attachments, and those inside containers."""
    holders = (body, *_several(body, "attachments"))
    top = [block for holder in holders for block in _several(holder, "blocks")]
    return [inner for block in top for inner in (block, *_several(block, "child_blocks"))]
