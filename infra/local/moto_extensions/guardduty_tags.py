"""GuardDuty: tags of detectors and filters, missing in moto."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.guardduty import urls
from moto.guardduty.exceptions import DetectorNotFoundException
from moto.guardduty.responses import GuardDutyResponse

from infra.local.moto_extensions.patching import replace


def _tags(response: GuardDutyResponse) -> dict[str, str]:
    """Return the tags of the ARN in the path: `…:detector/ID` or `…:detector/ID/filter/NAME`."""
    arn = unquote(response.path.partition("/tags/")[2])
    detector_id, _, filter_name = arn.partition(":detector/")[2].partition("/filter/")
    if detector_id not in response.guardduty_backend.detectors:
        raise DetectorNotFoundException
    detector: Any = response.guardduty_backend.detectors[detector_id]
    found: dict[str, str] = (
        vars(detector.get_filter(filter_name)).setdefault("tags", {}) if filter_name else detector.tags
    )
    return found


def list_tags_for_resource(self: GuardDutyResponse) -> str:
    """https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListTagsForResource.html."""
    return json.dumps({"tags": _tags(self)})


def tag_resource(self: GuardDutyResponse) -> str:
    """https://docs.aws.amazon.com/guardduty/latest/APIReference/API_TagResource.html."""
    _tags(self).update(self._get_param("tags"))
    return "{}"


def untag_resource(self: GuardDutyResponse) -> str:
    """https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UntagResource.html."""
    for key in self.querystring.get("tagKeys", []):
        _tags(self).pop(key, None)
    return "{}"


def install() -> None:
    replace(
        GuardDutyResponse,
        list_tags_for_resource=list_tags_for_resource,
        tag_resource=tag_resource,
        untag_resource=untag_resource,
    )
    urls.url_paths["{0}/tags/(?P<resource_arn>.+)$"] = GuardDutyResponse.dispatch
