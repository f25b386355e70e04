"""STS: the account of an access key; session name and source identity of an assumed role.

moto puts every unknown key into one fixed account and drops SourceIdentity.
"""

from __future__ import annotations

import re
from typing import Any

import moto.iam.models as iam_models
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult, BaseResponse
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.sts.responses import TokenResponse

from infra.local.moto_extensions.patching import replace

_ACCOUNT = re.compile(r"^\d{12}$")
_PARTITION = "aws"
_ACCESS_KEY = re.compile(r"AWS.*(?P<access_key>(?<![A-Z0-9])(?:[A-Z0-9]{20}|\d{12})(?![A-Z0-9]))[:/]")
_home: list[str] = [DEFAULT_ACCOUNT_ID]
_assumed: dict[str, dict[str, str | None]] = {}
_assume_role = TokenResponse.assume_role


def set_home_account(account: str) -> None:
    """Set the account of callers with an unknown access key."""
    _home[:] = [account]


def account_of(access_key: str) -> str:
    """Return the account of an access key; twelve digits are an account themselves, as in other emulators."""
    if _ACCOUNT.match(access_key):
        return access_key
    for account, partitions in list(iam_backends.items()):
        if access_key in partitions[_PARTITION].access_keys:
            return str(account)
    return _home[0]


def identity_of(access_key: str) -> dict[str, str | None]:
    """Return a caller's account, role, session name and source identity."""
    nobody = {"role_arn": None, "session_name": None, "source_identity": None}
    return {"account": account_of(access_key), **_assumed.get(access_key, nobody)}


def assume_role(self: TokenResponse) -> ActionResult:
    """AssumeRole that stores and returns SourceIdentity.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: "The source identity specified by the
    principal that is calling the AssumeRole operation"; it persists across chained roles and cannot be changed.
    """
    answer = _assume_role(self)
    result: Any = answer.result
    inherited = _assumed.get(self.access_key, {}).get("source_identity")
    source_identity = inherited or self._get_param("SourceIdentity")
    role = result["Credentials"]
    _assumed[role.access_key_id] = {
        "role_arn": role.role_arn,
        "session_name": role.session_name,
        "source_identity": source_identity,
    }
    if source_identity:
        result["SourceIdentity"] = source_identity
    return ActionResult(result)


def install() -> None:
    replace(BaseResponse, access_key_regex=_ACCESS_KEY)
    replace(iam_models, get_account_id_from=account_of)
    replace(TokenResponse, assume_role=assume_role)


def reset() -> None:
    """Forget the assumed roles and the home account."""
    _assumed.clear()
    set_home_account(DEFAULT_ACCOUNT_ID)
    for partitions in sts_backends.values():
        for backend in partitions.values():
            backend.assumed_roles.clear()
