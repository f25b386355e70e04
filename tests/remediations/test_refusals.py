"""What the bot does not work on, and says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from bot.domain.plan import Refused, Target
from bot.domain.remediation import Remediation, plan
from bot.remediations.cloudtrail.validation import ValidateTrail
from bot.remediations.ec2.public_addresses import RemovePublicAddress
from bot.remediations.elb.https_redirect import RedirectToHttps
from bot.remediations.iam.stale_keys import DeactivateUnusedKeys
from bot.remediations.kms.rotation import RotateKey
from bot.remediations.rds.public_access import MakeDatabasePrivate
from bot.remediations.s3.require_tls import RequireTls
from tests.aws import ACCOUNT, REGION, MotoAccount, plain_client
from tests.remediations.cases.ec2.public_addresses import (
    AnInstanceWithAnAutomaticAddress,
    AnInstanceWithElasticAddresses,
)
from tests.remediations.cases.elb.https_redirect import ALoadBalancerThatServesPlainHttp
from tests.remediations.cases.iam.stale_keys import AUserWithUnusedKeys
from tests.remediations.cases.rds.public_access import APublicDatabase
from tests.remediations.cases.s3.require_tls import ABucketWithAPublicStatement
from tests.remediations.contract import apply, planned, targeted


def a_bucket_whose_policy_s3_takes_no_more() -> Target:
    target = ABucketWithAPublicStatement().make()
    plain_client("s3").put_public_access_block(
        Bucket=target.resource.name, PublicAccessBlockConfiguration={"BlockPublicPolicy": True}
    )
    return target


def a_key_that_kms_cannot_rotate() -> Target:
    made = plain_client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    return targeted(RotateKey, made["KeyMetadata"]["KeyId"])


def a_stopped_database() -> Target:
    target = APublicDatabase().make()
    rds_backends[ACCOUNT][REGION].databases["payroll"].status = "stopped"
    return target


def a_load_balancer_without_https() -> Target:
    case = ALoadBalancerThatServesPlainHttp()
    target = case.make()
    plain_client("elbv2").delete_listener(ListenerArn=case.listener(target, 443))
    return target


def an_instance_that_is_stopping() -> Target:
    target = AnInstanceWithAnAutomaticAddress().make()
    ec2_backends[ACCOUNT][REGION].get_instance(target.resource.name)._state.name = "stopping"
    return target


def an_interface_of_another_service() -> Target:
    case = AnInstanceWithElasticAddresses()
    target = case.make()
    face = case.instance(target)["NetworkInterfaces"][1]["NetworkInterfaceId"]
    ec2_backends[ACCOUNT][REGION].enis[face].requester_managed = True
    return target


def a_user_whose_password_is_unused_too() -> Target:
    case = AUserWithUnusedKeys()
    target = case.make()
    return Target(target.remediation, target.resource, target.controls, {"maxCredentialUsageAge": -1})


@pytest.mark.parametrize(
    ("recipe", "make", "reason"),
    [
        (RequireTls(), a_bucket_whose_policy_s3_takes_no_more, "take that statement out first"),
        (RotateKey(), a_key_that_kms_cannot_rotate, "only its own symmetric keys"),
        (MakeDatabasePrivate(), a_stopped_database, "nothing that is stopped"),
        (RedirectToHttps(), a_load_balancer_without_https, "nothing listens on HTTPS 443"),
        (RemovePublicAddress(), an_instance_that_is_stopping, "the instance is stopping"),
        (RemovePublicAddress(), an_interface_of_another_service, "is managed by"),
        (DeactivateUnusedKeys(), a_user_whose_password_is_unused_too, "its console password is unused"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_it_is_refused(recipe: Remediation, make: Callable[[], Any], reason: str, aws: MotoAccount) -> None:
    outcome = plan(recipe, make(), aws)
    assert isinstance(outcome, Refused)
    assert reason in outcome.reason


def test_a_trail_that_is_reported_from_another_region_is_changed_at_home(aws: MotoAccount) -> None:
    plain_client("s3", "us-east-1").create_bucket(Bucket="trail-logs")
    at_home = plain_client("cloudtrail", "us-east-1")
    arn = at_home.create_trail(Name="everything", S3BucketName="trail-logs", IsMultiRegionTrail=True)["TrailARN"]
    target = targeted(ValidateTrail, arn)
    apply(ValidateTrail(), target, planned(ValidateTrail(), target, aws), aws)
    assert at_home.get_trail(Name=arn)["Trail"]["LogFileValidationEnabled"]


def test_the_organisations_trail_is_the_management_accounts(aws: MotoAccount) -> None:
    theirs = targeted(ValidateTrail, f"arn:aws:cloudtrail:{REGION}:222222222222:trail/org")
    assert isinstance(plan(ValidateTrail(), theirs, aws), Refused)
