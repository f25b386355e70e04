"""Real Slack for `make run`: forwards Socket Mode payloads to the HTTP API, signed as Slack would.

Socket Mode has no signatures: the connection itself is trusted, opened with the app's token. The bot accepts signed
requests only, and its executor verifies them once more, so each payload is signed here with the signing secret of
this start. That is safe for a local stack alone: the secret is generated at every start and never leaves the machine,
the API listens on 127.0.0.1, and the executor can change emulated accounts only. In the cloud a holder of the secret
could forge approvals; there only Slack signs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from infra.local.workspace.bot_client import Answer, BotClient

_LOG: Final = logging.getLogger(__name__)
SLACK: Final = "https://slack.com/api/"
TOKENS: Final = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
"""Names of the environment variables with the two tokens."""


class SlackRefused(Exception):
    """Slack refused a token, or cannot be reached; the message holds Slack's answer."""


@dataclass(frozen=True)
class RealSlack:
    """Tokens of an app with Socket Mode on. `api` is another address in tests only."""

    bot_token: str
    app_token: str
    api: str = SLACK

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> RealSlack | None:
        """Read the tokens, None without any. Raises SlackRefused for one without the other."""
        bot, app = (environment.get(name, "") for name in TOKENS)
        if bool(bot) != bool(app):
            raise SlackRefused(f"real Slack takes both {' and '.join(TOKENS)}; without them the workspace is local")
        return cls(bot, app) if bot else None

    def whoami(self) -> str:
        """Describe the app and its team. Raises SlackRefused."""
        try:
            identity = WebClient(self.bot_token, base_url=self.api).auth_test()
        except (SlackApiError, OSError) as problem:
            raise SlackRefused(f"Slack does not take SLACK_BOT_TOKEN: {problem}") from problem
        return f"@{identity['user']} in {identity['team']} ({identity['team_id']})"


class Socket:
    """A connection of one app; `client` is the SDK's, which reconnects automatically."""

    def __init__(self, slack: RealSlack, bot: BotClient) -> None:
        self._bot = bot
        web = WebClient(base_url=slack.api)
        self.client = SocketModeClient(app_token=slack.app_token, web_client=web, concurrency=4)
        self.client.socket_mode_request_listeners.append(self._heard)

    def start(self) -> None:
        try:
            self.client.connect()
        except (SlackApiError, OSError) as problem:
            self.stop()
            raise SlackRefused(f"Slack does not take SLACK_APP_TOKEN: {problem}") from problem

    def stop(self) -> None:
        """Disconnect. Idempotent."""
        self.client.close()

    def _heard(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        send = _FORWARDERS.get(request.type)
        if send is None:
            return
        answer = send(self._bot, request)
        if answer.error:
            # Without an acknowledgement Slack shows the person an error, as after a failed request.
            _LOG.warning("the bot answered a %s with %s after %d ms", request.type, answer.error, answer.ack_ms)
            return
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer.content() or None))


def _event(bot: BotClient, request: SocketModeRequest) -> Answer:
    retried: dict[str, Any] = {}
    if request.retry_attempt:
        retried = {"X-Slack-Retry-Num": str(request.retry_attempt), "X-Slack-Retry-Reason": str(request.retry_reason)}
    return bot.event(request.payload, retried)


_FORWARDERS: Final[dict[str, Callable[[BotClient, SocketModeRequest], Answer]]] = {
    "slash_commands": lambda bot, request: bot.form(request.payload),
    "interactive": lambda bot, request: bot.payload(request.payload),
    "events_api": _event,
}
"""Envelope type → the form in which Slack would have posted it."""
