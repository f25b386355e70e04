"""The scopes of a bot token, from the response headers of `auth.test`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.errors import Unknown

_OFFICIAL: Final = "https://slack.com/api/"


@dataclass(frozen=True)
class TokenScopes:
    """The workspace (or the enterprise) and the scopes of a token."""

    team: str
    enterprise: str
    scopes: frozenset[str]


def token_scopes(token: str, base_url: str = "") -> TokenScopes:
    """Call auth.test and read the header x-oauth-scopes. Raises Unknown with Slack's error code."""
    client = WebClient(token=token, base_url=base_url or _OFFICIAL, timeout=5, retry_handlers=[])
    try:
        answer = client.auth_test()
    except SlackApiError as problem:
        raise Unknown(f"Slack refuses the bot token: {problem.response.get('error', '')}") from problem
    except (SlackClientError, OSError) as problem:
        raise Unknown(f"no response from Slack: {problem!r}") from problem
    headers = {name.lower(): value for name, value in answer.headers.items()}
    scopes = str(headers.get("x-oauth-scopes", ""))
    return TokenScopes(
        str(answer.get("team_id") or ""),
        str(answer.get("enterprise_id") or ""),
        frozenset(filter(None, (one.strip() for one in scopes.split(",")))),
    )
