"""Short-lived credentials (trigger ids, response URLs), and rate limits."""

import math
import secrets
from dataclasses import dataclass, field

from infra.local.workspace import limits
from infra.local.workspace.clock import Clock
from infra.local.workspace.config import WorkspaceConfig
from infra.local.workspace.errors import SlackError


@dataclass
class Trigger:
    """A trigger_id: its user, its time (monotonic seconds), and whether a view was opened with it."""

    user: str
    at: float
    used: bool = False


@dataclass
class ResponseUrl:
    """A response URL; `ts` is the message that was pressed, if any."""

    user: str
    channel: str
    at: float
    ts: str = ""
    uses: int = 0


@dataclass
class InteractionTokens:
    """All trigger ids and response URLs. The caller holds the workspace's lock."""

    config: WorkspaceConfig
    clock: Clock
    triggers: dict[str, Trigger] = field(default_factory=dict)
    urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def trigger(self, user: str) -> str:
        """Issue a trigger_id."""
        identity = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[identity] = Trigger(user, self.clock.monotonic_seconds())
        return identity

    def exchange(self, identity: str) -> str:
        """Use up a trigger_id and return its user. Raises SlackError invalid_, exchanged_ or expired_trigger_id."""
        trigger = self.triggers.get(identity)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.monotonic_seconds() - trigger.at > self.config.trigger_seconds:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def response_url(self, base: str, user: str, channel: str, ts: str = "") -> str:
        """Issue a response_url under the workspace's address."""
        secret = secrets.token_urlsafe(18)
        self.urls[secret] = ResponseUrl(user, channel, self.clock.seconds(), ts)
        return f"{base}/response/{self.config.team_id}/{secret}"

    def use_url(self, secret: str) -> ResponseUrl:
        """Count one use of a response URL. Raises SlackError invalid_url, expired_url or used_url."""
        url = self.urls.get(secret)
        if url is None:
            raise SlackError("invalid_url")
        if self.clock.seconds() - url.at > limits.RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        if url.uses >= limits.RESPONSE_URL_USES:
            raise SlackError("used_url")
        url.uses += 1
        return url


@dataclass
class Rates:
    """Remaining rate allowance per method and channel. The caller holds the workspace's lock."""

    clock: Clock
    enforce: bool = True
    buckets: dict[str, limits.Bucket] = field(default_factory=dict)

    def call(self, method: str) -> None:
        """Count a call. Raises SlackError ratelimited."""
        per_minute = limits.CALLS_PER_MINUTE.get(method, limits.TIER_3)
        self._spend(method, per_minute, per_minute / 60)

    def post(self, channel: str) -> None:
        """Count a message in a channel. Raises SlackError ratelimited."""
        self._spend(f"post to {channel}", limits.POSTS_BURST, limits.POSTS_PER_SECOND)

    def _spend(self, name: str, size: float, per_second: float) -> None:
        bucket, wait = limits.spend(self.buckets.get(name), self.clock.monotonic_seconds(), size, per_second)
        self.buckets[name] = bucket
        if wait and self.enforce:
            raise SlackError("ratelimited", retry_after=math.ceil(wait))
