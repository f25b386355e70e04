"""Configuration items, invocations and an AWS Config in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot.rules.evaluate import rules
from bot.rules.invocation import item_of
from bot.rules.rule import Item, Params, Verdict

ACCOUNT = "111122223333"
CAPTURED = "2026-09-22T07:09:00.000Z"

TYPES = {
    "s3-policy-outside-organization": "AWS::S3::Bucket",
    "iam-role-trusts-unknown-account": "AWS::IAM::Role",
    "owner-tag-missing": "AWS::EC2::Instance",
    "region-not-allowed": "AWS::EC2::Instance",
    "security-group-open-by-prefix-list": "AWS::EC2::SecurityGroup",
}


def raw(resource_type: str, resource_id: str = "res-1", **fields: Any) -> dict[str, Any]:
    """An item as a notification carries it."""
    return {
        "configurationItemCaptureTime": CAPTURED,
        "configurationItemStatus": "OK",
        "awsAccountId": ACCOUNT,
        "awsRegion": "eu-west-1",
        "resourceType": resource_type,
        "resourceId": resource_id,
        "resourceName": resource_id,
        "ARN": f"arn:aws:example:eu-west-1:{ACCOUNT}:{resource_id}",
        "configuration": {},
        "supplementaryConfiguration": {},
        "tags": {},
    } | fields


def an_item(resource_type: str, **fields: Any) -> Item:
    """The same, read."""
    return item_of(raw(resource_type, **fields))


def judged(rule: str, item: Item, **params: str) -> Verdict:
    chosen = rules()[rule]
    return chosen.evaluate(item, Params(params, chosen.params))


def a_bucket(*statements: Mapping[str, Any], as_text: bool = True) -> Item:
    """A bucket with a policy of these statements, as Config records it: JSON in JSON."""
    policy = {"policyText": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}
    return an_item(
        "AWS::S3::Bucket",
        supplementaryConfiguration={"BucketPolicy": json.dumps(policy) if as_text else policy},
    )


def a_role(*statements: Mapping[str, Any], path: str = "/") -> Item:
    """A role with a trust policy of these statements, URL-encoded as Config records it."""
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    configuration = {"path": path, "assumeRolePolicyDocument": quote(document)}
    return an_item("AWS::IAM::Role", configuration=configuration, awsRegion="global")


def grant(principal: Any, **fields: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"} | fields


def invocation(rule: str, message: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the event with which Config invokes the function."""
    return {
        "version": "1.0",
        "invokingEvent": json.dumps(message),
        "ruleParameters": "{}",
        "resultToken": "token",
        "eventLeftScope": False,
        "executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/config",
        "configRuleArn": f"arn:aws:config:eu-west-1:{ACCOUNT}:config-rule/config-rule-a1b2c3",
        "configRuleName": f"cspm-{rule}",
        "configRuleId": "config-rule-a1b2c3",
        "accountId": ACCOUNT,
    } | fields


def changed(item: Mapping[str, Any]) -> dict[str, Any]:
    """The message about a changed item."""
    return {"messageType": "ConfigurationItemChangeNotification", "configurationItem": dict(item)}


@dataclass
class FakeConfig:
    """An AWS Config with some items, which records its calls."""

    items: Sequence[Mapping[str, Any]] = ()
    history_calls: list[tuple[str, str, str]] = field(default_factory=list)
    put_calls: list[tuple[list[dict[str, Any]], str, bool]] = field(default_factory=list)

    def history(self, resource_type: str, resource_id: str, at: str) -> Mapping[str, Any]:
        self.history_calls.append((resource_type, resource_id, at))
        return next(one for one in self.items if one["resourceId"] == resource_id)

    def recorded(self, resource_types: Sequence[str]) -> Iterable[Mapping[str, Any]]:
        return [one for one in self.items if one["resourceType"] in resource_types]

    def put(self, evaluations: Sequence[dict[str, Any]], token: str, *, test: bool) -> None:
        self.put_calls.append((list(evaluations), token, test))
