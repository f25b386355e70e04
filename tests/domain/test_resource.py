"""One resource, one name, whichever source speaks of it."""

from __future__ import annotations

import pytest

from bot.domain.resource import GLOBAL, Resource, identify

HERE = {"account": "111122223333", "region": "eu-west-1"}


@pytest.mark.parametrize(
    ("kind", "raw", "arn"),
    [
        ("AWS::S3::Bucket", "acme", "arn:aws:s3:::acme"),
        ("AWS::EC2::SecurityGroup", "sg-1", "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1"),
        ("AWS::EC2::VPC", "vpc-1", "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1"),
        ("AWS::KMS::Key", "8dc5", "arn:aws:kms:eu-west-1:111122223333:key/8dc5"),
        ("AWS::Lambda::Function", "orders", "arn:aws:lambda:eu-west-1:111122223333:function:orders"),
        ("AWS::Logs::LogGroup", "/aws/x", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/x"),
        ("AWS::RDS::DBSnapshot", "rds:a-1", "arn:aws:rds:eu-west-1:111122223333:snapshot:rds:a-1"),
    ],
)
def test_an_id_of_config_becomes_the_arn_that_the_hub_writes(kind: str, raw: str, arn: str) -> None:
    assert identify(kind, raw, **HERE).id == arn
    assert identify(kind, arn, **HERE).id == arn


def test_the_partition_is_the_arns() -> None:
    arn = "arn:aws-cn:s3:::acme"
    assert identify("AWS::S3::Bucket", arn, **HERE).partition == "aws-cn"
    assert identify("AWS::S3::Bucket", "acme", **HERE, partition="aws-cn").id == arn


@pytest.mark.parametrize("raw", ["arn:aws:::acme", "No trails", "", "db-ABC"])
def test_what_is_no_id_of_config_stays_what_it_is(raw: str) -> None:
    kind = "AWS::RDS::DBInstance" if raw == "db-ABC" else "AWS::CloudTrail::Trail"
    assert identify(kind, raw, **HERE).id == raw


def test_account_level_controls_of_global_services_have_one_region() -> None:
    assert identify("AWS::::Account", "111122223333", **HERE, control="IAM.6").region == "global"
    assert identify("AWS::::Account", "111122223333", **HERE, control="EC2.7").region == "eu-west-1"


def test_an_arn_of_another_account_is_told() -> None:
    resource = identify("AWS::SNS::Topic", "arn:aws:sns:eu-west-1:444455556666:alarms", **HERE)
    assert resource.foreign_account == "444455556666"


def test_what_only_looks_like_an_arn_lends_no_partition() -> None:
    assert identify("AWS::SNS::Topic", "arn:evil.example:sns:eu-west-1:111122223333:x", **HERE).partition == "aws"


@pytest.mark.parametrize(
    ("rest", "label"),
    [
        ("elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188", "shop"),
        ("elasticloadbalancing:eu-west-1:111122223333:listener/net/shop/50dc6c495c0c9188/f2f7dc8efc522ab2", "shop"),
        ("elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop-web/73e2d6bc24d8a067", "shop-web"),
        ("elasticloadbalancing:eu-west-1:111122223333:loadbalancer/classic", "classic"),
        ("logs:eu-west-1:111122223333:log-group:/aws/lambda/invoice:*", "/aws/lambda/invoice"),
        ("ssm:eu-west-1:111122223333:parameter/shop/url", "/shop/url"),
        ("kms:eu-west-1:111122223333:key/0b7c7f4e", "0b7c7f4e"),
    ],
)
def test_a_label_is_what_people_call_it(rest: str, label: str) -> None:
    assert identify("AWS::X::Y", f"arn:aws:{rest}", **HERE).label == label


@pytest.mark.parametrize(
    ("partition", "region", "called"),
    [
        ("aws", "eu-west-1", "eu-west-1"),
        ("aws", GLOBAL, "us-east-1"),
        ("aws-cn", GLOBAL, "cn-north-1"),
        ("aws-us-gov", GLOBAL, "us-gov-west-1"),
    ],
)
def test_a_global_resource_is_called_in_its_partitions_home(partition: str, region: str, called: str) -> None:
    assert Resource(partition, "1", region, "AWS::IAM::User", "u").call_region == called
