"""IAM: pagination of access keys."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

from infra.local.moto_extensions.patching import replace

_list_access_keys = IamResponse.list_access_keys
_PAGE = 100


def list_access_keys(self: IamResponse) -> ActionResult:
    """Paginate by MaxItems and Marker.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html: IsTruncated tells whether more follow,
    and only then is there a Marker. moto returns all keys at once.
    """
    result = dict(_list_access_keys(self).result)  # type: ignore[call-overload] # a mapping here
    keys = list(result["AccessKeyMetadata"])
    start = int(self._get_param("Marker") or 0)
    end = start + (self._get_int_param("MaxItems") or _PAGE)
    more = {"IsTruncated": True, "Marker": str(end)} if end < len(keys) else {"IsTruncated": False}
    return ActionResult({**result, "AccessKeyMetadata": keys[start:end], **more})


def install() -> None:
    replace(IamResponse, list_access_keys=list_access_keys)
