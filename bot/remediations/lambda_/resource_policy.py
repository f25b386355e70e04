"""Restrict Lambda functions that the public can invoke."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.lambda_.functions import describe_function
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, metric_value, none_if, response_date
from bot.remediations.toolkit.public_statements import is_public
from bot.remediations.toolkit.statements import Statement, normalized, sorted_strings, statements_of

_STATEMENT: Final = "policy statement "
_NOT_FOUND: Final = "ResourceNotFoundException"
_SID_SUFFIX: Final = "CspmThisAccount"
_S3: Final = "s3.amazonaws.com"
_SOURCE_ACCOUNT: Final = "AWS:SourceAccount"

_CONDITIONS: Final[Mapping[tuple[str, str], str]] = {
    ("ArnLike", "aws:sourcearn"): "SourceArn",
    ("Bool", "lambda:invokedviafunctionurl"): "InvokedViaFunctionUrl",
    ("StringEquals", "aws:principalorgid"): "PrincipalOrgID",
    ("StringEquals", "aws:sourceaccount"): "SourceAccount",
    ("StringEquals", "lambda:functionurlauthtype"): "FunctionUrlAuthType",
}
"""Conditions that AddPermission makes of its parameters (API_AddPermission); no other can be restored."""


class CloseFunction(Remediation):
    """Remove the statements that let the public invoke the function; limit those for S3 to buckets of this account.

    A statement for S3 without a source account counts as public, since another account may later own a bucket of that
    name (Security Hub User Guide, Lambda.1). Lambda has no call that changes a statement: the narrower one is added
    first, under another Sid, then the wide one is removed.
    """

    title = "Close the function to the public"
    problem = "Public function"
    controls = ("Lambda.1",)
    config_rules = ("LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",)
    resource_type = "AWS::Lambda::Function"
    effects = (Effect.CUTS_TRAFFIC, Effect.CUTS_ACCESS)
    reads = (
        "cloudwatch:GetMetricData",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionUrlConfig",
        "lambda:GetPolicy",
    )
    writes = ("lambda:AddPermission", "lambda:RemovePermission")
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Read every statement. Raises Refusal where a public one could not be restored."""
        found = {_STATEMENT + str(one["Sid"]): normalized(one) for one in _statements(aws, target)}
        for statement in found.values():
            if _is_public_or_open_to_s3(statement):
                _permission(statement)
        return dict(sorted(found.items()))

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        public = {name: one for name, one in settings.items() if one is not ABSENT and _is_public_or_open_to_s3(one)}
        narrowed = [_for_this_account(one, target) for one in public.values() if _is_open_to_s3(one)]
        right = {name: value for name, value in settings.items() if name not in public}
        return {**right, **{_STATEMENT + one["Sid"]: one for one in narrowed}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Add or remove one statement; one that already exists, or no longer does, is no error."""
        functions, sid = aws.client("lambda"), setting.removeprefix(_STATEMENT)
        there = {str(one["Sid"]) for one in _statements(aws, target)}
        if value is ABSENT and sid in there:
            functions.remove_permission(FunctionName=target.resource.id, StatementId=sid)
        elif value is not ABSENT and sid not in there:
            functions.add_permission(FunctionName=target.resource.id, **_permission(value))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Has it a URL that anybody may call?", lambda: _url_access(aws, target))
        yield evidence_of(f"Was it invoked in {METRIC_DAYS} days?", lambda: _invocations(aws, target))
        yield Evidence("By whom? A bucket of another account, too?", "not known", known=False)


def _statements(aws: Account, target: Target) -> list[Statement]:
    """Return the policy's statements. Lambda has the same error for no policy and for no function."""
    functions = aws.client("lambda")
    answer = none_if(lambda: functions.get_policy(FunctionName=target.resource.id), _NOT_FOUND)
    if answer is None:
        describe_function(aws, target)
        return []
    return statements_of(json.loads(answer["Policy"]))


def _is_public_or_open_to_s3(statement: Statement) -> bool:
    return is_public(statement) or _is_open_to_s3(statement)


def _is_open_to_s3(statement: Statement) -> bool:
    """Return whether S3 may invoke the function for buckets of any account."""
    keys = {key.lower() for keys in statement.get("Condition", {}).values() for key in keys}
    named = statement.get("Principal", {}).get("Service", [])
    return statement.get("Effect") == "Allow" and _S3 in named and "aws:sourceaccount" not in keys


def _for_this_account(statement: Statement, target: Target) -> Statement:
    conditions = statement.get("Condition", {})
    equals = {**conditions.get("StringEquals", {}), _SOURCE_ACCOUNT: [target.resource.account]}
    sid = f"{statement['Sid'][: 100 - len(_SID_SUFFIX)]}{_SID_SUFFIX}"
    return {**statement, "Sid": sid, "Condition": {**conditions, "StringEquals": equals}}


def _permission(statement: Statement) -> dict[str, Any]:
    """Return AddPermission's parameters. Raises Refusal for a statement that AddPermission cannot make."""
    one_of = {name: sorted_strings(value) for name, value in statement.get("Principal", {}).items()}
    if list(map(len, one_of.values())) != [1] or len(statement.get("Action", [])) != 1:
        raise Refusal(
            f"its policy statement {statement['Sid']} was not made by AddPermission: Undo could not remake it"
        )
    principal = next(iter(one_of.values()))[0]
    conditions = _parameters(statement)
    return {"StatementId": statement["Sid"], "Action": statement["Action"][0], "Principal": principal, **conditions}


def _parameters(statement: Statement) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            name = _CONDITIONS.get((operator, key.lower()))
            if name is None or len(values) != 1:
                raise Refusal(
                    f"its policy statement {statement['Sid']} has a condition on {key}: Undo could not remake it"
                )
            found[name] = values[0] == "true" if operator == "Bool" else values[0]
    return found


def _url_access(aws: Account, target: Target) -> str:
    functions = aws.client("lambda")
    answer = none_if(lambda: functions.get_function_url_config(FunctionName=target.resource.id), _NOT_FOUND)
    if answer is None:
        return "no"
    return "yes: it stops answering" if answer["AuthType"] == "NONE" else "its URL asks for a signature"


def _invocations(aws: Account, target: Target) -> str:
    answer = describe_function(aws, target)
    function = ("FunctionName", answer["FunctionName"])
    calls = metric_value(
        aws.client("cloudwatch"), ("AWS/Lambda", "Invocations"), function, "Sum", response_date(answer)
    )
    if calls is None:
        return "CloudWatch has no figures"
    return f"yes: {calls} times" if calls else "no"
