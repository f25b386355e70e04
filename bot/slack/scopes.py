"""Slack scopes that the bot needs (docs.slack.dev/reference/methods)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

METHOD_SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "auth.test": (),
    "chat.delete": ("chat:write",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.replies": ("channels:history", "groups:history"),
    "conversations.open": ("im:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}
"""Web API method → bot token scopes, for public and private channels; sending direct messages needs no other."""

FEATURE_SCOPES: Final[Mapping[str, str]] = {"commands": "/cspm"}
"""Scope → the feature beside Web API calls that needs it."""
