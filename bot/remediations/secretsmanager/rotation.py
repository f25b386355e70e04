"""Secrets Manager: secrets that are renewed, and none that nobody reads. A value is never asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, response_date

_ROTATION: Final = "automatic rotation"
_DELETED: Final = "scheduled for deletion"
_WINDOW: Final = 30
"""Days in which a deleted secret can be restored, at most (API_DeleteSecret)."""


class RotateSecretAutomatically(Remediation):
    """Turn rotation on again where a function for it is there already; nothing is rotated at this moment.

    Secrets Manager tests the function's configuration, and first rotates at the next time of the schedule
    (API_RotateSecret, RotateImmediately). Where no function is attached, one has to be written: Refusal.
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
        """How often it is rotated. Raises Refusal where nothing could rotate it."""
        secret = _secret(aws, target)
        if secret.get("DeletedDate"):
            raise Refusal("it is scheduled for deletion")
        if secret.get("RotationEnabled"):
            return {_ROTATION: _how_often(secret.get("RotationRules", {}))}
        if not secret.get("RotationLambdaARN"):
            raise Refusal("no function is attached that could rotate it: one has to be written for what it opens")
        return {_ROTATION: ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """As often as it is already, else as the policy says."""
        if settings.get(_ROTATION, ABSENT) is not ABSENT:
            return dict(settings)
        return {**settings, _ROTATION: f"every {int(params['days'])} days"}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn it on without rotating now, or off."""
        secrets = aws.client("secretsmanager")
        if value is ABSENT:
            secrets.cancel_rotate_secret(SecretId=target.resource.id)
            return
        rules = {"AutomaticallyAfterDays": int(re.sub(r"\D", "", value))}
        secrets.rotate_secret(SecretId=target.resource.id, RotationRules=rules, RotateImmediately=False)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The secret, and the functions of its account, whose names the target lacks."""
        where = target.resource
        return (where.id, f"arn:{where.partition}:lambda:{where.region}:{where.account}:function:*")

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who reads it, and by what it would be rotated."""
        yield evidence_of("By which function?", lambda: str(_secret(aws, target).get("RotationLambdaARN", "none")))
        yield evidence_of("When was it read last?", lambda: _read_on(_secret(aws, target)))
        yield Evidence(
            "Do its readers ask again after a rotation, or keep what they have read?", "not known", known=False
        )


class DeleteUnusedSecret(Remediation):
    """Schedule a secret for deletion that nobody has read for 90 days; for 30 days it can be restored.

    Days are by Secrets Manager's own clock (the Date of its answer); it notes reads by the day (API_DescribeSecret).
    """

    title = "Delete the secret that nobody reads"
    problem = "Unused secret"
    controls = ("SecretsManager.3",)
    config_rules = ("SECRETSMANAGER_SECRET_UNUSED",)
    resource_type = "AWS::SecretsManager::Secret"
    effects = (Effect.CUTS_ACCESS, Effect.IRREVERSIBLE)
    reversible = Reversible.PARTLY
    not_restored = f"anything, once {_WINDOW} days are over: then the secret is deleted for good"
    reads = ("secretsmanager:DescribeSecret",)
    writes = ("secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret")
    params: ClassVar[Mapping[str, Param]] = {"unusedForDays": Param(90, "days that a secret may be unread")}
    proved_on = "moto"

    def read(self, target: Target, aws: Account) -> Settings:
        """Whether it is scheduled, and whether it is read. Raises Refusal for secrets that others manage."""
        secret = _secret(aws, target)
        _refuse_what_others_manage(secret, target)
        days = int(resolved_params(self, target)["unusedForDays"])
        unread = _last_used(secret) < response_date(secret) - timedelta(days=days)
        return {_DELETED: "DeletedDate" in secret, f"read in the last {days} days": not unread}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Scheduled, unless it is read."""
        is_read = any(value for name, value in settings.items() if name != _DELETED)
        return {**settings, _DELETED: bool(settings.get(_DELETED)) or not is_read}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Schedule it with the longest window, or restore it; what is so already is left alone."""
        secrets = aws.client("secretsmanager")
        if bool(value) == ("DeletedDate" in _secret(aws, target)):
            return
        if value:
            secrets.delete_secret(SecretId=target.resource.id, RecoveryWindowInDays=_WINDOW)
        else:
            secrets.restore_secret(SecretId=target.resource.id)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """When it was read last."""
        yield evidence_of("When was it read last?", lambda: _read_on(_secret(aws, target)))
        yield evidence_of("Is it rotated?", lambda: "yes" if _secret(aws, target).get("RotationEnabled") else "no")
        yield Evidence("Does something read it less often than that?", "not known", known=False)


def _secret(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("ResourceNotFoundException"):
        answer: dict[str, Any] = aws.client("secretsmanager").describe_secret(SecretId=target.resource.id)
    return {name: value for name, value in answer.items() if value is not None}


def _how_often(rules: Mapping[str, Any]) -> str:
    return str(rules.get("ScheduleExpression") or f"every {rules.get('AutomaticallyAfterDays', 0)} days")


def _last_used(secret: Mapping[str, Any]) -> datetime:
    when: datetime = max(secret[name] for name in ("LastAccessedDate", "CreatedDate") if name in secret)
    return when


def _read_on(secret: Mapping[str, Any]) -> str:
    return f"on {secret['LastAccessedDate']:%Y-%m-%d}" if "LastAccessedDate" in secret else "never"


def _refuse_what_others_manage(secret: Mapping[str, Any], target: Target) -> None:
    if secret.get("OwningService"):
        raise Refusal(f"{secret['OwningService']} manages it, and deletes it itself")
    if secret.get("PrimaryRegion", target.resource.region) != target.resource.region:
        raise Refusal(f"it is a copy; the secret itself is in {secret['PrimaryRegion']}")
    if secret.get("ReplicationStatus"):
        raise Refusal("it has copies in other Regions, which have to be removed first")
