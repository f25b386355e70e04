"""Disable root access of SageMaker notebook users."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from botocore.exceptions import ClientError

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.arns import arn_of
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.toggle import Toggle

_NOT_STOPPED: Final = "SageMaker changes stopped notebooks only: let its user stop it, and ask again"


class TakeRootFromNotebook(Toggle):
    """Disable root access of the notebook's users. SageMaker changes only stopped notebooks: others are refused.

    Lifecycle configurations still run as root (API_UpdateNotebookInstance).
    """

    title = "Take root from the notebook's users"
    problem = "Notebook users are root"
    controls = ("SageMaker.3",)
    config_rules = ("SAGEMAKER_NOTEBOOK_INSTANCE_ROOT_ACCESS_CHECK",)
    resource_type = "AWS::SageMaker::NotebookInstance"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("sagemaker:DescribeNotebookInstance",)
    writes = ("sagemaker:UpdateNotebookInstance",)
    proved_on = "extended"
    deadline_seconds = 900
    setting = "root access"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether users have root access. Raises Refusal while they have it and the notebook is not stopped."""
        found = _describe_notebook(aws, target)
        on = bool(found.get("RootAccess", "Enabled") == "Enabled")
        if on and found["NotebookInstanceStatus"] not in {"Stopped", "Failed", "Updating"}:
            raise Refusal(_NOT_STOPPED)
        return on

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Set root access. Raises Busy while SageMaker is working, Refusal while the notebook runs."""
        status = _describe_notebook(aws, target)["NotebookInstanceStatus"]
        if status in {"Pending", "Stopping", "Updating"}:
            raise Busy(f"SageMaker is at work on the notebook ({status})", retry_after=30)
        if status == "InService":
            raise Refusal(_NOT_STOPPED)
        aws.client("sagemaker").update_notebook_instance(
            NotebookInstanceName=target.resource.name, RootAccess="Enabled" if on else "Disabled"
        )

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the notebook's ARN, also where AWS Config gives its name."""
        return (arn_of(target, "sagemaker", f"notebook-instance/{target.resource.name}"),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "When was it last changed?", lambda: f"{_describe_notebook(aws, target)['LastModifiedTime']:%Y-%m-%d}"
        )
        yield Evidence("Do its users install system packages?", "not known", known=False)


def _describe_notebook(aws: Account, target: Target) -> dict[str, Any]:
    """Return the notebook. Raises ResourceGone; SageMaker has one error for everything, only the message differs."""
    try:
        answer = aws.client("sagemaker").describe_notebook_instance(NotebookInstanceName=target.resource.name)
    except ClientError as error:
        if "RecordNotFound" in error.response.get("Error", {}).get("Message", ""):
            raise ResourceGone(target.resource.name) from error
        raise
    found: dict[str, Any] = answer
    if found["NotebookInstanceStatus"] == "Deleting":
        raise ResourceGone("Deleting")
    return found
