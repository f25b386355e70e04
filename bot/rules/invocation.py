"""Parsing of the event with which AWS Config invokes a custom rule's function."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AliasChoices, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bot.domain.errors import BadInput
from bot.payload import PayloadModel, parse_payload
from bot.rules.rule import Item

TEST_MODE: Final = "TESTMODE"
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_PARTITION: Final = re.compile(r"arn:(aws[a-z-]*):")


class MessageType(StrEnum):
    """`messageType` of the invoking event."""

    ONE = "ConfigurationItemChangeNotification"
    OVERSIZED = "OversizedConfigurationItemChangeNotification"
    ALL = "ScheduledNotification"


@dataclass(frozen=True)
class Invocation:
    """One invocation. `item` is the item, or the summary of an oversized one; `at` is the ordering timestamp."""

    message_type: MessageType
    rule: str
    account: str
    partition: str
    token: str
    left_scope: bool
    params: Mapping[str, str]
    at: str
    item: Item | None = None

    @property
    def is_test(self) -> bool:
        """True if Config validates the evaluations without storing them."""
        return self.token == TEST_MODE


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value or "")


def _inner(value: Any) -> Any:
    """Return a value that Config may have encoded as a JSON string."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _object(value: Any) -> Any:
    found = _inner(value)
    if not isinstance(found, Mapping):
        raise PydanticCustomError("object", "not a JSON object")
    return found


def _object_if_any(value: Any) -> Any:
    """Accept absent, empty, or a JSON object: Config omits the parameters of a rule without any."""
    return {} if value in (None, "") else _object(value)


def _mapping(value: Any) -> Any:
    found = _inner(value)
    return found if isinstance(found, Mapping) else {}


def _mapping_of_json(value: Any) -> Any:
    return {name: _inner(one) for name, one in _mapping(value).items()}


def _tags(value: Any) -> Any:
    """Accept a mapping, as in notifications, and a list of pairs, as in query results."""
    if isinstance(value, Mapping):
        return value
    pairs = value if isinstance(value, list) else []
    return {one["key"]: one.get("value", "") for one in pairs if isinstance(one, Mapping) and "key" in one}


Text = Annotated[str, BeforeValidator(_text)]
"""Text of any value: a time (from an API call) in ISO form; absent is ''."""

Flag = Annotated[bool, BeforeValidator(lambda value: value is True)]
"""Only `true`: a wrong `eventLeftScope` would clear the rule's earlier evaluation."""

Configuration = Annotated[dict[str, Any], BeforeValidator(_mapping)]
Supplementary = Annotated[dict[str, Any], BeforeValidator(_mapping_of_json)]
Pairs = dict[str, Annotated[str, BeforeValidator(str)]]
Tags = Annotated[Pairs, BeforeValidator(_tags)]
Parameters = Annotated[Pairs, BeforeValidator(_object_if_any)]


class ConfigurationItem(PayloadModel):
    """A configuration item; notifications and GetResourceConfigHistory name the same fields differently.

    https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_lambda-functions.html
    """

    account: Text = Field("", validation_alias=AliasChoices("awsAccountId", "accountId"))
    region: Text = Field("", alias="awsRegion")
    type: Text = Field(alias="resourceType", min_length=1)
    id: Text = Field(alias="resourceId", min_length=1)
    name: Text = Field("", alias="resourceName")
    arn: Text = Field("", validation_alias=AliasChoices("ARN", "arn"))
    status: Text = Field("", alias="configurationItemStatus")
    captured: Text = Field(alias="configurationItemCaptureTime", min_length=1)
    configuration: Configuration = Field({})
    supplementary: Supplementary = Field({}, alias="supplementaryConfiguration")
    tags: Tags = Field({})

    @property
    def item(self) -> Item:
        """The item as rules get it; its name is the id if it has none."""
        return Item(**dict(self) | {"name": self.name or self.id})


class Notification(PayloadModel):
    """The notification in `invokingEvent`."""

    kind: Text = Field("", alias="messageType")
    changed: ConfigurationItem | None = Field(None, alias="configurationItem")
    summary: ConfigurationItem | None = Field(None, alias="configurationItemSummary")
    account: Text = Field("", alias="awsAccountId")
    created: Text = Field("", alias="notificationCreationTime")

    @property
    def message_type(self) -> MessageType:
        """The type; a message with an item may have none. Raises BadInput."""
        if self.kind in set(MessageType):
            return MessageType(self.kind)
        if not self.kind and self.changed:
            return MessageType.ONE
        raise BadInput(f"a rule cannot evaluate a message of type {self.kind!r}")

    @property
    def item(self) -> Item | None:
        """The changed item; None for a schedule, which is about all items. Raises BadInput."""
        if self.message_type is MessageType.ALL:
            return None
        found = self.changed or self.summary
        if not found:
            raise BadInput("the notification has no configuration item")
        return found.item

    @property
    def at(self) -> str:
        """The schedule's time, the ordering timestamp. Raises BadInput."""
        if not self.created:
            raise BadInput("the notification has no time, which orders its evaluations")
        return self.created


class Event(PayloadModel):
    """The function's event."""

    notification: Annotated[Notification, BeforeValidator(_object)] = Field(alias="invokingEvent")
    params: Parameters = Field({}, alias="ruleParameters")
    account: Text = Field("", alias="accountId")
    rule: Text = Field("", alias="configRuleName")
    rule_arn: Text = Field("", alias="configRuleArn")
    token: Text = Field("", alias="resultToken")
    left_scope: Flag = Field(default=False, alias="eventLeftScope")


def read(event: Mapping[str, Any]) -> Invocation:
    """Parse the event. Raises BadInput for one that a rule cannot evaluate."""
    found = parse_payload(Event, event, "the invocation")
    message, item = found.notification, found.notification.item
    account = found.account or message.account or (item.account if item else "")
    if not _ACCOUNT.fullmatch(account):
        raise BadInput(f"the invocation names no account: {account!r}")
    partition = _PARTITION.match(found.rule_arn)
    return Invocation(
        message_type=message.message_type,
        rule=found.rule,
        account=account,
        partition=partition[1] if partition else "aws",
        token=found.token,
        left_scope=found.left_scope,
        params=found.params,
        at=item.captured if item else message.at,
        item=item,
    )


def item_of(raw: Mapping[str, Any]) -> Item:
    """Parse an item from Config's API. Raises BadInput without a type, an id or a time."""
    return parse_payload(ConfigurationItem, raw, "the configuration item").item
