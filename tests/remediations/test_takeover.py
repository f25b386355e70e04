"""What other accounts may not do with a bucket, in every shape that a statement has."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.plan import Target, difference
from bot.domain.remediation import resolved_params
from bot.remediations.s3.cross_account import RestrictOtherAccounts
from bot.remediations.toolkit.resource_policy import statements_by_name
from tests.remediations.contract import targeted

BUCKET = "arn:aws:s3:::acme"
PARTNER = "arn:aws:iam::444455556666:role/reader"
OWN = "arn:aws:iam::123456789012:role/admin"


@pytest.fixture
def target() -> Target:
    return targeted(RestrictOtherAccounts, "acme")


def allow(principal: Any, *actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": f"{BUCKET}/*", **more}


def changes(target: Target, *statements: dict[str, Any]) -> dict[str, Any]:
    recipe = RestrictOtherAccounts()
    now = statements_by_name(statements, recipe.changed_elements)
    right = recipe.comply(now, target, resolved_params(recipe, target))
    return {change.setting: change.after for change in difference(now, right)}


@pytest.mark.parametrize(
    "harmless",
    [
        allow({"AWS": OWN}, "s3:*"),
        allow({"AWS": "123456789012"}, "s3:PutBucketPolicy"),
        allow({"AWS": PARTNER}, "s3:GetObject", "s3:PutObject"),
        allow({"Service": "logging.s3.amazonaws.com"}, "s3:*"),
        allow("*", "s3:*", Condition={"StringEquals": {"aws:PrincipalAccount": "123456789012"}}),
        {**allow({"AWS": PARTNER}, "s3:PutObjectAcl"), "Effect": "Deny"},
    ],
)
def test_what_other_accounts_do_not_get_stays(target: Target, harmless: dict[str, Any]) -> None:
    assert changes(target, harmless) == {}


def test_a_named_action_goes_and_the_others_stay(target: Target) -> None:
    wrong = allow({"AWS": [OWN, PARTNER]}, "s3:PutObject", "s3:putobjectacl", Sid="Upload")
    (after,) = changes(target, wrong).values()
    assert (after["Action"], after["Principal"]) == (["s3:PutObject"], {"AWS": sorted([OWN, PARTNER])})


@pytest.mark.parametrize(
    "wide",
    [
        allow({"AWS": PARTNER}, "s3:*"),
        allow({"AWS": PARTNER}, "s3:PutBucket*", "s3:PutBucketPolicy"),
        {
            key: value
            for key, value in {**allow({"AWS": PARTNER}), "NotAction": "s3:GetObject"}.items()
            if key != "Action"
        },
    ],
)
def test_a_wildcard_is_denied_beside_the_statement(target: Target, wide: dict[str, Any]) -> None:
    ((name, after),) = changes(target, wide).items()
    assert (name, after["Effect"], after["Principal"]) == (
        "policy statement CspmDenyToOtherAccounts",
        "Deny",
        {"AWS": [PARTNER]},
    )


def test_everybody_is_denied_but_for_this_account_and_aws_services(target: Target) -> None:
    (after,) = changes(target, allow("*", "s3:*")).values()
    assert after["Principal"] == {"AWS": ["*"]}
    assert after["Condition"] == {
        "Bool": {"aws:PrincipalIsAWSService": ["false"]},
        "StringNotEquals": {"aws:PrincipalAccount": ["123456789012"]},
    }


def test_somebodys_own_denial_is_as_good(target: Target) -> None:
    denial = {
        "Sid": "NoTakeover",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:Put*", "s3:Delete*"],
        "Resource": [BUCKET, f"{BUCKET}/*"],
        "Condition": {
            "StringNotEquals": {"aws:PrincipalAccount": "123456789012"},
            "Bool": {"aws:PrincipalIsAWSService": False},
        },
    }
    assert changes(target, allow("*", "s3:*"), denial) == {}


def test_a_denial_of_less_is_not(target: Target) -> None:
    denial = {"Effect": "Deny", "Principal": "*", "Action": ["s3:PutBucketPolicy"], "Resource": [BUCKET, f"{BUCKET}/*"]}
    assert changes(target, allow({"AWS": PARTNER}, "s3:*"), denial)
