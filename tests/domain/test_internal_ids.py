"""Which ids are AWS's own, and which names they may stand for."""

from __future__ import annotations

import pytest

from bot.domain.internal_ids import may_stand_for, own_id
from bot.domain.resource import Resource

ACCOUNT = "111122223333"


def a_resource(kind: str, name: str) -> Resource:
    return Resource("aws", ACCOUNT, "eu-west-1", kind, name)


@pytest.mark.parametrize(
    ("kind", "own", "arn"),
    [
        ("AWS::IAM::User", "AIDAABCDEFGHIJKLMNOPQ", f"arn:aws:iam::{ACCOUNT}:user/ConfigRuleTest"),
        ("AWS::IAM::Role", "AROAIY7FPU7KRV7IZBNPC", f"arn:aws:iam::{ACCOUNT}:role/service-role/config"),
        ("AWS::IAM::Group", "AGPAJNIBGFRSRIKL7VAD6", f"arn:aws:iam::{ACCOUNT}:group/MyTestGroup"),
        ("AWS::IAM::Policy", "ANPAIJWML3NX3NT6UAGO4", f"arn:aws:iam::{ACCOUNT}:policy/ELB-policy"),
        ("AWS::RDS::DBInstance", "db-HHTTSRD6HXUIKXPFPI6WFVZ4PA", f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:myrdstest"),
        ("AWS::RDS::DBCluster", "cluster-NCSP75A6Z36KOFQRT4SDHYMS3I", f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:db-1"),
    ],
)
def test_ids_of_published_items_stand_for_their_arns(kind: str, own: str, arn: str) -> None:
    assert own_id(a_resource(kind, own)) == own
    assert own_id(a_resource(kind, arn)) == ""
    assert may_stand_for(own, a_resource(kind, arn))


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ("AIDAABCDEFGHIJKLMNOPQ", f"arn:aws:iam::{ACCOUNT}:role/payroll"),
        ("AIDAABCDEFGHIJKLMNOPQ", "arn:aws:iam::444455556666:user/payroll"),
        ("AIDAABCDEFGHIJKLMNOPQ", "payroll"),
        ("AROAABCDEFGHIJKLMNOPQ", f"arn:aws:iam::{ACCOUNT}:user/payroll"),
        ("", f"arn:aws:iam::{ACCOUNT}:user/payroll"),
    ],
)
def test_an_id_stands_for_no_resource_of_another_kind_or_account(own: str, name: str) -> None:
    assert not may_stand_for(own, a_resource("AWS::IAM::User", name))


@pytest.mark.parametrize("name", ["db-payroll", "payroll", "AIDAABCDEFGHIJKLMNOPQ"])
def test_a_name_is_no_own_id(name: str) -> None:
    assert own_id(a_resource("AWS::RDS::DBInstance", name)) == ""
