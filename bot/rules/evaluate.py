"""Config's contract around a rule: what is judged, what is said of what is gone, and how it is said."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, Protocol

import bot.rules
from bot.domain.errors import BadInput
from bot.rules.invocation import Invocation, MessageType, item_of
from bot.rules.rule import MAX_ANNOTATION, Item, Params, Rule, Verdict, not_applicable

PREFIX: Final = "cspm-"
_GENERATED_NAMES: Final = (
    re.compile(r"OrgConfigRule-(?P<name>.+)-[a-z0-9]{8}"),
    re.compile(r"(?P<name>.+)-conformance-pack-\w+"),
)
"""What organisation rules and conformance packs make of a rule's name."""

Evaluation = dict[str, Any]


class Config(Protocol):
    """AWS Config of one account and Region, as far as a rule needs it."""

    def history(self, resource_type: str, resource_id: str, at: str) -> Mapping[str, Any]:
        """The item as it was recorded at this time. Raises Unknown."""

    def recorded(self, resource_types: Sequence[str]) -> Iterable[Mapping[str, Any]]:
        """Every item of these types that exists now. Raises Unknown."""

    def put(self, evaluations: Sequence[Evaluation], token: str, *, test: bool) -> None:
        """Say the verdicts. Raises Unknown, also when Config kept only some of them."""


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule of this package by its name. Two of one name raise."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(bot.rules.__path__):
        for rule in getattr(importlib.import_module(f"bot.rules.{module.name}"), "RULES", ()):
            if rule.name in found:
                raise ValueError(f"there are two rules called {rule.name}")
            found[rule.name] = rule
    return found


def find_rule(name: str) -> Rule:
    """The rule of a Config rule's name, also as organisation rules and conformance packs wrap it. Raises BadInput."""
    wrapped = (wrapping.fullmatch(name) for wrapping in _GENERATED_NAMES)
    for candidate in (name, *(match["name"] for match in wrapped if match)):
        if candidate.removeprefix(PREFIX) in rules():
            return rules()[candidate.removeprefix(PREFIX)]
    raise BadInput(f"no rule is called {name!r}; there are: {', '.join(sorted(rules()))}")


def evaluate(invocation: Invocation, config: Config, rule: Rule | None = None) -> list[Evaluation]:
    """Judge what the invocation asks about, and tell Config. Raises BadInput, Unknown; Config shows either."""
    chosen = rule or find_rule(invocation.rule)
    params = Params(invocation.params, chosen.params)
    evaluations = [
        _evaluation(item, verdict, invocation.at) for item, verdict in _verdicts(invocation, config, chosen, params)
    ]
    config.put(evaluations, invocation.token, test=invocation.is_test)
    return evaluations


def _verdicts(invocation: Invocation, config: Config, rule: Rule, params: Params) -> Iterator[tuple[Item, Verdict]]:
    if invocation.message_type is MessageType.ALL:
        for raw in config.recorded(rule.resource_types):
            item = item_of(raw)
            yield item, _verdict(item, rule, params, left_scope=False)
    elif invocation.item:
        yield (
            invocation.item,
            _verdict(_complete_item(invocation, config), rule, params, left_scope=invocation.left_scope),
        )


def _complete_item(invocation: Invocation, config: Config) -> Item:
    """The whole item: an oversized one is not in the message, and need not be fetched when it is gone."""
    item = invocation.item
    assert item is not None  # noqa: S101 - for the type checker: the caller has looked
    if invocation.message_type is MessageType.ONE or not item.exists or invocation.left_scope:
        return item
    return item_of(config.history(item.type, item.id, item.captured))


def _verdict(item: Item, rule: Rule, params: Params, *, left_scope: bool) -> Verdict:
    if not item.exists:
        return not_applicable("the resource does not exist any more")
    if left_scope:
        return not_applicable("the resource is out of this rule's scope now")
    if not rule.covers(item):
        return not_applicable(f"this rule is not about {item.type}")
    return rule.evaluate(item, params)


def _evaluation(item: Item, verdict: Verdict, at: str) -> Evaluation:
    said = {"Annotation": truncated(verdict.reason)} if verdict.reason else {}
    return {
        "ComplianceResourceType": item.type,
        "ComplianceResourceId": item.id,
        "ComplianceType": verdict.compliance.value,
        "OrderingTimestamp": at,
        **said,
    }


def truncated(text: str) -> str:
    """The text within Config's limit."""
    return text if len(text) <= MAX_ANNOTATION else text[: MAX_ANNOTATION - 1] + "…"
