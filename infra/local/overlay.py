"""What the local stack changes in the deployed template, and nothing else.

Nobody but AWS may send events from `aws.*`. So the local stack sends each event whole, as the detail of an event from
`local.*`; the rules match it by the same pattern, with another source, and hand on the detail: the bot gets the event
that AWS would have sent.

The roles are enforced here, too, but for the conditions on the table's keys: the emulator does not tell its evaluator
which keys a call names. Those conditions are tested by themselves (tests/infra/test_rights.py). Policies of buckets are
left out: they refuse plain http, and there is nothing else here.
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
    """The source under which an event of AWS's travels here: `aws.config` as `local.config`."""
    return "local." + event_source.removeprefix("aws.")


def host_runtime() -> str:
    """The runtime's name of this interpreter: functions run on it here."""
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
