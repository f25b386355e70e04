"""CloudFront: optimistic locking of distribution updates."""

from __future__ import annotations

from typing import Any

from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import CloudFrontBackend, random_id

from infra.local.moto_extensions.patching import replace

_update = CloudFrontBackend.update_distribution


class PreconditionFailed(CloudFrontException):
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html (PreconditionFailed)."""

    def __init__(self) -> None:
        super().__init__("PreconditionFailed", "The request failed because it didn't meet the preconditions.")


def update_distribution(self: CloudFrontBackend, dist_config: dict[str, Any], _id: str, if_match: Any) -> Any:
    """Compare IfMatch, and issue a new version.

    The same page: "you must provide the ETag value that you received" and "you'll get a new ETag". moto accepts any.
    """
    found = self.distributions.get(_id)
    if found and if_match and if_match != found.etag:
        raise PreconditionFailed
    distribution, location, _ = _update(self, dist_config, _id, if_match)
    distribution.etag = random_id(length=14)
    return distribution, location, distribution.etag


def install() -> None:
    replace(CloudFrontBackend, update_distribution=update_distribution)
