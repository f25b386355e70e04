"""Conversion of the port's writes and items to and from DynamoDB's requests. No client here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from bot.domain.ports import Check, Delete, Item, Key, Put, Test, Update, Write

Request = dict[str, Any]

_SERIALIZER: Final = TypeSerializer()
_DESERIALIZER: Final = TypeDeserializer()
_TOKEN_LENGTH: Final = 36


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item in DynamoDB's typed form."""
    return {name: _SERIALIZER.serialize(value) for name, value in item.items()}


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    """Return the item of DynamoDB's typed form; all numbers in the table are integers."""
    return {name: _plain(_DESERIALIZER.deserialize(value)) for name, value in attributes.items()}


def key_attributes(key: Key) -> dict[str, Any]:
    """Return the key in DynamoDB's typed form."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def request_token(token: str) -> str:
    """Return a ClientRequestToken (at most 36 characters) for a token of any length."""
    return hashlib.sha256(token.encode()).hexdigest()[:_TOKEN_LENGTH]


def transact_item(table: str, write: Write) -> Request:
    """Return one member of TransactItems."""
    operation = {Put: "Put", Update: "Update", Delete: "Delete", Check: "ConditionCheck"}[type(write)]
    return {operation: request_of(table, write)}


def request_of(table: str, write: Write) -> Request:
    """Return the parameters of PutItem, UpdateItem, DeleteItem or ConditionCheck."""
    names = _Placeholders()
    request: Request = {"TableName": table}
    if isinstance(write, Put):
        request["Item"] = to_attributes(write.item)
    else:
        request["Key"] = key_attributes(write.key)
    if isinstance(write, Update):
        request["UpdateExpression"] = _update(write, names)
    if write.when:
        request["ConditionExpression"] = " AND ".join(_condition(test, names) for test in write.when)
    return request | names.parameters()


def query_of(table: str, pk: tuple[str, str], sk: tuple[str, str, str] | None) -> Request:
    """Return parameters of Query. `pk`: (attribute, value); `sk`: (attribute, `<=`, `>` or `begins_with`, value)."""
    names = _Placeholders()
    condition = f"{names.name(pk[0])} = {names.value(pk[1])}"
    if sk:
        condition += " AND " + _range(names.name(sk[0]), sk[1], names.value(sk[2]))
    return {"TableName": table, "KeyConditionExpression": condition} | names.parameters()


def _range(attribute: str, operator: str, value: str) -> str:
    return f"begins_with({attribute}, {value})" if operator == "begins_with" else f"{attribute} {operator} {value}"


class _Placeholders:
    """Placeholders for names and values, so that no reserved word and no external text enters an expression."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = _SERIALIZER.serialize(value)
        return placeholder

    def parameters(self) -> Request:
        names = {placeholder: attribute for attribute, placeholder in self._names.items()}
        return ({"ExpressionAttributeNames": names} if names else {}) | (
            {"ExpressionAttributeValues": self._values} if self._values else {}
        )


def _update(update: Update, names: _Placeholders) -> str:
    sets = [f"{names.name(attribute)} = {names.value(value)}" for attribute, value in update.sets.items()]
    adds = [f"{names.name(attribute)} {names.value(value)}" for attribute, value in update.adds.items()]
    removes = [names.name(attribute) for attribute in update.removes]
    return " ".join(_clauses(("SET", sets), ("ADD", adds), ("REMOVE", removes)))


def _clauses(*clauses: tuple[str, list[str]]) -> Iterable[str]:
    return (f"{keyword} {', '.join(members)}" for keyword, members in clauses if members)


def _condition(test: Test, names: _Placeholders) -> str:
    attribute = names.name(test.attribute)
    if test.op in ("absent", "exists"):
        return f"attribute_{'not_exists' if test.op == 'absent' else 'exists'}({attribute})"
    return f"{attribute} {test.op} {names.value(test.value)}"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value
