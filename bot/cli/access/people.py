"""Directories of users and groups: from Slack as of now, or unresolved."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from bot.adapters.aws.secrets import ManagedSecrets
from bot.adapters.slack.web import SlackWeb
from bot.cli.deployment import Deployment
from bot.domain.errors import BadInput, Busy, Unknown
from bot.domain.policy import Approvers, Policy
from bot.domain.ports import Slack
from bot.domain.rights import Person, Verdict, may_decide
from bot.flows.policy.identity import person_of

TOKEN: Final = "SLACK_BOT_TOKEN"  # noqa: S105 - a variable's name
ADDRESS: Final = "SLACK_API_URL"
_ATTEMPTS: Final = 5


class Directory(Protocol):
    """Groups and users, as far as they are known; `notes` go into the report."""

    notes: list[str]

    def members(self, group: str) -> list[str] | None:
        """Return the ids of a group's members, None if unknown."""

    def reason_unknown(self, group: str) -> str:
        """Return the reason why a group's members are unknown."""

    def handle(self, group: str) -> str:
        """Return the group's id, with its handle if known."""

    def name(self, user: str) -> str:
        """Return the user's display name, '' if unknown."""

    def verdict(self, user: str, approvers: Approvers, policy: Policy) -> Verdict | None:
        """Return whether the user may decide; None if unknown."""


class UnresolvedDirectory:
    """A directory without Slack: all members are unknown, for one reason."""

    def __init__(self, reason: str) -> None:
        self.notes = [reason]
        self._reason = reason

    def members(self, _group: str) -> list[str] | None:
        return None

    def reason_unknown(self, _group: str) -> str:
        return self._reason

    def handle(self, group: str) -> str:
        return group

    def name(self, _user: str) -> str:
        return ""

    def verdict(self, _user: str, _approvers: Approvers, _policy: Policy) -> Verdict | None:
        return None


class SlackDirectory:
    """A directory from Slack, which calls it once for each group and user and waits as long as Retry-After says."""

    def __init__(self, slack: Slack, sleep: Callable[[float], None] = time.sleep) -> None:
        self.notes: list[str] = []
        self._slack, self._sleep = slack, sleep
        self._members: dict[str, list[str] | None] = {}
        self._infos: dict[str, dict[str, Any] | None] = {}
        self._handles: dict[str, str] | None = None
        self._errors: dict[str, str] = {}

    def members(self, group: str) -> list[str] | None:
        """Return the members from usergroups.users.list."""
        if group not in self._members:
            answer = self._call(group, "usergroups.users.list", usergroup=group)
            self._members[group] = sorted(answer["users"]) if answer else None
        return self._members[group]

    def reason_unknown(self, group: str) -> str:
        """Return Slack's error."""
        return self._errors.get(group, "Slack did not say")

    def handle(self, group: str) -> str:
        """Return a text such as `@sec-eng S0SECENG`."""
        if self._handles is None:
            answer = self._call("", "usergroups.list")
            self._handles = {one["id"]: f"@{one['handle']}" for one in answer["usergroups"]} if answer else {}
        return f"{self._handles.get(group, '')} {group}".strip()

    def name(self, user: str) -> str:
        info = self._info(user) or {}
        shown = info.get("profile", {}).get("real_name") or info.get("real_name") or info.get("name")
        return str(shown or "")

    def verdict(self, user: str, approvers: Approvers, policy: Policy) -> Verdict | None:
        """Return the verdict by the remediate function's check: full members of accepted workspaces only."""
        info = self._info(user)
        if info is None:
            return None
        known = {group: frozenset(self.members(group) or ()) for group in approvers.groups}
        return may_decide(_person(user, info, policy), approvers, known, policy)

    def _info(self, user: str) -> dict[str, Any] | None:
        if user not in self._infos:
            answer = self._call(user, "users.info", user=user)
            self._infos[user] = answer["user"] if answer else None
        return self._infos[user]

    def _call(self, about: str, method: str, **arguments: str) -> dict[str, Any] | None:
        for _ in range(_ATTEMPTS):
            try:
                return self._slack.call(method, **arguments)
            except Busy as busy:
                self._sleep(busy.retry_after)
            except (BadInput, Unknown) as problem:
                self._errors[about] = str(problem)
                return None
        self._errors[about] = "Slack throttles; try again later"
        return None


def _person(user: str, info: dict[str, Any], policy: Policy) -> Person:
    """Return the person in an accepted workspace: in an enterprise a user can be a member of several."""
    teams = set(info.get("enterprise_user", {}).get("teams", ()))
    return person_of(user, next((team for team in policy.teams if team in teams), ""), info)


def directory_for(deployment: Deployment | None) -> Directory:
    """Return a directory with SLACK_BOT_TOKEN, else the deployment's token, else an unresolved one."""
    address = os.environ.get(ADDRESS) or None
    token = os.environ.get(TOKEN, "")
    if not token and deployment is None:
        return UnresolvedDirectory(f"groups are not resolved: {TOKEN} is not set")
    if not token and deployment is not None:
        secrets = ManagedSecrets(
            deployment.client("secretsmanager"), deployment.parameters.get("SecretPrefix", "cspm/")
        )
        try:
            token = secrets.get("slack/bot-token")
        except Unknown as problem:
            return UnresolvedDirectory(f"groups are not resolved: {problem} (or set {TOKEN})")
    return SlackDirectory(SlackWeb(token, address))
