"""GuardDuty: updates keep the features that they do not name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.guardduty.models import Detector

from infra.local.moto_extensions.patching import replace

_update: Callable[..., None] = Detector.update


def update(self: Detector, *args: Any) -> None:
    """Merge the features, and their additional configuration, by name.

    https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html; moto replaces the list.
    """
    *others, features = args
    _update(self, *others, merged(self.features, features or ()))


def merged(now: Iterable[Mapping[str, Any]], changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return `now` with the named entries changed."""
    found = {one["name"]: dict(one) for one in now}
    for change in changes:
        before = found.get(change["name"], {})
        more = merged(before.get("additionalConfiguration", ()), change.get("additionalConfiguration", ()))
        found[change["name"]] = {**before, **change, **({"additionalConfiguration": more} if more else {})}
    return list(found.values())


def install() -> None:
    replace(Detector, update=update)
