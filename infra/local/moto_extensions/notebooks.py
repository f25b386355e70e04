"""SageMaker: updates of stopped notebooks."""

from __future__ import annotations

from typing import Any

from moto.core.responses import EmptyResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

from infra.local.moto_extensions.patching import replace


def update_notebook_instance(self: SageMakerResponse) -> Any:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html: stopped ones only."""
    notebook: Any = self.sagemaker_backend.get_notebook_instance(self._get_param("NotebookInstanceName"))
    if notebook.status not in {"Stopped", "Failed"}:
        raise ValidationError(message=f"Status ({notebook.status}) not in ([Stopped, Failed]).")
    notebook.root_access = self._get_param("RootAccess") or notebook.root_access
    return EmptyResult()


def install() -> None:
    replace(SageMakerResponse, update_notebook_instance=update_notebook_instance)
