"""Users and their access keys, for cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from moto.iam.models import AccessKeyLastUsed, iam_backends

from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import PLANTED


def user(name: str = "ci-deployer") -> str:
    made = plain_client("iam").create_user(UserName=name, Path="/robots/", Tags=[{"Key": "password", "Value": PLANTED}])
    return str(made["User"]["Arn"])


def access_key(name: str, *, days: int, used_days_ago: int | None = None) -> str:
    """Create an access key, and set its age in moto, because no client can."""
    key: str = plain_client("iam").create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    made = iam_backends[ACCOUNT]["aws"].access_keys[key]
    made.create_date = _ago(days)
    if used_days_ago is not None:
        made.last_used = AccessKeyLastUsed(timestamp=_ago(used_days_ago), service="s3", region="eu-west-1")
    return key


def _ago(days: int) -> datetime:
    return datetime.now(tz=UTC).replace(tzinfo=None) - timedelta(days=days)
