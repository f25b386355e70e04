"""Controls that the detector supports, with their AWS names and tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.local.detector import bucket_tests, group_tests, other_tests
from infra.local.detector.context import EvaluationContext, Verdict
from infra.local.inventory import Resource

Test = Callable[[Resource, EvaluationContext], Verdict]
BUCKET, GROUP, INSTANCE = "AWS::S3::Bucket", "AWS::EC2::SecurityGroup", "AWS::EC2::Instance"


@dataclass(frozen=True)
class Control:
    """A control; `rule` is its managed Config rule, '' if Security Hub has a rule of its own."""

    id: str
    severity: str
    resource_type: str
    rule: str
    title: str
    test: Test


CONTROLS = (
    Control(
        "S3.1", "MEDIUM", "AWS::::Account", "s3-account-level-public-access-blocks-periodic",
        "S3 general purpose buckets should have block public access settings enabled", other_tests.account_block,
    ),
    Control(
        "S3.2", "CRITICAL", BUCKET, "s3-bucket-public-read-prohibited",
        "S3 general purpose buckets should block public read access", bucket_tests.public_read,
    ),
    Control(
        "S3.3", "CRITICAL", BUCKET, "s3-bucket-public-write-prohibited",
        "S3 general purpose buckets should block public write access", bucket_tests.public_write,
    ),
    Control(
        "S3.5", "MEDIUM", BUCKET, "s3-bucket-ssl-requests-only",
        "S3 general purpose buckets should require requests to use SSL", bucket_tests.tls_only,
    ),
    Control(
        "S3.8", "HIGH", BUCKET, "s3-bucket-level-public-access-prohibited",
        "S3 general purpose buckets should block public access", bucket_tests.all_blocked,
    ),
    Control(
        "CloudTrail.6", "CRITICAL", BUCKET, "",
        "Ensure the S3 bucket used to store CloudTrail logs is not publicly accessible", bucket_tests.trail_bucket,
    ),
    Control(
        "CloudTrail.4", "LOW", "AWS::CloudTrail::Trail", "cloud-trail-log-file-validation-enabled",
        "CloudTrail log file validation should be enabled", other_tests.trail_validation,
    ),
    Control(
        "EC2.7", "MEDIUM", "AWS::::Account", "ec2-ebs-encryption-by-default",
        "EBS default encryption should be enabled", other_tests.default_encryption,
    ),
    Control(
        "EC2.8", "HIGH", INSTANCE, "ec2-imdsv2-check",
        "EC2 instances should use Instance Metadata Service Version 2 (IMDSv2)", other_tests.metadata_tokens,
    ),
    Control(
        "EC2.9", "HIGH", INSTANCE, "ec2-instance-no-public-ip",
        "EC2 instances should not have a public IPv4 address", other_tests.public_address,
    ),
    Control(
        "EC2.13", "HIGH", GROUP, "restricted-ssh",
        "Security groups should not allow ingress from 0.0.0.0/0 or ::/0 to port 22", group_tests.ssh,
    ),
    Control(
        "EC2.14", "HIGH", GROUP, "restricted-common-ports",
        "Security groups should not allow ingress from 0.0.0.0/0 or ::/0 to port 3389", group_tests.rdp,
    ),
    Control(
        "EC2.15", "MEDIUM", "AWS::EC2::Subnet", "subnet-auto-assign-public-ip-disabled",
        "EC2 subnets should not automatically assign public IP addresses", other_tests.subnet_addresses,
    ),
    Control(
        "EC2.18", "HIGH", GROUP, "vpc-sg-open-only-to-authorized-ports",
        "Security groups should only allow unrestricted incoming traffic for authorized ports", group_tests.authorized,
    ),
    Control(
        "EC2.19", "CRITICAL", GROUP, "restricted-common-ports",
        "Security groups should not allow unrestricted access to ports with high risk", group_tests.high_risk,
    ),
    Control(
        "ELB.1", "MEDIUM", "AWS::ElasticLoadBalancingV2::LoadBalancer", "alb-http-to-https-redirection-check",
        "Application Load Balancer should be configured to redirect all HTTP requests to HTTPS",
        other_tests.http_redirect,
    ),
    Control(
        "IAM.3", "MEDIUM", "AWS::IAM::User", "access-keys-rotated",
        "IAM users' access keys should be rotated every 90 days or less", other_tests.key_age,
    ),
    Control(
        "KMS.4", "MEDIUM", "AWS::KMS::Key", "cmk-backing-key-rotation-enabled",
        "AWS KMS key rotation should be enabled", other_tests.key_rotation,
    ),
    Control(
        "RDS.2", "CRITICAL", "AWS::RDS::DBInstance", "rds-instance-public-access-check",
        "RDS DB Instances should prohibit public access, as determined by the PubliclyAccessible configuration",
        other_tests.public_database,
    ),
    Control(
        "SNS.1", "MEDIUM", "AWS::SNS::Topic", "sns-encrypted-kms",
        "SNS topics should be encrypted at-rest using AWS KMS", other_tests.topic_encryption,
    ),
    Control(
        "SQS.1", "MEDIUM", "AWS::SQS::Queue", "",
        "Amazon SQS queues should be encrypted at rest", other_tests.queue_encryption,
    ),
)  # fmt: skip
