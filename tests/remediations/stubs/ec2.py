# ruff: noqa: N803 - the parameters have AWS's names
"""VPC Block Public Access, which moto's EC2 lacks; every other operation of EC2 is moto's."""

from __future__ import annotations

from typing import Any

from tests.stubs import StubService


class VpcBlock(StubService):
    """https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html: off until the account turns it on."""

    service = "ec2"

    def __init__(self, account: str, region: str) -> None:
        super().__init__(account, region)
        self.mode = "off"
        self.excluded: list[dict[str, Any]] = []

    def describe_vpc_block_public_access_options(self) -> Any:
        """API_DescribeVpcBlockPublicAccessOptions."""
        now = {"AwsAccountId": self.account, "AwsRegion": self.region, "State": "update-complete"}
        return {"VpcBlockPublicAccessOptions": {**now, "InternetGatewayBlockMode": self.mode, "ManagedBy": "account"}}

    def modify_vpc_block_public_access_options(self, *, InternetGatewayBlockMode: str) -> Any:
        """API_ModifyVpcBlockPublicAccessOptions."""
        self.mode = InternetGatewayBlockMode
        return self.describe_vpc_block_public_access_options()

    def create_vpc_block_public_access_exclusion(self, *, VpcId: str, InternetGatewayExclusionMode: str) -> Any:
        """API_CreateVpcBlockPublicAccessExclusion."""
        made = {
            "ExclusionId": f"vpcbpa-exclude-{len(self.excluded)}",
            "InternetGatewayExclusionMode": InternetGatewayExclusionMode,
            "ResourceArn": f"arn:aws:ec2:{self.region}:{self.account}:vpc/{VpcId}",
            "State": "create-complete",
        }
        self.excluded.append(made)
        return {"VpcBlockPublicAccessExclusion": made}

    def describe_vpc_block_public_access_exclusions(self) -> Any:
        """API_DescribeVpcBlockPublicAccessExclusions."""
        return {"VpcBlockPublicAccessExclusions": self.excluded}
