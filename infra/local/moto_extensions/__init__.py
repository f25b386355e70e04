"""What moto 5.2.5 lacks or gets wrong and the remediations need, one module per service.

Each module has `install()`, which replaces methods of moto's classes, and may have `reset()` for state of its own.
They are in place only while a CustomerCloud runs, so that other uses of moto in the process see moto as it is.
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
    """Put all extensions into moto's classes."""
    for module in _modules():
        module.install()


def uninstall() -> None:
    """Give moto back as it was."""
    patching.restore()


def reset() -> None:
    """Empty all accounts."""
    moto_api_backend.reset()
    accounts.reset()
    securityhub.reset()
