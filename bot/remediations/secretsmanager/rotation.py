"""Rotate secrets automatically."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.secretsmanager.secrets import describe_secret, last_read
from bot.remediations.toolkit.arns import arn_of
from bot.remediations.toolkit.aws_calls import evidence_of

_ROTATION: Final = "automatic rotation"


class RotateSecretAutomatically(Remediation):
    """Turn rotation on where a rotation function is already attached; the secret is not rotated immediately.

    Secrets Manager tests the function's configuration, and first rotates at the next time of the schedule
    (API_RotateSecret, RotateImmediately). A secret without a function is refused, because a person has to write one.
    """

    title = "Rotate the secret automatically"
    problem = "Secret is never rotated"
    controls = ("SecretsManager.1",)
    config_rules = ("SECRETSMANAGER_ROTATION_ENABLED_CHECK",)
    resource_type = "AWS::SecretsManager::Secret"
    effects = (Effect.CUTS_ACCESS, Effect.COSTS_MONEY)
    reads = ("secretsmanager:DescribeSecret",)
    writes = ("lambda:InvokeFunction", "secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret")
    params: ClassVar[Mapping[str, Param]] = {"days": Param(90, "days from one rotation to the next")}
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the schedule. Raises Refusal where no function is attached."""
        secret = describe_secret(aws, target)
        if secret.get("DeletedDate"):
            raise Refusal("it is scheduled for deletion")
        if secret.get("RotationEnabled"):
            return {_ROTATION: _schedule(secret.get("RotationRules", {}))}
        if not secret.get("RotationLambdaARN"):
            raise Refusal("no function is attached that could rotate it: one has to be written for what it opens")
        return {_ROTATION: ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        if settings.get(_ROTATION, ABSENT) is not ABSENT:
            return dict(settings)
        return {**settings, _ROTATION: f"every {int(params['days'])} days"}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn rotation on, without rotating now, or off."""
        secrets = aws.client("secretsmanager")
        if value is ABSENT:
            secrets.cancel_rotate_secret(SecretId=target.resource.id)
            return
        rules = {"AutomaticallyAfterDays": int(re.sub(r"\D", "", value))}
        secrets.rotate_secret(SecretId=target.resource.id, RotationRules=rules, RotateImmediately=False)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the secret and all functions of its account: the target does not name the rotation function."""
        return (target.resource.id, arn_of(target, "lambda", "function:*"))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "By which function?", lambda: str(describe_secret(aws, target).get("RotationLambdaARN", "none"))
        )
        yield evidence_of("When was it read last?", lambda: last_read(describe_secret(aws, target)))
        yield Evidence(
            "Do its readers ask again after a rotation, or keep what they have read?", "not known", known=False
        )


def _schedule(rules: Mapping[str, Any]) -> str:
    return str(rules.get("ScheduleExpression") or f"every {rules.get('AutomaticallyAfterDays', 0)} days")
