"""Secrets Manager: enabling rotation without an immediate rotation."""

from __future__ import annotations

import time
from typing import Any

from moto.secretsmanager.exceptions import InvalidRequestException
from moto.secretsmanager.models import SecretsManagerBackend

from infra.local.moto_extensions.patching import replace

_rotate_secret = SecretsManagerBackend.rotate_secret
_NO_FUNCTION = "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured"
_DAY = 86400


def rotate_secret(
    self: SecretsManagerBackend,
    secret_id: str,
    client_request_token: str | None = None,
    rotation_lambda_arn: str | None = None,
    rotation_rules: dict[str, Any] | None = None,
    *,
    rotate_immediately: bool = True,
) -> str:
    """Enable rotation without a rotation if RotateImmediately is false.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html: without RotationLambdaARN the
    secret keeps its function; it is rotated at the next window of its schedule. moto forgets the function, and runs it
    in a container.
    """
    if rotate_immediately:
        return _rotate_secret(self, secret_id, client_request_token, rotation_lambda_arn, rotation_rules)
    secret: Any = self.describe_secret(secret_id)
    if not (rotation_lambda_arn or secret.rotation_lambda_arn):
        raise InvalidRequestException(_NO_FUNCTION)
    days = (rotation_rules or {}).get("AutomaticallyAfterDays", secret.auto_rotate_after_days)
    secret.rotation_lambda_arn = rotation_lambda_arn or secret.rotation_lambda_arn
    secret.auto_rotate_after_days = days
    secret.next_rotation_date = int(time.time()) + days * _DAY
    secret.rotation_requested = secret.rotation_enabled = True
    answer: str = secret.to_short_dict()
    return answer


def install() -> None:
    replace(SecretsManagerBackend, rotate_secret=rotate_secret)
