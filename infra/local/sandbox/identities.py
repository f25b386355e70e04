"""IAM users with old, new, used and unused access keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from moto.iam.models import AccessKey, AccessKeyLastUsed, iam_backends

from infra.local.sandbox.accounts import AccountRegion, tags


def user(place: AccountRegion, name: str, **tagged: str) -> None:
    place.client("iam").create_user(UserName=name, Tags=tags(**tagged))


def access_key(
    place: AccountRegion, name: str, created: datetime, used: datetime | None = None, status: str = "Active"
) -> str:
    """Create an access key of a given age, in moto's state: clients cannot set it. Returns its id."""
    iam = place.client("iam")
    key_id = str(iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"])
    if status != "Active":
        iam.update_access_key(UserName=name, AccessKeyId=key_id, Status=status)
    key: AccessKey = iam_backends[place.account]["aws"].access_keys[key_id]
    key.create_date = created
    key.last_used = AccessKeyLastUsed(timestamp=used, service="s3", region=place.region) if used else None
    return key_id


def seed_prod(place: AccountRegion, now: datetime) -> None:
    """Account prod-data: an old key in use, an old unused key, and compliant keys."""
    user(place, "ci-deployer", owner="platform", env="prod")
    access_key(place, "ci-deployer", now - timedelta(days=412), used=now - timedelta(days=1))
    user(place, "legacy-reporting", owner="analytics", env="prod")
    access_key(place, "legacy-reporting", now - timedelta(days=203))
    user(place, "backup-agent", owner="platform", env="prod")
    access_key(place, "backup-agent", now - timedelta(days=500), status="Inactive")
    access_key(place, "backup-agent", now - timedelta(days=12), used=now - timedelta(hours=3))


def seed_dev(place: AccountRegion, now: datetime) -> None:
    """Account payments-dev: two keys, the older one too old."""
    user(place, "qa-robot", owner="payments", env="dev")
    access_key(place, "qa-robot", now - timedelta(days=131), used=now - timedelta(days=45))
    access_key(place, "qa-robot", now - timedelta(days=30), used=now - timedelta(days=2))
