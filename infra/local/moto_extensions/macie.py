"""Macie: off until it is enabled, and paused and resumed."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import utcnow
from moto.macie2.models import MacieBackend
from moto.macie2.responses import MacieResponse

from infra.local.moto_extensions.patching import replace

_new_backend = MacieBackend.__init__


class MacieNotEnabled(JsonRESTError):
    """Macie answers every question so until it is enabled."""

    code = 403

    def __init__(self) -> None:
        super().__init__("AccessDeniedException", "Macie is not enabled")


def new_backend(self: MacieBackend, *args: Any, **kwargs: Any) -> None:
    """Macie is off in a new account; in moto it is on."""
    _new_backend(self, *args, **kwargs)
    self.macie_session = None


def get_macie_session(self: MacieResponse) -> str:
    """The session, or the refusal of an account that has none.

    https://docs.aws.amazon.com/macie/latest/APIReference/macie.html: 403 where access is denied.
    """
    session = self.macie_backend.macie_session
    if session is None:
        raise MacieNotEnabled
    return json.dumps({**session, "createdAt": str(session["createdAt"]), "updatedAt": str(session["updatedAt"])})


def update_macie_session(self: MacieResponse) -> str:
    """Pause or resume it, or change how often findings are published.

    https://docs.aws.amazon.com/macie/latest/APIReference/macie.html#UpdateMacieSession
    """
    session = self.macie_backend.macie_session
    if session is None:
        raise MacieNotEnabled
    for name in ("status", "findingPublishingFrequency"):
        session[name] = self._get_param(name) or session[name]
    session["updatedAt"] = utcnow()
    return "{}"


def install() -> None:
    """Replace what moto does with a session."""
    replace(MacieBackend, __init__=new_backend)
    replace(MacieResponse, get_macie_session=get_macie_session, update_macie_session=update_macie_session)
