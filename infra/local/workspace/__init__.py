"""A Slack workspace on one machine: Slack's Web API, signed requests to the app, and a page for people.

It does not depend on the bot: only on an address, a signing secret, and Slack's published contracts.
"""

from infra.local.workspace.config import Channel, Group, Hooks, NoHooks, Person, WorkspaceConfig
from infra.local.workspace.server import WorkspaceServer

__all__ = ["Channel", "Group", "Hooks", "NoHooks", "Person", "WorkspaceConfig", "WorkspaceServer"]
