"""Corrections of moto 5.2.5 that the remediations need, one module per service.

Each module has `install()`, which replaces methods of moto's classes, and may have `reset()` for state of its own.
They are active only while a CustomerCloud runs, so that other users of moto in the process get it unchanged.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from moto.moto_api._internal.models import moto_api_backend

import infra.local.moto_extensions
from infra.local.moto_extensions import accounts, patching, securityhub


@cache
def _modules() -> tuple[ModuleType, ...]:
    """The modules of this package that extend a service."""
    package = infra.local.moto_extensions
    found = [import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__)]
    return tuple(one for one in found if hasattr(one, "install"))


def install() -> None:
    for module in _modules():
        module.install()


def uninstall() -> None:
    patching.restore()


def reset() -> None:
    """Empty all accounts."""
    moto_api_backend.reset()
    accounts.reset()
    securityhub.reset()
