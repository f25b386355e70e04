"""Reversible replacement of attributes of moto's classes and modules."""

from __future__ import annotations

from typing import Any

_originals: list[tuple[Any, str, Any]] = []
_ABSENT = object()


def replace(owner: Any, **attributes: Any) -> None:
    """Set attributes of a class or module and remember their previous values."""
    for name, value in attributes.items():
        _originals.append((owner, name, vars(owner).get(name, _ABSENT)))
        setattr(owner, name, value)


def restore() -> None:
    """Restore everything, last replacement first."""
    while _originals:
        owner, name, value = _originals.pop()
        if value is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, value)
