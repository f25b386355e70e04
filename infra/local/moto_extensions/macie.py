"""Macie: disabled by default; pause and resume."""

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
    """Macie's error for every call before it is enabled."""

    code = 403

    def __init__(self) -> None:
        super().__init__("AccessDeniedException", "Macie is not enabled")


def new_backend(self: MacieBackend, *args: Any, **kwargs: Any) -> None:
    """Start disabled, as in a new account; moto's is enabled."""
    _new_backend(self, *args, **kwargs)
    self.macie_session = None


def get_macie_session(self: MacieResponse) -> str:
    """Return the session, or raise in an account without one.

    https://docs.aws.amazon.com/macie/latest/APIReference/macie.html: 403 where access is denied.
    """
    session = self.macie_backend.macie_session
    if session is None:
        raise MacieNotEnabled
    return json.dumps({**session, "createdAt": str(session["createdAt"]), "updatedAt": str(session["updatedAt"])})


def update_macie_session(self: MacieResponse) -> str:
    """Pause or resume the session, or change the publishing frequency of findings.

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
    replace(MacieBackend, __init__=new_backend)
    replace(MacieResponse, get_macie_session=get_macie_session, update_macie_session=update_macie_session)
