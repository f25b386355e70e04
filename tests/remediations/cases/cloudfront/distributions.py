"""Configurations of distributions, for cases."""

from __future__ import annotations

from typing import Any

from tests.remediations.contract import PLANTED


def distribution_config(origin: str = "site.s3.eu-west-1.amazonaws.com") -> dict[str, Any]:
    return {
        "CallerReference": "test",
        "Comment": PLANTED,
        "Enabled": True,
        "Origins": {
            "Quantity": 1,
            "Items": [{"Id": "site", "DomainName": origin, "S3OriginConfig": {"OriginAccessIdentity": ""}}],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "site",
            "ViewerProtocolPolicy": "allow-all",
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            "MinTTL": 0,
        },
    }
