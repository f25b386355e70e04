"""Slack's Web API over slack_sdk: errors become the bot's, and nothing is retried inside a call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.request import Request, urlopen

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.slack_response import SlackResponse

from bot.domain.errors import Busy, CspmError, SlackRefused, Unknown

_OFFICIAL: Final = "https://slack.com/api/"
_ERROR_CODE: Final = re.compile(r"[a-z0-9_]+")
_OUTCOME_UNKNOWN: Final = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
"""Error codes after which Slack may have carried out the call."""

_UPLOAD_PREFIXES: Final = ("https://", "http://127.0.0.1:", "http://localhost:")

_TOO_MANY_REQUESTS: Final = 429
_OK: Final = 200


class SlackWeb:
    """`Slack` on the Web API. `timeout` is in seconds; `base_url` replaces https://slack.com/api/."""

    def __init__(self, token: str, base_url: str | None = None, timeout: int = 5) -> None:
        address = (base_url or _OFFICIAL).rstrip("/") + "/"
        self._timeout = timeout
        self._client = WebClient(token=token, base_url=address, timeout=timeout, retry_handlers=[])

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method; arguments that are None are left out.

        Raises Busy when throttled (with Slack's Retry-After), SlackRefused for an error of the call, Unknown without
        a response or when Slack failed: the call may have taken effect.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        how = "json" if any(isinstance(value, dict | list | tuple) for value in given.values()) else "data"
        try:
            answer = self._client.api_call(method, **{how: given})  # type: ignore[arg-type] # its stub knows fewer types
        except SlackApiError as problem:
            raise _translated(method, problem.response) from problem
        except (SlackClientError, OSError, HTTPException) as problem:
            raise Unknown(f"no response from Slack to {method}: {problem!r}") from problem
        return _body(answer)

    def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the upload URL that Slack returned. Raises Unknown."""
        if not url.startswith(_UPLOAD_PREFIXES):
            raise Unknown("Slack returned an upload URL that is not https")
        request = Request(url, data=content, headers={"Content-Type": "application/octet-stream"})  # noqa: S310 - checked
        try:
            with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310 - checked above
                status = answer.status
        except (OSError, HTTPException) as problem:
            raise Unknown(f"the upload to Slack failed: {problem!r}") from problem
        if status != _OK:
            raise Unknown(f"the upload to Slack failed: status {status}")


def _translated(method: str, answer: SlackResponse) -> CspmError:
    error = str(_body(answer).get("error", ""))
    if answer.status_code == _TOO_MANY_REQUESTS or error in ("ratelimited", "rate_limited"):
        return Busy(f"Slack throttles {method}", _retry_after(answer.headers))
    if answer.status_code != _OK or error in _OUTCOME_UNKNOWN or not _ERROR_CODE.fullmatch(error):
        return Unknown(f"Slack failed at {method}: status {answer.status_code} {error[:200]}")
    return SlackRefused(f"Slack refused {method}: {error}{_details(answer)}", error)


def _body(answer: SlackResponse) -> dict[str, Any]:
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def _details(answer: SlackResponse) -> str:
    messages = _body(answer).get("response_metadata", {}).get("messages", [])
    return "".join(f"; {message}" for message in messages)


def _retry_after(headers: Mapping[str, str]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    return float(given) if given.isdigit() else 1.0
