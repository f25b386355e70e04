from __future__ import annotations

from typing import Any

from moto.awslambda.policy import Policy

from infra.local.moto_extensions.function_policies import add_statement
from infra.local.moto_extensions.patching import replace, restore


class Function:
    function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:resize"


def made(raw: str) -> Any:
    function: Any = Function()
    policy = Policy(function)
    replace(Policy, add_statement=add_statement)
    try:
        return policy.add_statement(raw)[0]
    finally:
        restore()


def test_the_authorisation_of_a_url_is_a_condition() -> None:
    statement = made('{"StatementId": "url", "Principal": "*", "FunctionUrlAuthType": "NONE"}')
    assert statement["Condition"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
    assert "FunctionUrlAuthType" not in statement


def test_other_conditions_are_kept() -> None:
    statement = made('{"Principal": "*", "FunctionUrlAuthType": "AWS_IAM", "PrincipalOrgID": "o-1"}')
    assert statement["Condition"]["StringEquals"] == {
        "aws:PrincipalOrgID": "o-1",
        "lambda:FunctionUrlAuthType": "AWS_IAM",
    }
