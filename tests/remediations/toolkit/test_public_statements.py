"""Which statements let everybody in, as AWS's own pages describe it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.remediations.toolkit.public_statements import is_public, narrowed_to_account

ACCOUNT = "arn:aws:iam::123456789012:root"
PARTNER = "arn:aws:iam::444455556666:root"


def statement(principal: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": "*", **more}


def where(operator: str, key: str, *values: str) -> dict[str, Any]:
    return statement(Condition={operator: {key: list(values)}})


@pytest.mark.parametrize(
    "public",
    [
        statement(),
        statement({"AWS": "*"}),
        statement({"AWS": [PARTNER, "*"]}),
        {"Effect": "Allow", "NotPrincipal": {"AWS": PARTNER}, "Action": "sns:Publish", "Resource": "*"},
        where("Bool", "aws:SecureTransport", "true"),
        where("StringLike", "aws:SourceAccount", "1234*"),
        where("StringNotEquals", "aws:SourceAccount", "123456789012"),
        where("StringEqualsIfExists", "aws:SourceAccount", "123456789012"),
        where("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-1/r-1"),
        where("ArnLike", "aws:SourceArn", "arn:aws:s3:::${aws:username}"),
        where("IpAddress", "aws:SourceIp", "203.0.113.0/24", "0.0.0.0/1"),
        where("StringEquals", "aws:SourceIp", "203.0.113.7"),
    ],
)
def test_a_statement_for_everybody_is_public(public: dict[str, Any]) -> None:
    assert is_public(public)


@pytest.mark.parametrize(
    "closed",
    [
        statement(Effect="Deny"),
        statement({"AWS": PARTNER}),
        statement({"Service": "sns.amazonaws.com"}),
        where("StringEquals", "AWS:SourceOwner", "123456789012"),
        where("StringEquals", "aws:PrincipalOrgID", "o-1234567890"),
        where("ArnEquals", "aws:SourceArn", "arn:aws:s3:::acme"),
        where("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        where("StringEquals", "kms:CallerAccount", "123456789012"),
    ],
)
def test_a_statement_that_says_who_is_not(closed: dict[str, Any]) -> None:
    assert not is_public(closed)


def test_only_everybody_goes_out_of_a_statement() -> None:
    mixed = statement({"AWS": ["*", PARTNER], "Service": "sns.amazonaws.com"}, Sid="Mixed")
    closed = narrowed_to_account(mixed, ACCOUNT)
    assert closed["Principal"] == {"AWS": [ACCOUNT, PARTNER], "Service": ["sns.amazonaws.com"]}
    assert (closed["Sid"], closed["Action"], is_public(closed)) == ("Mixed", ["sns:Publish"], False)


def test_an_exception_from_nobody_becomes_the_account() -> None:
    closed = narrowed_to_account({"Effect": "Allow", "NotPrincipal": {"AWS": PARTNER}, "Action": "sqs:*"}, ACCOUNT)
    assert closed == {"Effect": "Allow", "Principal": {"AWS": [ACCOUNT]}, "Action": ["sqs:*"]}
