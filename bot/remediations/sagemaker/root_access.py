"""SageMaker notebooks: their users are not root. The network of a notebook cannot be changed: see guidance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from botocore.exceptions import ClientError

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.toggle import Toggle

_RUNS: Final = "SageMaker changes stopped notebooks only: let its user stop it, and ask again"


class TakeRootFromNotebook(Toggle):
    """Let users of the notebook not be root. SageMaker changes a notebook only while it is stopped: refused else.

    Lifecycle configurations run as root still (API_UpdateNotebookInstance).
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
        """Raises Refusal while it is not stopped."""
        found = _notebook(aws, target)
        on = bool(found.get("RootAccess", "Enabled") == "Enabled")
        if on and found["NotebookInstanceStatus"] not in {"Stopped", "Failed", "Updating"}:
            raise Refusal(_RUNS)
        return on

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag. Raises Busy while SageMaker is at work, Refusal while the notebook runs."""
        status = _notebook(aws, target)["NotebookInstanceStatus"]
        if status in {"Pending", "Stopping", "Updating"}:
            raise Busy(f"SageMaker is at work on the notebook ({status})", retry_after=30)
        if status == "InService":
            raise Refusal(_RUNS)
        aws.client("sagemaker").update_notebook_instance(
            NotebookInstanceName=target.resource.name, RootAccess="Enabled" if on else "Disabled"
        )

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The notebook's ARN, also where AWS Config names it by its name."""
        where = target.resource
        return (f"arn:{where.partition}:sagemaker:{where.region}:{where.account}:notebook-instance/{where.name}",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """When it was last worked with, as far as SageMaker tells."""
        yield evidence_of("When was it last changed?", lambda: f"{_notebook(aws, target)['LastModifiedTime']:%Y-%m-%d}")
        yield Evidence("Do its users install system packages?", "not known", known=False)


def _notebook(aws: Account, target: Target) -> dict[str, Any]:
    """Raises ResourceGone where SageMaker's words say so: it has one error for everything."""
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
