"""A distribution's configuration is changed only at the version that it was read at."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud
from infra.local.sandbox.accounts import AccountRegion
from tests.infra.cloud.conftest import ACCOUNT
from tests.remediations.cases.cloudfront.distributions import distribution_config


def test_a_configuration_that_has_changed_since_is_not_overwritten(cloud: CustomerCloud) -> None:
    cloudfront = AccountRegion(cloud, ACCOUNT).client("cloudfront")
    made = cloudfront.create_distribution(DistributionConfig=distribution_config())
    config = made["Distribution"]["DistributionConfig"]
    cloudfront.update_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"], DistributionConfig=config)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        cloudfront.update_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"], DistributionConfig=config)
