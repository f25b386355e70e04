"""Configuration of a workspace (people, groups, channels, the app) and the launcher's hooks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

JSON = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """A member of the workspace; `stranger_team` is the team of a member of another company (Slack Connect)."""

    id: str
    name: str
    real_name: str
    title: str = ""
    guest: bool = False
    stranger_team: str = ""


@dataclass(frozen=True)
class Group:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True)
class Channel:
    """A channel; without `members` everybody is in it. `bot` is whether the app was invited."""

    id: str
    name: str
    private: bool = False
    ext_shared: bool = False
    members: tuple[str, ...] = ()
    bot: bool = True
    topic: str = ""


PEOPLE = (
    Person("U0DANA", "dana", "Dana Reyes", "Security engineer"),
    Person("U0OMAR", "omar", "Omar Haddad", "Security engineer"),
    Person("U0PRIYA", "priya", "Priya Nair", "Payments"),
    Person("U0LEE", "lee", "Lee Park", "Developer"),
    Person("U0GUEST", "gil", "Gil (guest)", "Contractor", guest=True),
    Person("U0STRANGER", "sam", "Sam (Globex)", "Another company", stranger_team="T0GLOBEX"),
)
GROUPS = (
    Group("S0SECENG", "sec-eng", "Security engineering", ("U0DANA", "U0OMAR")),
    Group("S0PAYMENTS", "payments", "Payments", ("U0PRIYA",)),
)
CHANNELS = (
    Channel("C0SECPROD", "sec-prod", private=True, topic="Findings in production accounts"),
    Channel("C0SECURITY", "security", private=True, topic="Findings everywhere else"),
    Channel("C0SECFALL", "sec-fallback", private=True, topic="What no route matched"),
    Channel("C0GENERAL", "general", topic="Company-wide announcements"),
    Channel("C0SHARED", "ext-globex", ext_shared=True, topic="Shared with Globex"),
)


@dataclass(frozen=True)
class WorkspaceConfig:
    """All settings of a workspace.

    `request_url` is the bot's one endpoint for commands, interactivity and events; `headers` go with every request to
    it (a Host, for instance). `port` 0 picks a free one. Times are in seconds and are Slack's own unless a test sets
    them.
    """

    request_url: str
    signing_secret: str
    headers: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    token: str = ""  # of the page and of scripts; empty generates one per start
    team_id: str = "T0ACME"
    team_name: str = "Acme"
    team_domain: str = "acme"
    app_id: str = "A0CSPM"
    app_name: str = "cspm-bot"
    bot_id: str = "B0CSPM"
    bot_user_id: str = "U0CSPM"
    commands: tuple[str, ...] = ("/cspm",)
    people: tuple[Person, ...] = PEOPLE
    groups: tuple[Group, ...] = GROUPS
    channels: tuple[Channel, ...] = CHANNELS
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    quiet_seconds: float = 15.0
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    enforce_rates: bool = True
    socket_url: str = ""  # what apps.connections.open answers; the workspace itself speaks no Socket Mode


class Hooks(Protocol):
    """Interface to the launcher: the bot's cloud, queues and scheduled jobs."""

    def quiet(self) -> bool:
        """Return whether no queue holds work and no function is running."""

    def cloud(self) -> JSON:
        """Return the content of the cloud pane, each list newest or most important first.

        `resources`: {"id", "name", "type", "account", "account_name", "region", "settings": {name: value}, "acts":
        [{"label", "service", "operation", "params"}]}, a changed value flashes, an act is a sandbox_call on a button ·
        `queues`: {"name", …counts} · `events` and `audit`: {"at": ISO 8601, "text"} · `guide`: how to begin, {"title",
        "text" in mrkdwn}.
        """

    def sandbox_call(self, account: str, region: str, service: str, operation: str, params: JSON) -> JSON:
        """Call an AWS operation in a customer's account, outside the bot. Raises ValueError for an invalid one."""

    def sandbox_event(self, event: JSON) -> None:
        """Send one event to the bot's bus. Raises ValueError for an event that it cannot carry."""

    def advance_clock(self, duration: str) -> str:
        """React to an advance of the clock by an ISO 8601 duration; returns a summary of the work done."""


class NoHooks:
    """Hooks without a cloud: always quiet, nothing to show, nothing to call."""

    def quiet(self) -> bool:
        return True

    def cloud(self) -> JSON:
        return {"resources": [], "events": [], "queues": [], "audit": []}

    def sandbox_call(self, account: str, region: str, service: str, operation: str, params: JSON) -> JSON:
        raise ValueError(f"no cloud runs here: {service}:{operation} in {account} {region} ({len(params)} parameters)")

    def sandbox_event(self, event: JSON) -> None:
        raise ValueError(f"no cloud runs here: {event.get('detail-type', 'an event')}")

    def advance_clock(self, duration: str) -> str:
        return f"nothing was due within {duration}"
