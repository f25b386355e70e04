"""Examples of compliant and non-compliant items for each rule."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import BadInput
from bot.rules.rule import Compliance
from tests.rules.builders import ACCOUNT, a_bucket, a_role, an_item, grant, judged

ORGANISATION = "o-a1b2c3d4e5"
PARTNER, STRANGER = "444455556666", "999988887777"
BUCKET, ROLE = "s3-policy-outside-organization", "iam-role-trusts-unknown-account"
FRIENDS = {"organizationId": ORGANISATION, "trustedAccounts": PARTNER}
OF_ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": ORGANISATION}}


def root(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


@pytest.mark.parametrize(
    "statement",
    [
        grant(root(ACCOUNT)),
        grant({"AWS": ACCOUNT}),
        grant({"AWS": [f"arn:aws:iam::{ACCOUNT}:role/x", f"arn:aws:iam::{PARTNER}:role/y"]}),
        grant({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/x/y"}),
        grant({"Service": "cloudtrail.amazonaws.com"}),
        grant({"AWS": "AROAEXAMPLEOFADELETED"}),
        grant({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}),
        grant("*", Effect="Deny"),
        grant("*", Condition=OF_ORGANISATION),
        grant("*", Condition={"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}}),
        grant("*", Condition={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANISATION}/r-1/*"}}),
        grant("*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-0a1b"}}),
        grant("*", Condition={"StringEquals": {"aws:PrincipalOrgID": ORGANISATION, "s3:prefix": "x"}}),
    ],
    ids=str,
)
def test_a_policy_for_trusted_principals_is_compliant(statement: dict[str, Any]) -> None:
    assert judged(BUCKET, a_bucket(statement), **FRIENDS).compliance is Compliance.COMPLIANT


@pytest.mark.parametrize(
    ("statement", "whom"),
    [
        (grant("*"), "everybody"),
        (grant({"AWS": "*"}), "everybody"),
        (grant({"AWS": ["*", ACCOUNT]}), "everybody"),
        (grant(root(STRANGER)), f"account {STRANGER}"),
        (grant({"AWS": STRANGER}), f"account {STRANGER}"),
        (grant({"CanonicalUser": "79a59df900b949e5"}), "canonical user"),
        ({"Effect": "Allow", "NotPrincipal": root(STRANGER), "Action": "*", "Resource": "*"}, "everybody but a few"),
        (grant("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}), "everybody"),
        (grant("*", Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": ORGANISATION}}), "everybody"),
        (grant("*", Condition={"ForAllValues:StringEquals": {"aws:PrincipalOrgID": ORGANISATION}}), "everybody"),
        (grant("*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": ORGANISATION}}), "everybody"),
        (grant("*", Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}}), "everybody"),
        (grant("*", Condition={"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}), "everybody"),
        (grant("*", Condition={"StringLike": {"aws:SourceVpce": "vpce-*"}}), "everybody"),
        (grant("*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), "everybody"),
        (grant("*", Condition={"StringEquals": {"aws:PrincipalOrgID": [ORGANISATION, "o-zzzzzzzzzz"]}}), "everybody"),
    ],
    ids=str,
)
def test_a_policy_that_allows_external_principals_is_non_compliant_and_names_them(
    statement: dict[str, Any], whom: str
) -> None:
    verdict = judged(BUCKET, a_bucket(grant(root(ACCOUNT)), statement), **FRIENDS)
    assert verdict.compliance is Compliance.NON_COMPLIANT
    assert whom in verdict.reason


def test_without_a_trusted_organisation_a_condition_on_one_does_not_restrict_a_policy() -> None:
    bucket = a_bucket(grant("*", Condition=OF_ORGANISATION))
    assert judged(BUCKET, bucket).compliance is Compliance.NON_COMPLIANT


def test_a_policy_is_read_as_text_and_as_an_object() -> None:
    for as_text in (True, False):
        assert judged(BUCKET, a_bucket(grant("*"), as_text=as_text)).compliance is Compliance.NON_COMPLIANT


def test_a_bucket_without_a_policy_grants_nothing() -> None:
    none = an_item("AWS::S3::Bucket", supplementaryConfiguration={"BucketPolicy": '{"policyText":null}'})
    assert judged(BUCKET, none).compliance is Compliance.COMPLIANT
    assert judged(BUCKET, an_item("AWS::S3::Bucket")).compliance is Compliance.COMPLIANT


def test_a_policy_that_cannot_be_read_is_not_called_right() -> None:
    broken = an_item("AWS::S3::Bucket", supplementaryConfiguration={"BucketPolicy": {"policyText": "{"}})
    assert judged(BUCKET, broken).compliance is Compliance.NON_COMPLIANT


OF_ANY_REPOSITORY = {"StringLike": {"token.actions.githubusercontent.com:sub": "*"}}
OF_OUR_CLIENT = {"StringEquals": {"accounts.google.com:aud": "1"}}
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
OF_REPOSITORY = {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/payments:*"}}


@pytest.mark.parametrize(
    ("statement", "right"),
    [
        (grant({"Service": "lambda.amazonaws.com"}), True),
        (grant(root(PARTNER)), True),
        (grant(root(STRANGER)), False),
        (grant(root(STRANGER), Condition={"StringEquals": {"sts:ExternalId": "x"}}), False),
        (grant({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/Okta"}), True),
        (grant({"Federated": f"arn:aws:iam::{STRANGER}:saml-provider/Okta"}), False),
        (grant({"Federated": GITHUB}, Condition=OF_REPOSITORY), True),
        (grant({"Federated": GITHUB}), False),
        (
            grant({"Federated": GITHUB}, Condition=OF_ANY_REPOSITORY),
            False,
        ),
        (grant({"Federated": "cognito-identity.amazonaws.com"}), False),
        (
            grant({"Federated": "accounts.google.com"}, Condition=OF_OUR_CLIENT),
            True,
        ),
    ],
    ids=str,
)
def test_whom_a_role_may_trust(statement: dict[str, Any], right: bool) -> None:  # noqa: FBT001 - the example's verdict
    verdict = judged(ROLE, a_role(statement), **FRIENDS)
    assert (verdict.compliance is Compliance.COMPLIANT) is right


@pytest.mark.parametrize("path", ["/aws-service-role/config.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"])
def test_roles_that_aws_makes_are_awss(path: str) -> None:
    assert judged(ROLE, a_role(grant(root(STRANGER)), path=path)).compliance is Compliance.NOT_APPLICABLE


def test_an_owner_that_is_blank_is_none() -> None:
    rule, kind = "owner-tag-missing", "AWS::EC2::Instance"
    assert judged(rule, an_item(kind, tags={"owner": " "})).compliance is Compliance.NON_COMPLIANT
    assert judged(rule, an_item(kind, tags={"owner": "payments"})).compliance is Compliance.COMPLIANT
    assert judged(rule, an_item(kind, tags={"team": "x"}), tag="team").compliance is Compliance.COMPLIANT


def test_only_listed_regions_and_what_is_global() -> None:
    rule, kind = "region-not-allowed", "AWS::EC2::Instance"
    assert judged(rule, an_item(kind), regions="eu-west-1, eu-central-1").compliance is Compliance.COMPLIANT
    assert judged(rule, an_item(kind), regions="eu-central-1").reason == "it is in eu-west-1; allowed: eu-central-1"
    assert judged(rule, an_item(kind, awsRegion="global"), regions="eu-central-1").compliance is Compliance.COMPLIANT
    assert judged(rule, an_item(kind)).compliance is Compliance.COMPLIANT


LIST_RULE = "security-group-open-by-prefix-list"


def by_list(low: int | None, high: int | None, protocol: str = "tcp", entry: Any = None) -> Any:
    ports = {} if low is None else {"fromPort": low, "toPort": high}
    one = {"ipProtocol": protocol, "prefixListIds": [entry or {"prefixListId": "pl-1"}], "ipv4Ranges": [], **ports}
    return an_item("AWS::EC2::SecurityGroup", configuration={"ipPermissions": [one], "ipPermissionsEgress": [one]})


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        (by_list(22, 22), "tcp 22 is open to prefix list pl-1"),
        (by_list(80, 443), "tcp 80..443 is open to prefix list pl-1"),
        (by_list(443, 443, "udp"), "udp 443 is open to prefix list pl-1"),
        (by_list(None, None, "-1"), "every port is open to prefix list pl-1"),
        (by_list(22, 22, entry="pl-2"), "tcp 22 is open to prefix list pl-2"),
        (by_list(443, 443), ""),
    ],
)
def test_ports_open_to_an_untrusted_list_are_named(group: Any, reason: str) -> None:
    assert judged(LIST_RULE, group).reason == reason
    assert judged(LIST_RULE, group, trustedPrefixLists="pl-1,pl-2").compliance is Compliance.COMPLIANT


def test_rules_by_address_are_the_managed_rules_business() -> None:
    one = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}]}
    item = an_item("AWS::EC2::SecurityGroup", configuration={"ipPermissions": [one]})
    assert judged(LIST_RULE, item).compliance is Compliance.COMPLIANT


def test_a_port_that_is_not_a_number_is_rejected() -> None:
    with pytest.raises(BadInput, match="'https' is not a whole number"):
        judged(LIST_RULE, by_list(443, 443), publicPorts="https")
