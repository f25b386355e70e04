"""A fixed policy."""

from __future__ import annotations

from bot.adapters.aws.appconfig import hash_label
from bot.domain.errors import PolicyUnreadable


class StaticPolicies:
    """`Policies` with a fixed text, for tests and the command line; without a version, it is the start of the hash."""

    def __init__(self, text: str, version: str = "", problem: PolicyUnreadable | None = None) -> None:
        self.policy = text
        self.version = version
        self.problem = problem

    def text(self) -> tuple[str, str]:
        """Return the text and version. Raises `problem` when there is one."""
        if self.problem:
            raise self.problem
        return self.policy, self.version or hash_label(self.policy.encode())
