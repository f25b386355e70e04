"""Attributes of classic load balancers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud
from infra.local.sandbox.accounts import AccountRegion
from tests.infra.cloud.conftest import ACCOUNT

LISTENER = {"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 80}
MODE = {"Key": "elb.http.desyncmitigationmode", "Value": "monitor"}


@pytest.fixture
def elb(cloud: CustomerCloud) -> Any:
    return AccountRegion(cloud, ACCOUNT).client("elb")


def test_a_load_balancer_that_is_gone_is_not_found(elb: Any) -> None:
    with pytest.raises(ClientError, match="LoadBalancerNotFound"):
        elb.describe_load_balancer_attributes(LoadBalancerName="gone")


def test_the_desync_mode_stays_when_another_attribute_changes(elb: Any) -> None:
    elb.create_load_balancer(LoadBalancerName="shop", Listeners=[LISTENER], AvailabilityZones=["eu-west-1a"])
    for change in ({"AdditionalAttributes": [MODE]}, {"CrossZoneLoadBalancing": {"Enabled": True}}):
        elb.modify_load_balancer_attributes(LoadBalancerName="shop", LoadBalancerAttributes=change)
    now = elb.describe_load_balancer_attributes(LoadBalancerName="shop")["LoadBalancerAttributes"]
    assert (now["AdditionalAttributes"], now["CrossZoneLoadBalancing"]) == ([MODE], {"Enabled": True})
