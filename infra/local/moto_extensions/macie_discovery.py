"""Macie: automated sensitive data discovery, missing in moto."""

from __future__ import annotations

import json
from typing import Any

from moto.macie2 import urls
from moto.macie2.models import MacieBackend
from moto.macie2.responses import MacieResponse

from infra.local.moto_extensions.macie import MacieNotEnabled
from infra.local.moto_extensions.patching import replace

_PATH = "{0}/automated-discovery/configuration$"


def get_automated_discovery_configuration(self: MacieResponse) -> str:
    """https://docs.aws.amazon.com/macie/latest/APIReference/automated-discovery-configuration.html."""
    return json.dumps(_configuration(self.macie_backend))


def update_automated_discovery_configuration(self: MacieResponse) -> str:
    """https://docs.aws.amazon.com/macie/latest/APIReference/automated-discovery-configuration.html."""
    _configuration(self.macie_backend)["status"] = self._get_param("status")
    return "{}"


def _configuration(backend: MacieBackend) -> dict[str, Any]:
    if backend.macie_session is None:
        raise MacieNotEnabled
    found: dict[str, Any] = vars(backend).setdefault("automated_discovery", {"status": "DISABLED"})
    return found


def install() -> None:
    replace(
        MacieResponse,
        get_automated_discovery_configuration=get_automated_discovery_configuration,
        update_automated_discovery_configuration=update_automated_discovery_configuration,
    )
    urls.url_paths[_PATH] = MacieResponse.dispatch
