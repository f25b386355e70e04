"""Evaluation of custom rules by AWS Config's contract: items in scope, deleted items, and the evaluations put."""

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
"""Names that organisation rules and conformance packs give to a rule."""

Evaluation = dict[str, Any]


class Config(Protocol):
    """The calls of AWS Config, in one account and Region, that a rule needs."""

    def history(self, resource_type: str, resource_id: str, at: str) -> Mapping[str, Any]:
        """Return the item as recorded at this time. Raises Unknown."""

    def recorded(self, resource_types: Sequence[str]) -> Iterable[Mapping[str, Any]]:
        """Return every item of these types that exists now. Raises Unknown."""

    def put(self, evaluations: Sequence[Evaluation], token: str, *, test: bool) -> None:
        """Put the evaluations. Raises Unknown, also when Config rejects some of them."""


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule of this package by its name. Raises ValueError for a duplicate name."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(bot.rules.__path__):
        for rule in getattr(importlib.import_module(f"bot.rules.{module.name}"), "RULES", ()):
            if rule.name in found:
                raise ValueError(f"there are two rules called {rule.name}")
            found[rule.name] = rule
    return found


def find_rule(name: str) -> Rule:
    """Return the rule of a Config rule's name, also of a name from an organisation rule or conformance pack.

    Raises BadInput for an unknown name.
    """
    matches = (pattern.fullmatch(name) for pattern in _GENERATED_NAMES)
    for candidate in (name, *(match["name"] for match in matches if match)):
        if candidate.removeprefix(PREFIX) in rules():
            return rules()[candidate.removeprefix(PREFIX)]
    raise BadInput(f"no rule is called {name!r}; there are: {', '.join(sorted(rules()))}")


def evaluate(invocation: Invocation, config: Config, rule: Rule | None = None) -> list[Evaluation]:
    """Evaluate the items of an invocation and put the evaluations. Raises BadInput, Unknown; Config shows either."""
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
    """Return the complete item: an oversized one is not in the message, and is fetched unless it was deleted."""
    item = invocation.item
    assert item is not None  # noqa: S101 - for the type checker: the caller has checked
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
    annotation = {"Annotation": truncated(verdict.reason)} if verdict.reason else {}
    return {
        "ComplianceResourceType": item.type,
        "ComplianceResourceId": item.id,
        "ComplianceType": verdict.compliance.value,
        "OrderingTimestamp": at,
        **annotation,
    }


def truncated(text: str) -> str:
    """Return the text within Config's limit of an annotation."""
    return text if len(text) <= MAX_ANNOTATION else text[: MAX_ANNOTATION - 1] + "…"
