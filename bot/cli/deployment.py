"""A deployment of the bot as CloudFormation describes it, read with the caller's credentials."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3

from bot.adapters.aws.errors import aws_errors_as
from bot.domain.errors import BadInput, Unknown

Clients = Callable[[str], Any]


@dataclass(frozen=True)
class Deployment:
    """One stack: its parameters, outputs, and physical ids by logical id."""

    stack: str
    clients: Clients
    parameters: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    status: str = ""

    def client(self, service: str) -> Any:
        """Return the boto3 client of a service in the stack's Region."""
        return self.clients(service)

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues' logical ids without `Queue`."""
        dead = "DeadLetters"
        return tuple(name.removesuffix(dead) for name in sorted(self.ids) if name.endswith(dead))

    def messages(self, logical_id: str) -> int:
        """Return the approximate number of messages in a queue. Raises Unknown."""
        with aws_errors_as(Unknown, f"cannot look into {logical_id}"):
            answer = self.client("sqs").get_queue_attributes(
                QueueUrl=self.ids[logical_id], AttributeNames=["ApproximateNumberOfMessages"]
            )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def find_deployment(stack: str, region: str = "", clients: Clients | None = None) -> Deployment:
    """Return the deployment of this stack. Raises BadInput without a Region, Unknown if there is no such stack."""
    client_of = clients or _caller_clients(region)
    cloudformation = client_of("cloudformation")
    with aws_errors_as(Unknown, f"the stack {stack} cannot be seen here; set --stack, --region or AWS_PROFILE"):
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        listed = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    return Deployment(
        stack=stack,
        clients=client_of,
        parameters={one["ParameterKey"]: one["ParameterValue"] for one in described.get("Parameters", [])},
        outputs={one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])},
        ids={one["LogicalResourceId"]: one.get("PhysicalResourceId", "") for one in listed},
        status=described["StackStatus"],
    )


def _caller_clients(region: str) -> Clients:
    session: Any = boto3.Session()
    where = region or session.region_name or os.environ.get("AWS_REGION", "")
    if not where:
        raise BadInput("which Region? give --region, or set AWS_REGION")

    def client(service: str) -> Any:
        return session.client(service, region_name=where)

    return client
