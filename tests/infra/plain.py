"""Resolve plain CloudFormation templates: conditions evaluated, references replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

INFRA = Path(__file__).parents[2] / "infra"
ACCOUNT, REGION, STACK = "111122223333", "eu-west-1", "a-stack"
NO_VALUE = object()

Node = dict[str, Any]


def load(name: str) -> Node:
    """Return a template of `infra/`, with short forms expanded."""
    return parsed((INFRA / name).read_text())


def parsed(text: str) -> Node:
    """Return the template of a text, with short forms expanded."""
    template: Node = yaml_parse(text)
    return template


def made(template: Mapping[str, Any], account: str = ACCOUNT, region: str = REGION, **parameters: str) -> Node:
    """Return the resources that would be created, with references replaced. Raise KeyError for a dangling reference."""
    return _Resolver(template, _defaults(template) | parameters, account, region).resources()


def _defaults(template: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one["Default"] for name, one in template["Parameters"].items() if "Default" in one}


@dataclass(frozen=True)
class _Resolver:
    template: Mapping[str, Any]
    parameters: Mapping[str, Any]
    account: str
    region: str

    def resources(self) -> Node:
        chosen = {
            name: one
            for name, one in self.template["Resources"].items()
            if "Condition" not in one or self.holds(one["Condition"])
        }
        return {name: self.value(one) for name, one in chosen.items()}

    def holds(self, name: str) -> bool:
        return bool(self.value(self.template["Conditions"][name]))

    def value(self, node: Any) -> Any:
        if isinstance(node, list):
            members = [self.value(member) for member in node]
            return [member for member in members if member is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if called := _function_in(node):
            return self.function(*called)
        values = {key: self.value(member) for key, member in node.items() if key != "Condition" or _is_iam(node)}
        return {key: value for key, value in values.items() if value is not NO_VALUE}

    def function(self, name: str, given: Any) -> Any:
        match name:
            case "Ref":
                return self.ref(given)
            case "Condition":
                return self.holds(given)
            case "If":
                return self.value(given[1] if self.holds(given[0]) else given[2])
            case "Sub":
                return re.sub(r"\$\{([^}]+)\}", lambda match: str(self.ref(match[1])), given)
            case "GetAtt":
                return self.attribute(given)
            case _:
                return _PURE[name](self.value(given))

    def ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::NoValue": NO_VALUE,
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackName": STACK,
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.parameters:
            listed = self.template["Parameters"][name]["Type"] == "CommaDelimitedList"
            return self.parameters[name].split(",") if listed else self.parameters[name]
        if "." in name:
            return self.attribute(name)
        return self.physical(name)

    def physical(self, logical: str) -> str:
        if logical not in self.template["Resources"]:
            raise KeyError(logical)
        return f"{STACK}-{logical}"

    def attribute(self, named: str | list[str]) -> str:
        logical, attribute = named.split(".", 1) if isinstance(named, str) else named
        known = _ARNS.get(self.template["Resources"][logical]["Type"])
        if known and attribute in ("Arn", "Id"):
            return f"arn:aws:{known.format(where=f'{self.region}:{self.account}', name=self.physical(logical))}"
        return f"{self.physical(logical)}.{attribute}"


_ARNS = {
    "AWS::DynamoDB::Table": "dynamodb:{where}:table/{name}",
    "AWS::Events::EventBus": "events:{where}:event-bus/{name}",
    "AWS::Logs::LogGroup": "logs:{where}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SQS::Queue": "sqs:{where}:{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{where}:secret:{name}",
}

_PURE: dict[str, Callable[[Any], Any]] = {
    "And": all,
    "Equals": lambda given: given[0] == given[1],
    "Join": lambda given: given[0].join(given[1]),
    "Not": lambda given: not given[0],
    "Or": any,
    "Select": lambda given: given[1][int(given[0])],
    "Split": lambda given: given[1].split(given[0]),
}


def _function_in(node: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Return the intrinsic function of a node and its argument; None for an ordinary mapping."""
    if len(node) != 1:
        return None
    ((name, given),) = node.items()
    is_reference = name in ("Ref", "Condition") and isinstance(given, str)
    return (name.removeprefix("Fn::"), given) if is_reference or name.startswith("Fn::") else None


def _is_iam(node: Mapping[str, Any]) -> bool:
    """Return whether a node is an IAM statement: its Condition is IAM's, a resource's is CloudFormation's."""
    return "Effect" in node
