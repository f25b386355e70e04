"""Secrets from Secrets Manager, cached for a few minutes.

Powertools' SecretsProvider would cache an empty or malformed value, too, so that a secret filled in after the first
call stayed unusable until the cache expires.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

from bot.adapters.aws.errors import aws_errors_as
from bot.domain.errors import Unknown

MAX_AGE: Final = 300
"""Seconds for which a value is cached."""


class ManagedSecrets:
    """`Secrets` on Secrets Manager: the secret `<prefix>/<name>`, either plain text or `{"current", "previous"}`.

    Both values are valid while a signing secret is rotated; `previous` is removed by hand afterwards. The staging
    label AWSPREVIOUS is not used: it would keep a leaked secret valid until the next rotation.
    """

    def __init__(self, client: Any, prefix: str, now: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._prefix = prefix.rstrip("/")
        self._now = now
        self._cache: dict[str, tuple[float, tuple[str, ...]]] = {}

    def get(self, name: str) -> str:
        """Return the current value. Raises Unknown."""
        return self.all(name)[0]

    def all(self, name: str) -> tuple[str, ...]:
        """Return the valid values, the current one first. Raises Unknown."""
        at, values = self._cache.get(name, (float("-inf"), ()))
        if self._now() - at >= MAX_AGE:
            values = self._read(f"{self._prefix}/{name}")
            self._cache[name] = (self._now(), values)
        return values

    def _read(self, secret_id: str) -> tuple[str, ...]:
        with aws_errors_as(
            Unknown, f"cannot read the secret {secret_id} (the stack makes it, you fill it; see README)"
        ):
            text = self._client.get_secret_value(SecretId=secret_id).get("SecretString", "")
        values = tuple(value for value in _values(secret_id, text) if value)
        if not values:
            raise Unknown(f"the secret {secret_id} is empty: set its value")
        return values


def _values(secret_id: str, text: str) -> tuple[str, ...]:
    try:
        document = json.loads(text)
    except ValueError:
        return (text.strip(),)
    if not isinstance(document, dict):
        return (text.strip(),)
    current, previous = document.get("current"), document.get("previous", "")
    if not isinstance(current, str) or not current or not isinstance(previous, str):
        raise Unknown(f'the secret {secret_id} must be plain text or {{"current": "…", "previous": "…"}}')
    return (current, previous)
