"""What moto 5.2.5 lacks or gets wrong and the remediations need, one module per service.

Each module has `install()`, which replaces methods of moto's classes, and may have `reset()` for state of its own.
They are in place only while a CustomerCloud runs, so that other uses of moto in the process see moto as it is.
"""

from __future__ import annotations

from moto.moto_api._internal.models import moto_api_backend

from infra.local.moto_extensions import (
    access_keys,
    accounts,
    addresses,
    databases,
    metadata_options,
    patching,
    s3,
    security_groups,
    securityhub,
    snapshots,
    subnets,
    users,
)

_MODULES = (
    access_keys,
    accounts,
    addresses,
    databases,
    metadata_options,
    s3,
    security_groups,
    securityhub,
    snapshots,
    subnets,
    users,
)


def install() -> None:
    """Put all extensions into moto's classes."""
    for module in _MODULES:
        module.install()


def uninstall() -> None:
    """Give moto back as it was."""
    patching.restore()


def reset() -> None:
    """Empty all accounts."""
    moto_api_backend.reset()
    accounts.reset()
    securityhub.reset()
