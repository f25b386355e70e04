"""Security groups, for cases of clusters and workgroups."""

from __future__ import annotations

from tests.aws import plain_client
from tests.remediations.contract import PLANTED


def make_security_group() -> str:
    """Create a security group that allows port 5439 from anywhere."""
    made = plain_client("ec2").create_security_group(GroupName="analysts", Description=PLANTED)
    plain_client("ec2").authorize_security_group_ingress(
        GroupId=made["GroupId"], IpProtocol="tcp", FromPort=5439, ToPort=5439, CidrIp="0.0.0.0/0"
    )
    return str(made["GroupId"])
