"""Rules about owner tags and allowed Regions."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Param
from bot.rules.rule import Item, Params, Rule, Verdict, non_compliant_if

TAGGED_TYPES: Final = (
    *("AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::S3::Bucket", "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"),
    *("AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::KMS::Key"),
)
REGIONAL_TYPES: Final = (
    *("AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::EC2::VPC", "AWS::S3::Bucket", "AWS::RDS::DBInstance"),
    *("AWS::DynamoDB::Table", "AWS::Lambda::Function"),
)


def owner_tag(item: Item, params: Params) -> Verdict:
    """Require the owner tag with a value."""
    tag = params.text("tag")
    return non_compliant_if([] if item.tags.get(tag, "").strip() else [f"no tag {tag} says whose it is"])


def allowed_region(item: Item, params: Params) -> Verdict:
    """Require an allowed Region or a global resource. Without a list every Region is allowed."""
    allowed = params.texts("regions")
    if not allowed or item.region in (*allowed, "global"):
        return non_compliant_if([])
    return non_compliant_if([f"it is in {item.region}; allowed: {', '.join(allowed)}"])


RULES: Final = (
    Rule(
        name="owner-tag-missing",
        about="Whatever costs money or holds data says whose it is",
        evaluate=owner_tag,
        resource_types=TAGGED_TYPES,
        params={"tag": Param("owner", "the tag that says whose it is")},
    ),
    Rule(
        name="region-not-allowed",
        about="Nothing is made outside the allowed Regions",
        evaluate=allowed_region,
        resource_types=REGIONAL_TYPES,
        params={"regions": Param("", "allowed Regions, comma-separated; none: every Region")},
    ),
)
