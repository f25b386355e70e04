"""Delete secrets that are not used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.secretsmanager.secrets import describe_secret, last_read
from bot.remediations.toolkit.aws_calls import evidence_of, response_date

_DELETED: Final = "scheduled for deletion"
_RECOVERY_DAYS: Final = 30
"""Days in which a deleted secret can be restored, at most (API_DeleteSecret)."""


class DeleteUnusedSecret(Remediation):
    """Schedule a secret for deletion that has not been read for 90 days; it can be restored for 30 days.

    Days are counted by Secrets Manager's clock (the Date of its answer), which records reads by the day
    (API_DescribeSecret).
    """

    title = "Delete the secret that nobody reads"
    problem = "Unused secret"
    controls = ("SecretsManager.3",)
    config_rules = ("SECRETSMANAGER_SECRET_UNUSED",)
    resource_type = "AWS::SecretsManager::Secret"
    effects = (Effect.CUTS_ACCESS, Effect.IRREVERSIBLE)
    reversible = Reversible.PARTLY
    not_restored = f"anything, once {_RECOVERY_DAYS} days are over: then the secret is deleted for good"
    reads = ("secretsmanager:DescribeSecret",)
    writes = ("secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret")
    params: ClassVar[Mapping[str, Param]] = {"unusedForDays": Param(90, "days that a secret may be unread")}
    proved_on = "moto"

    def read(self, target: Target, aws: Account) -> Settings:
        """Read whether it is scheduled, and whether it is read. Raises Refusal for managed and replicated secrets."""
        secret = describe_secret(aws, target)
        _refuse_managed_or_replicated(secret, target)
        days = int(resolved_params(self, target)["unusedForDays"])
        unread = _last_used_or_created(secret) < response_date(secret) - timedelta(days=days)
        return {_DELETED: "DeletedDate" in secret, f"read in the last {days} days": not unread}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Schedule the deletion, unless the secret is read."""
        is_read = any(value for name, value in settings.items() if name != _DELETED)
        return {**settings, _DELETED: bool(settings.get(_DELETED)) or not is_read}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Schedule the deletion with the longest recovery window, or restore the secret."""
        secrets = aws.client("secretsmanager")
        if bool(value) == ("DeletedDate" in describe_secret(aws, target)):
            return
        if value:
            secrets.delete_secret(SecretId=target.resource.id, RecoveryWindowInDays=_RECOVERY_DAYS)
        else:
            secrets.restore_secret(SecretId=target.resource.id)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("When was it read last?", lambda: last_read(describe_secret(aws, target)))
        yield evidence_of(
            "Is it rotated?", lambda: "yes" if describe_secret(aws, target).get("RotationEnabled") else "no"
        )
        yield Evidence("Does something read it less often than that?", "not known", known=False)


def _last_used_or_created(secret: Mapping[str, Any]) -> datetime:
    when: datetime = max(secret[name] for name in ("LastAccessedDate", "CreatedDate") if name in secret)
    return when


def _refuse_managed_or_replicated(secret: Mapping[str, Any], target: Target) -> None:
    if secret.get("OwningService"):
        raise Refusal(f"{secret['OwningService']} manages it, and deletes it itself")
    if secret.get("PrimaryRegion", target.resource.region) != target.resource.region:
        raise Refusal(f"it is a copy; the secret itself is in {secret['PrimaryRegion']}")
    if secret.get("ReplicationStatus"):
        raise Refusal("it has copies in other Regions, which have to be removed first")
