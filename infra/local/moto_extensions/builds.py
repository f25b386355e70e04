"""CodeBuild: UpdateProject."""

from __future__ import annotations

import json

from moto.codebuild.exceptions import ResourceNotFoundException
from moto.codebuild.responses import CodeBuildResponse

from infra.local.moto_extensions.patching import replace

_PARTS = ("description", "environment", "source", "artifacts", "cache", "logsConfig", "vpcConfig")


def update_project(self: CodeBuildResponse) -> str:
    """Replace each given part as a whole, and no other.

    https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProject.html
    """
    name = self._get_param("name")
    project = self.codebuild_backend.codebuild_projects.get(name)
    if project is None:
        raise ResourceNotFoundException(f"Project cannot be found: {name}")
    given = {part: self._get_param(part) for part in _PARTS}
    project.project_metadata.update({part: value for part, value in given.items() if value is not None})
    return json.dumps({"project": project.project_metadata})


def install() -> None:
    replace(CodeBuildResponse, update_project=update_project)
