"""Fixed secrets."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import Unknown


class StaticSecrets:
    """`Secrets` with fixed values, for tests and the local stack."""

    def __init__(self, values: Mapping[str, str | tuple[str, ...]]) -> None:
        self._values = dict(values)

    def get(self, name: str) -> str:
        """Return the current value. Raises Unknown."""
        return self.all(name)[0]

    def all(self, name: str) -> tuple[str, ...]:
        """Return the fixed values. Raises Unknown."""
        found = self._values.get(name, ())
        if not found:
            raise Unknown(f"no value was given for the secret {name}")
        return (found,) if isinstance(found, str) else found
