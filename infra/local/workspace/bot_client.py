"""Signed requests to the bot, as from Slack, with a limit of three seconds for the answer.

Signature: docs.slack.dev/authentication/verifying-requests-from-slack. Always with the real time: an advanced clock
must not make requests look old.
"""

import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from infra.local.workspace.config import JSON, WorkspaceConfig

FORM = "application/x-www-form-urlencoded"
TIMEOUT = "operation_timeout"
FAILED = "dispatch_failed"


@dataclass(frozen=True)
class Answer:
    """The bot's answer: `error` is Slack's error code unless it was a 200 in time, else ""."""

    ack_ms: int
    error: str = ""
    status: int = 0
    body: str = ""

    def content(self) -> JSON:
        """The answer as JSON; text that is no JSON object is a message's text, as in Slack."""
        try:
            value: Any = json.loads(self.body) if self.body.strip() else {}
        except ValueError:
            return {"text": self.body}
        return value if isinstance(value, dict) else {"text": self.body}


def sign(secret: str, timestamp: str, body: str) -> str:
    """Return the v0 signature of a raw body."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class BotClient:
    """The bot's endpoint, called as by Slack."""

    config: WorkspaceConfig

    def form(self, fields: JSON) -> Answer:
        """Send a slash command."""
        return self._send(urlencode(fields), FORM)

    def payload(self, payload: JSON) -> Answer:
        """Send an interaction: a form with one field, `payload`."""
        return self._send(urlencode({"payload": json.dumps(payload)}), FORM)

    def event(self, event: JSON, extra: JSON | None = None) -> Answer:
        """Send an event (JSON); `extra` are headers of a retry."""
        return self._send(json.dumps(event), "application/json", extra or {})

    def _send(self, body: str, kind: str, extra: JSON | None = None) -> Answer:
        begun = time.monotonic()
        try:
            status, text = self._post(body, self._headers(body, kind) | (extra or {}))
        except TimeoutError:
            return Answer(_since(begun), TIMEOUT)
        except (OSError, http.client.HTTPException) as problem:
            return Answer(_since(begun), FAILED, body=str(problem))
        ack_ms = _since(begun)
        if ack_ms > self.config.ack_seconds * 1000:
            return Answer(ack_ms, TIMEOUT)
        return Answer(ack_ms, "" if status == http.client.OK else FAILED, status, text)

    def _headers(self, body: str, kind: str) -> dict[str, str]:
        timestamp = str(int(time.time()))
        return {
            "Content-Type": kind,
            "Accept": "application/json,*/*",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.config.signing_secret, timestamp, body),
            **self.config.headers,
        }

    def _post(self, body: str, headers: dict[str, str]) -> tuple[int, str]:
        address = urlsplit(self.config.request_url)
        connection = _connection(address, self.config.ack_seconds)
        try:
            connection.request("POST", _path(address), body.encode(), headers)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        finally:
            connection.close()


def _connection(address: SplitResult, timeout: float) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    return kind(address.hostname or "127.0.0.1", address.port, timeout=timeout)


def _path(address: SplitResult) -> str:
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
