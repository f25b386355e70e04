"""What a finding is about: one resource of one account, named the same whichever source speaks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

GLOBAL: Final = "global"
ACCOUNT_TYPE: Final = "AWS::::Account"

_GLOBAL_PREFIXES: Final = ("AWS::IAM::", "AWS::CloudFront::", "AWS::Route53::", "AWS::Organizations::")
_GLOBAL_ACCOUNT_SERVICES: Final = ("IAM", "Account")
"""Controls of these services on an account speak of one thing, whichever Region checks it."""

_ARN_FORMS: Final = {
    "AWS::CloudTrail::Trail": "arn:{partition}:cloudtrail:{region}:{account}:trail/{id}",
    "AWS::EC2::Instance": "arn:{partition}:ec2:{region}:{account}:instance/{id}",
    "AWS::EC2::NetworkInterface": "arn:{partition}:ec2:{region}:{account}:network-interface/{id}",
    "AWS::EC2::SecurityGroup": "arn:{partition}:ec2:{region}:{account}:security-group/{id}",
    "AWS::EC2::Subnet": "arn:{partition}:ec2:{region}:{account}:subnet/{id}",
    "AWS::EC2::VPC": "arn:{partition}:ec2:{region}:{account}:vpc/{id}",
    "AWS::EC2::Volume": "arn:{partition}:ec2:{region}:{account}:volume/{id}",
    "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{id}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{id}",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{id}",
}
"""Types whose ARN follows from the id that AWS Config uses; a test holds each against published events."""

_ARN: Final = re.compile(
    r"arn:(?P<partition>[^:]+):(?P<service>[^:]+):(?P<region>[^:]*):(?P<account>[^:]*):(?P<rest>.+)", re.DOTALL
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
        """What people call it: the part after the last slash or colon."""
        return re.split(r"[/:]", self.rest)[-1]


def parse_arn(text: str) -> Arn | None:
    """The parts of `text` when it is an ARN, else None."""
    match = _ARN.fullmatch(text)
    return Arn(**match.groupdict()) if match else None


@dataclass(frozen=True)
class Resource:
    """One resource. `id` is its ARN where that is known, so that two sources name it alike."""

    partition: str
    account: str
    region: str
    type: str
    id: str

    @property
    def name(self) -> str:
        """What people call it: a bucket's name, `sg-…`, a user's name."""
        arn = parse_arn(self.id)
        return arn.name if arn else self.id

    @property
    def foreign_account(self) -> str:
        """The account in the ARN where it differs from the resource's own, else nothing."""
        arn = parse_arn(self.id)
        return arn.account if arn and arn.account.isdigit() and arn.account != self.account else ""


def identify(
    kind: str, raw_id: str, *, account: str, region: str, partition: str = "aws", control: str = ""
) -> Resource:
    """The resource that a source calls `raw_id`: id an ARN where the type has one, Region `global` where due."""
    arn = parse_arn(raw_id)
    known_partition = arn.partition if arn else partition
    form = _ARN_FORMS.get(kind)
    canonical_id = raw_id
    if form and not arn and raw_id:
        canonical_id = form.format(partition=partition, region=region, account=account, id=raw_id)
    return Resource(known_partition, account, _region(kind, region, control), kind, canonical_id)


def _region(kind: str, region: str, control: str) -> str:
    if kind.startswith(_GLOBAL_PREFIXES):
        return GLOBAL
    if kind == ACCOUNT_TYPE and control.split(".", 1)[0] in _GLOBAL_ACCOUNT_SERVICES:
        return GLOBAL
    return region or GLOBAL
