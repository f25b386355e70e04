"""Stages of REST APIs: the base class of their remediations, and the calls that they share."""

from __future__ import annotations

from typing import Any

from bot.domain.errors import Refusal
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import gone_if

ALL_METHODS = "*/*"
"""The key of the method settings that apply to all methods; one method's key is `resource/METHOD`."""


class StageRemediation(Remediation):
    """A remediation of a stage of a REST API."""

    resource_type = "AWS::ApiGateway::Stage"
    reads = ("apigateway:GET",)
    writes = ("apigateway:PATCH",)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        ids = _stage_ids(target)
        where = target.resource
        base = f"arn:{where.partition}:apigateway:{where.region}::/restapis"
        return (f"{base}/{ids['restApiId']}/stages/{ids['stageName']}",)


def stage_of(aws: Account, target: Target) -> dict[str, Any]:
    """Return the stage. Raise ResourceGone."""
    with gone_if("NotFoundException"):
        stage: dict[str, Any] = aws.client("apigateway").get_stage(**_stage_ids(target))
    return stage


def patch_stage(aws: Account, target: Target, path: str, value: str) -> None:
    operation = {"op": "replace", "path": path, "value": value}
    aws.client("apigateway").update_stage(**_stage_ids(target), patchOperations=[operation])


def patch_method_setting(aws: Account, target: Target, key: str, path: str, value: str) -> None:
    """Patch one method setting of the stage. In the patch's path, a slash of the resource's path is written `~1`."""
    resource, _, method = key.rpartition("/")
    patch_stage(aws, target, f"/{resource.replace('/', '~1')}/{method}{path}", value)


def _stage_ids(target: Target) -> dict[str, str]:
    """Return API and stage of an ARN like arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/stages/prod."""
    parts = target.resource.id.partition("/restapis/")[2].split("/")
    if len(parts) != 3 or parts[1] != "stages":  # noqa: PLR2004 - api, "stages", stage
        raise Refusal(f"{target.resource.id} names no stage of a REST API")
    return {"restApiId": parts[0], "stageName": parts[2]}
