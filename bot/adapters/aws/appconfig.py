"""The policy from AWS AppConfig, which no function can write to.

Powertools' AppConfigProvider does not return the version label, ignores NextPollIntervalInSeconds, and never starts a
new session after its token has expired (24 hours without a call).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any, Final

from bot.adapters.aws.errors import AWS_ERRORS, aws_errors_as, code_of
from bot.domain.errors import PolicyUnreadable

MIN_POLL_SECONDS: Final = 15
"""AppConfig's minimum poll interval (StartConfigurationSession, RequiredMinimumPollIntervalInSeconds)."""


class AppConfigPolicies:
    """`Policies` from one configuration profile, polled again after AppConfig's interval."""

    def __init__(
        self,
        client: Any,
        *,
        application: str,
        environment: str,
        profile: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._names = {
            "ApplicationIdentifier": application,
            "EnvironmentIdentifier": environment,
            "ConfigurationProfileIdentifier": profile,
        }
        self._now = now
        self._token = ""
        self._next_poll = float("-inf")
        self._known: tuple[str, str] | None = None

    def text(self) -> tuple[str, str]:
        """Return the YAML and its version label, or the start of its hash. Raises PolicyUnreadable."""
        if self._known is None or self._now() >= self._next_poll:
            self._known = self._latest()
        return self._known

    def _latest(self) -> tuple[str, str]:
        answer = self._poll()
        content = answer["Configuration"].read()
        self._token = answer["NextPollConfigurationToken"]
        self._next_poll = self._now() + max(MIN_POLL_SECONDS, int(answer.get("NextPollIntervalInSeconds", 0)))
        if content:
            return _decoded(content, answer.get("VersionLabel") or "")
        if self._known is None:
            raise self._unreadable("no policy is deployed there yet")
        return self._known

    def _poll(self) -> Any:
        """Poll with the last token, valid for 24 hours and one call; if it is rejected, start a new session once."""
        if self._token:
            try:
                return self._client.get_latest_configuration(ConfigurationToken=self._token)
            except AWS_ERRORS as problem:
                self._token, self._known = "", None
                if code_of(problem) != "BadRequestException":
                    raise self._unreadable(str(problem)) from problem
        with aws_errors_as(PolicyUnreadable, f"cannot read the policy {self._place}"):
            self._token = self._client.start_configuration_session(
                **self._names, RequiredMinimumPollIntervalInSeconds=MIN_POLL_SECONDS
            )["InitialConfigurationToken"]
            return self._client.get_latest_configuration(ConfigurationToken=self._token)

    @property
    def _place(self) -> str:
        return " / ".join(self._names.values())

    def _unreadable(self, why: str) -> PolicyUnreadable:
        return PolicyUnreadable(f"cannot read the policy {self._place}: {why}")


def _decoded(content: bytes, label: str) -> tuple[str, str]:
    try:
        return content.decode(), label or hash_label(content)
    except UnicodeDecodeError as problem:
        raise PolicyUnreadable(f"the policy is not UTF-8 text: {problem}") from problem


def hash_label(content: bytes) -> str:
    """Return the label of a version without one: the start of its hash."""
    return f"sha256:{hashlib.sha256(content).hexdigest()[:12]}"
