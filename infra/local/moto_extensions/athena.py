"""Athena: UpdateWorkGroup, and the error for an unknown work group."""

from __future__ import annotations

import json

from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

from infra.local.moto_extensions.patching import replace

_get_work_group = AthenaResponse.get_work_group


class WorkGroupNotFound(JsonRESTError):
    """InvalidRequestException, Athena's one error for every invalid request."""

    code = 400

    def __init__(self, name: str) -> None:
        super().__init__("InvalidRequestException", f"WorkGroup {name} is not found.")


def get_work_group(self: AthenaResponse) -> str:
    """Return the work group; moto returns null for an unknown one.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_GetWorkGroup.html
    """
    _named(self)
    return _get_work_group(self)


def update_work_group(self: AthenaResponse) -> str:
    """Change only the given parts of the configuration.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateWorkGroup.html
    """
    name = _named(self)
    group = self.athena_backend.work_groups[name]
    group.configuration.update(self._get_param("ConfigurationUpdates") or {})
    group.description = self._get_param("Description") or group.description
    group.state = self._get_param("State") or group.state
    return json.dumps({})


def _named(response: AthenaResponse) -> str:
    name: str = response._get_param("WorkGroup")  # noqa: SLF001 - moto's own way to its parameters
    if name not in response.athena_backend.work_groups:
        raise WorkGroupNotFound(name)
    return name


def install() -> None:
    replace(AthenaResponse, get_work_group=get_work_group, update_work_group=update_work_group)
