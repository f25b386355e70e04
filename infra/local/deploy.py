"""Deployment of the bot's stack to a local AWS, with the template, functions and queues of the cloud."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final, Protocol

from infra.local.overlay import PARAMETERS, host_runtime, overlaid
from infra.local.translate import translated

STACK: Final = "cspm-bot"
_BUCKET: Final = "cspm-bot-artefacts"
_DEADLINE: Final = 60.0
_POLL: Final = 0.1


class DeploymentFailed(Exception):
    """CloudFormation refused the stack; the message holds its reasons."""


class Clients(Protocol):
    """Factory of boto3 clients for the bot's AWS."""

    def client(self, service: str) -> Any: ...


def deploy(aws: Clients, environment: Mapping[str, str], code: bytes) -> dict[str, str]:
    """Create the stack, its functions from the zip `code`, and return its outputs. Raises DeploymentFailed."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    s3.put_object(Bucket=_BUCKET, Key="code.zip", Body=code)
    template = overlaid(translated(region=s3.meta.region_name), (_BUCKET, "code.zip"), environment)
    s3.put_object(Bucket=_BUCKET, Key="template.json", Body=json.dumps(template).encode())
    return _create(aws.client("cloudformation"), f"{s3.meta.endpoint_url}/{_BUCKET}/template.json")


def _create(cloudformation: Any, template_url: str) -> dict[str, str]:
    parameters = PARAMETERS | {"PythonRuntime": host_runtime()}
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=template_url,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    deadline = time.monotonic() + _DEADLINE
    while time.monotonic() < deadline:
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        if stack["StackStatus"] != "CREATE_IN_PROGRESS":
            raise DeploymentFailed(f"{stack['StackStatus']}: {_reasons(cloudformation)}")
        time.sleep(_POLL)
    raise DeploymentFailed(f"the stack was not complete within {_DEADLINE:.0f} s")


def _reasons(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    return "; ".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed)
