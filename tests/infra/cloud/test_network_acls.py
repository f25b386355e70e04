"""What EC2 says of network ACLs and entries that are not there."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud
from infra.local.sandbox.accounts import AccountRegion
from tests.infra.cloud.conftest import ACCOUNT


@pytest.fixture
def ec2(cloud: CustomerCloud) -> Any:
    return AccountRegion(cloud, ACCOUNT).client("ec2")


def test_a_network_acl_that_is_gone_is_not_found(ec2: Any) -> None:
    with pytest.raises(ClientError, match=r"InvalidNetworkAclID\.NotFound"):
        ec2.describe_network_acls(NetworkAclIds=["acl-0123456789abcdef0"])


def test_an_entry_that_is_gone_is_not_found(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    with pytest.raises(ClientError, match=r"InvalidNetworkAclEntry\.NotFound"):
        ec2.delete_network_acl_entry(NetworkAclId=made, RuleNumber=100, Egress=False)
