"""Resources of accounts, with one identity for each whatever the source calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

GLOBAL: Final = "global"
_HOME_REGION: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
ACCOUNT_TYPE: Final = "AWS::::Account"
_QUEUE: Final = "AWS::SQS::Queue"

_GLOBAL_PREFIXES: Final = ("AWS::IAM::", "AWS::CloudFront::", "AWS::Route53::", "AWS::Organizations::")
_GLOBAL_ACCOUNT_SERVICES: Final = ("IAM", "Account")
"""Services whose controls on an account are about one global thing, in whatever Region they are checked."""

_EC2_KINDS: Final = {
    "CapacityReservation": "capacity-reservation",
    "ClientVpnEndpoint": "client-vpn-endpoint",
    "CustomerGateway": "customer-gateway",
    "EIP": "eip-allocation",
    "FlowLog": "vpc-flow-log",
    "Instance": "instance",
    "InternetGateway": "internet-gateway",
    "LaunchTemplate": "launch-template",
    "NatGateway": "natgateway",
    "NetworkAcl": "network-acl",
    "NetworkInterface": "network-interface",
    "RouteTable": "route-table",
    "SecurityGroup": "security-group",
    "Subnet": "subnet",
    "TransitGateway": "transit-gateway",
    "VPC": "vpc",
    "VPCEndpoint": "vpc-endpoint",
    "VPCPeeringConnection": "vpc-peering-connection",
    "VPNConnection": "vpn-connection",
    "VPNGateway": "vpn-gateway",
    "Volume": "volume",
}

_ARN_FORMS: Final = {
    **{f"AWS::EC2::{kind}": f"ec2:{{region}}:{{account}}:{word}/{{id}}" for kind, word in _EC2_KINDS.items()},
    "AWS::CloudFront::Distribution": "cloudfront::{account}:distribution/{id}",
    "AWS::CloudTrail::Trail": "cloudtrail:{region}:{account}:trail/{id}",
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{id}",
    "AWS::CodeBuild::Project": "codebuild:{region}:{account}:project/{id}",
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{id}",
    "AWS::ECR::Repository": "ecr:{region}:{account}:repository/{id}",
    "AWS::ECS::TaskDefinition": "ecs:{region}:{account}:task-definition/{id}",
    "AWS::EFS::FileSystem": "elasticfilesystem:{region}:{account}:file-system/{id}",
    "AWS::EKS::Cluster": "eks:{region}:{account}:cluster/{id}",
    "AWS::ElasticLoadBalancing::LoadBalancer": "elasticloadbalancing:{region}:{account}:loadbalancer/{id}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{id}",
    "AWS::Kinesis::Stream": "kinesis:{region}:{account}:stream/{id}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{id}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{id}",
    "AWS::OpenSearch::Domain": "es:{region}:{account}:domain/{id}",
    "AWS::RDS::DBClusterSnapshot": "rds:{region}:{account}:cluster-snapshot:{id}",
    "AWS::RDS::DBSnapshot": "rds:{region}:{account}:snapshot:{id}",
    "AWS::Redshift::Cluster": "redshift:{region}:{account}:cluster:{id}",
    "AWS::S3::Bucket": "s3:::{id}",
}
"""Types whose ARN follows from the id that AWS Config uses; a test compares them with published items."""

_OWN_ID: Final = re.compile(r"(?!arn:)\S+")
"""The form of AWS Config's ids; anything else, such as a sentence or a broken ARN, is left as it is."""

_QUEUE_URL: Final = re.compile(
    r"https://sqs\.(?P<region>[a-z0-9-]+)\.amazonaws\.com[a-z.]*/(?P<account>\d+)/(?P<name>[\w.-]+)"
)

_NAMED_INSIDE: Final = (
    re.compile(r"(?:loadbalancer|listener|listener-rule)/(?:app|net|gwy)/(?P<name>[^/]+)/.+"),
    re.compile(r"targetgroup/(?P<name>[^/]+)/.+"),
    re.compile(r"log-group:(?P<name>[^:]+)(?::\*)?"),
    re.compile(r"parameter(?P<name>/.+)"),
)
"""ARNs whose last part is not the name: an id follows the name, or the name has slashes."""

_ARN: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?P<service>[^:]+):(?P<region>[^:]*):(?P<account>[^:]*):(?P<rest>.+)", re.DOTALL
)


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN."""

    partition: str
    service: str
    region: str
    account: str
    rest: str

    @property
    def name(self) -> str:
        """The part after the last slash or colon."""
        return re.split(r"[/:]", self.rest)[-1]


def parse_arn(text: str) -> Arn | None:
    """Return the parts of `text` if it is an ARN, else None."""
    match = _ARN.fullmatch(text)
    return Arn(**match.groupdict()) if match else None


@dataclass(frozen=True)
class Resource:
    """A resource. `id` is its ARN where that is known, so that every source gives the same id."""

    partition: str
    account: str
    region: str
    type: str
    id: str

    @property
    def name(self) -> str:
        """The last part of its id: a bucket's name, `sg-…`, a user's name."""
        arn = parse_arn(self.id)
        return arn.name if arn else self.id

    @property
    def label(self) -> str:
        """The name that people know: a load balancer's name, not the id that its ARN ends with."""
        arn = parse_arn(self.id)
        found = (form.fullmatch(arn.rest) for form in _NAMED_INSIDE) if arn else ()
        return next((match["name"] for match in found if match), self.name)

    @property
    def call_region(self) -> str:
        """The Region to call: its own, or for a global service the first of its partition."""
        return self.region if self.region != GLOBAL else _HOME_REGION.get(self.partition, "us-east-1")

    @property
    def foreign_account(self) -> str:
        """The account in the ARN if it differs from the resource's account, else ''."""
        arn = parse_arn(self.id)
        return arn.account if arn and arn.account.isdigit() and arn.account != self.account else ""


def identify(
    kind: str, raw_id: str, *, account: str, region: str, partition: str = "aws", control: str = ""
) -> Resource:
    """Return the resource that a source calls `raw_id`, with its ARN if the type has a known form."""
    arn = parse_arn(raw_id)
    place = {"region": region, "account": account}
    canonical_id = raw_id if arn else _canonical_id(kind, raw_id, place, partition)
    return Resource(arn.partition if arn else partition, account, _region(kind, region, control), kind, canonical_id)


def _canonical_id(kind: str, raw_id: str, place: Mapping[str, str], partition: str) -> str:
    if kind == ACCOUNT_TYPE:
        return raw_id.removeprefix(f"{ACCOUNT_TYPE}:")
    if kind == _QUEUE:
        url = _QUEUE_URL.fullmatch(raw_id)
        return f"arn:{partition}:sqs:{url['region']}:{url['account']}:{url['name']}" if url else raw_id
    form = _ARN_FORMS.get(kind)
    matches = form is not None and _OWN_ID.fullmatch(raw_id) is not None
    return f"arn:{partition}:{form.format(id=raw_id, **place)}" if form and matches else raw_id


def _region(kind: str, region: str, control: str) -> str:
    if kind.startswith(_GLOBAL_PREFIXES):
        return GLOBAL
    if kind == ACCOUNT_TYPE and control.split(".", 1)[0] in _GLOBAL_ACCOUNT_SERVICES:
        return GLOBAL
    return region or GLOBAL
