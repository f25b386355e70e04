"""The local stack's only changes to the deployed template.

Only AWS may send events from `aws.*`. So the local stack wraps each event as the detail of an event from `local.*`;
the rules match it by the same pattern, with another source, and pass on the detail: the bot gets the event that AWS
would have sent.

Roles are enforced here too, except for the conditions on the table's keys: the emulator does not pass the keys of a
call to its evaluator. Those conditions have tests of their own (tests/infra/test_rights.py). Bucket policies are left
out: they refuse plain http, which is all there is here.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping
from typing import Final

from infra.local.translate import Template, actions, of_type, statements

HUB_SOURCE: Final = "local.securityhub"
CONFIG_SOURCE: Final = "local.config"

PARAMETERS: Final = {
    "OrganizationId": "o-localstack1",
    "FallbackChannel": "C0SECFALL",
    "HubEventSource": HUB_SOURCE,
    "ConfigEventSource": CONFIG_SOURCE,
}


def source_of(event_source: str) -> str:
    """Return the local source of an AWS event: `aws.config` becomes `local.config`."""
    return "local." + event_source.removeprefix("aws.")


def host_runtime() -> str:
    """Return the Lambda runtime identifier of this interpreter, which runs the functions here."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def overlaid(template: Template, code: tuple[str, str], environment: Mapping[str, str]) -> Template:
    """Return the template for the local stack: functions from `code` (bucket, key) with more environment."""
    changed = copy.deepcopy(template)
    for function in of_type(changed, "AWS::Lambda::Function").values():
        properties = function["Properties"]
        properties["Code"] = {"S3Bucket": code[0], "S3Key": code[1]}
        properties["Environment"]["Variables"] |= dict(environment)
    for rule in of_type(changed, "AWS::Events::Rule").values():
        for target in rule["Properties"]["Targets"]:
            target["InputPath"] = "$.detail"
    for statement in statements(changed):
        if any(action.startswith("dynamodb:") for action in actions(statement)):
            statement.pop("Condition", None)
    for name in of_type(changed, "AWS::S3::BucketPolicy"):
        del changed["Resources"][name]
    return changed
