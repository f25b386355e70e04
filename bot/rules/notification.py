"""What Config sends a rule's function, read: which rule is asked, about what, with which parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final

from bot.domain.errors import BadInput
from bot.rules.rule import Item

TEST_MODE: Final = "TESTMODE"
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_PARTITION: Final = re.compile(r"arn:(aws[a-z-]*):")


class Asked(Enum):
    """What the message asks for."""

    ONE = auto()
    OVERSIZED = auto()
    ALL = auto()


@dataclass(frozen=True)
class Invocation:
    """One call of the function. `item` is the item, or for an oversized one its summary; `at` orders evaluations."""

    asked: Asked
    rule: str
    account: str
    partition: str
    token: str
    left_scope: bool
    params: Mapping[str, str]
    at: str
    item: Item | None = None

    @property
    def is_a_test(self) -> bool:
        """Whether Config should check the evaluations and keep none of them."""
        return self.token == TEST_MODE


def read(event: Mapping[str, Any]) -> Invocation:
    """The invocation. Raises BadInput for what a rule cannot answer, with the reason."""
    message = _object(event.get("invokingEvent"), "invokingEvent")
    asked = _asked(message)
    raw = message.get("configurationItem") or message.get("configurationItemSummary") or {}
    item = None if asked is Asked.ALL else item_of(raw)
    account = str(event.get("accountId") or message.get("awsAccountId") or (item.account if item else ""))
    if not _ACCOUNT.fullmatch(account):
        raise BadInput(f"the invocation names no account: {account!r}")
    partition = _PARTITION.match(str(event.get("configRuleArn", "")))
    return Invocation(
        asked=asked,
        rule=str(event.get("configRuleName") or ""),
        account=account,
        partition=partition[1] if partition else "aws",
        token=str(event.get("resultToken") or ""),
        left_scope=event.get("eventLeftScope") is True,
        params=_params(event.get("ruleParameters")),
        at=item.captured if item else _time(message),
        item=item,
    )


def _asked(message: Mapping[str, Any]) -> Asked:
    kind = message.get("messageType")
    if kind == "ScheduledNotification":
        return Asked.ALL
    if kind == "OversizedConfigurationItemChangeNotification":
        return Asked.OVERSIZED
    if kind == "ConfigurationItemChangeNotification" or (kind is None and message.get("configurationItem")):
        return Asked.ONE
    raise BadInput(f"a rule has no answer to {kind!r}")


def item_of(raw: Mapping[str, Any]) -> Item:
    """An item in either spelling: notifications and GetResourceConfigHistory name the same things differently.

    https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_lambda-functions.html
    """
    item = Item(
        account=str(raw.get("awsAccountId") or raw.get("accountId") or ""),
        region=str(raw.get("awsRegion") or ""),
        type=str(raw.get("resourceType") or ""),
        id=str(raw.get("resourceId") or ""),
        name=str(raw.get("resourceName") or raw.get("resourceId") or ""),
        arn=str(raw.get("ARN") or raw.get("arn") or ""),
        status=str(raw.get("configurationItemStatus") or ""),
        captured=_text(raw.get("configurationItemCaptureTime")),
        configuration=_mapping(raw.get("configuration")),
        supplementary={key: inner(value) for key, value in _mapping(raw.get("supplementaryConfiguration")).items()},
        tags=_tags(raw.get("tags")),
    )
    facts = {"type": item.type, "id": item.id, "capture time": item.captured}
    if missing := [name for name, value in facts.items() if not value]:
        raise BadInput(f"the configuration item has no {' and no '.join(missing)}")
    return item


def inner(value: Any) -> Any:
    """A value that Config may have written as JSON in a string."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _mapping(value: Any) -> Mapping[str, Any]:
    found = inner(value)
    return found if isinstance(found, Mapping) else {}


def _tags(value: Any) -> dict[str, str]:
    """A mapping in notifications, a list of pairs from a query."""
    if isinstance(value, Mapping):
        return {str(key): str(text) for key, text in value.items()}
    pairs = value if isinstance(value, list) else []
    return {str(one["key"]): str(one.get("value", "")) for one in pairs if isinstance(one, Mapping) and "key" in one}


def _params(value: Any) -> dict[str, str]:
    """Absent, empty, or a JSON object: Config leaves them out where a rule has none."""
    if value in (None, ""):
        return {}
    return {str(key): str(text) for key, text in _object(value, "ruleParameters").items()}


def _object(value: Any, name: str) -> dict[str, Any]:
    found = inner(value)
    if not isinstance(found, dict):
        raise BadInput(f"{name} is no JSON object")
    return found


def _time(message: Mapping[str, Any]) -> str:
    found = _text(message.get("notificationCreationTime"))
    if not found:
        raise BadInput("the notification has no time, and without one evaluations have no order")
    return found


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
