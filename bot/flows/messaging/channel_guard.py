"""Check of the channels that findings may be posted to."""

from __future__ import annotations

from typing import Final

from bot.domain.errors import SlackRefused
from bot.domain.policy import Policy
from bot.world import World

SHARED: Final = "shared_with_others"
PUBLIC: Final = "public_channel"


def require_allowed_channel(channel: str, policy: Policy, world: World) -> None:
    """Allow private channels, and public ones that the policy names as public; never those shared with other companies.

    Raises SlackRefused, as Slack does for a channel that cannot be posted to.
    """
    known = world.slack.call("conversations.info", channel=channel).get("channel", {})
    if any(known.get(name) for name in ("is_ext_shared", "is_pending_ext_shared", "is_org_shared_externally")):
        raise SlackRefused(f"{channel} is shared with another company: findings are not posted there", SHARED)
    said_public = any(route.public for route in policy.routes if route.channel == channel)
    if not known.get("is_private") and not said_public:
        raise SlackRefused(f"{channel} is public and no route of the policy says `public: true` for it", PUBLIC)
