"""Who is in the policy's groups and who they are: as Slack says now, or not at all."""

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
_TRIES: Final = 5


class Directory(Protocol):
    """What is known of groups and people."""

    notes: list[str]

    def members(self, group: str) -> list[str] | None:
        """The ids of a group's members, None where that is not known."""

    def why_not_known(self, group: str) -> str:
        """Why a group's members are not known, and how they would be."""

    def handle(self, group: str) -> str:
        """The group's id, and its handle where it is known."""

    def name(self, user: str) -> str:
        """What somebody is called, '' where that is not known."""

    def verdict(self, user: str, approvers: Approvers, policy: Policy) -> Verdict | None:
        """Whether they may decide; None where that is not known."""


class Unresolved:
    """Nobody was asked: groups have no known members."""

    def __init__(self, why: str) -> None:
        self.notes = [why]
        self._why = why

    def members(self, _group: str) -> list[str] | None:
        """Not known."""
        return None

    def why_not_known(self, _group: str) -> str:
        """The one reason."""
        return self._why

    def handle(self, group: str) -> str:
        """The id."""
        return group

    def name(self, _user: str) -> str:
        """Not known."""
        return ""

    def verdict(self, _user: str, _approvers: Approvers, _policy: Policy) -> Verdict | None:
        """Not known."""
        return None


class AskedOfSlack:
    """As Slack says now, each group and person once. A throttled question waits as long as Slack asks."""

    def __init__(self, slack: Slack, sleep: Callable[[float], None] = time.sleep) -> None:
        self.notes: list[str] = []
        self._slack, self._sleep = slack, sleep
        self._members: dict[str, list[str] | None] = {}
        self._infos: dict[str, dict[str, Any] | None] = {}
        self._handles: dict[str, str] | None = None
        self._why: dict[str, str] = {}

    def members(self, group: str) -> list[str] | None:
        """The group's members, by usergroups.users.list."""
        if group not in self._members:
            answer = self._ask(group, "usergroups.users.list", usergroup=group)
            self._members[group] = sorted(answer["users"]) if answer else None
        return self._members[group]

    def why_not_known(self, group: str) -> str:
        """Slack's own word."""
        return self._why.get(group, "Slack did not say")

    def handle(self, group: str) -> str:
        """`@sec-eng S0SECENG`."""
        if self._handles is None:
            answer = self._ask("", "usergroups.list")
            self._handles = {one["id"]: f"@{one['handle']}" for one in answer["usergroups"]} if answer else {}
        return f"{self._handles.get(group, '')} {group}".strip()

    def name(self, user: str) -> str:
        """The name that others see."""
        info = self._info(user) or {}
        shown = info.get("profile", {}).get("real_name") or info.get("real_name") or info.get("name")
        return str(shown or "")

    def verdict(self, user: str, approvers: Approvers, policy: Policy) -> Verdict | None:
        """As `remediate` judges: full members of the accepted workspaces only."""
        info = self._info(user)
        if info is None:
            return None
        known = {group: frozenset(self.members(group) or ()) for group in approvers.groups}
        return may_decide(_person(user, info, policy), approvers, known, policy)

    def _info(self, user: str) -> dict[str, Any] | None:
        if user not in self._infos:
            answer = self._ask(user, "users.info", user=user)
            self._infos[user] = answer["user"] if answer else None
        return self._infos[user]

    def _ask(self, about: str, method: str, **arguments: str) -> dict[str, Any] | None:
        for _ in range(_TRIES):
            try:
                return self._slack.call(method, **arguments)
            except Busy as busy:
                self._sleep(busy.retry_after)
            except (BadInput, Unknown) as problem:
                self._why[about] = str(problem)
                return None
        self._why[about] = "Slack throttles; try again later"
        return None


def _person(user: str, info: dict[str, Any], policy: Policy) -> Person:
    """In an enterprise somebody may be a member of several workspaces: of an accepted one, if of any."""
    teams = set(info.get("enterprise_user", {}).get("teams", ()))
    return person_of(user, next((team for team in policy.teams if team in teams), ""), info)


def asked_of_slack(deployment: Deployment | None) -> Directory:
    """With SLACK_BOT_TOKEN, else the token of the deployment, else nobody is asked."""
    address = os.environ.get(ADDRESS) or None
    token = os.environ.get(TOKEN, "")
    if not token and deployment is None:
        return Unresolved(f"groups are not resolved: {TOKEN} is not set")
    if not token and deployment is not None:
        secrets = ManagedSecrets(
            deployment.client("secretsmanager"), deployment.parameters.get("SecretPrefix", "cspm/")
        )
        try:
            token = secrets.get("slack/bot-token")
        except Unknown as problem:
            return Unresolved(f"groups are not resolved: {problem} (or set {TOKEN})")
    return AskedOfSlack(SlackWeb(token, address))
