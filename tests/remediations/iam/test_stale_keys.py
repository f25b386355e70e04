"""Access keys: what the contract does not say."""

from __future__ import annotations

import pytest
from moto.iam.models import iam_backends

from bot.domain.errors import Unknown
from bot.domain.plan import Changes, Compliant
from bot.domain.remediation import plan
from bot.remediations.iam.stale_keys import DeactivateOldKeys, DeactivateUnusedKeys
from bot.remediations.toolkit.aws_calls import response_date
from tests.aws import ACCOUNT, MotoAccount, plain_client
from tests.remediations.cases.iam.users import access_key, user
from tests.remediations.contract import planned, targeted

NAME = "ci-deployer"


def test_a_key_is_old_after_ninety_days_and_not_before(aws: MotoAccount) -> None:
    target = targeted(DeactivateOldKeys, user(NAME))
    old, _ = access_key(NAME, days=91), access_key(NAME, days=89)
    assert [one.setting for one in planned(DeactivateOldKeys(), target, aws).changes] == [f"access key {old}"]


def test_the_policy_may_set_another_age(aws: MotoAccount) -> None:
    target = targeted(DeactivateOldKeys, user(NAME), params={"maxAccessKeyAge": 30})
    access_key(NAME, days=31)
    assert planned(DeactivateOldKeys(), target, aws).params == {"maxAccessKeyAge": 30}


def test_an_old_key_that_is_inactive_is_no_finding(aws: MotoAccount) -> None:
    target = targeted(DeactivateOldKeys, user(NAME))
    key = access_key(NAME, days=400)
    plain_client("iam").update_access_key(UserName=NAME, AccessKeyId=key, Status="Inactive")
    assert isinstance(plan(DeactivateOldKeys(), target, aws), Compliant)


def test_the_evidence_names_keys_by_their_ends_and_no_other_part(aws: MotoAccount) -> None:
    target = targeted(DeactivateOldKeys, user(NAME))
    key = access_key(NAME, days=400, used_days_ago=3)
    outcome = plan(DeactivateOldKeys(), target, aws)
    assert isinstance(outcome, Changes)
    told = " ".join(one.question + one.answer for one in outcome.evidence)
    assert (key in told, f"AKIA…{key[-4:]}" in told, "for s3 in eu-west-1" in told) == (False, True, True)


def test_a_key_in_use_is_not_unused_however_old(aws: MotoAccount) -> None:
    target = targeted(DeactivateUnusedKeys, user(NAME))
    access_key(NAME, days=400, used_days_ago=2)
    assert isinstance(plan(DeactivateUnusedKeys(), target, aws), Compliant)


def test_the_secret_half_of_a_key_is_in_no_plan(aws: MotoAccount) -> None:
    target = targeted(DeactivateOldKeys, user(NAME))
    key = access_key(NAME, days=400)
    secret = iam_backends[ACCOUNT]["aws"].access_keys[key].secret_access_key
    assert secret not in planned(DeactivateOldKeys(), target, aws).text


def test_an_answer_without_a_date_is_no_answer() -> None:
    with pytest.raises(Unknown):
        response_date({"ResponseMetadata": {"HTTPHeaders": {}}})
