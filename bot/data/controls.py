"""The bot's table of Security Hub's controls (`controls.csv`), and their Config rules.

From AWS's reference of Security Hub CSPM controls, as of March 2026.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from bot.domain.finding import Observation, Severity

DOCS: Final = "https://docs.aws.amazon.com/console/securityhub/{id}/remediation"

_GENERATED_NAMES: Final = (
    re.compile(r"(?P<rule>.+)-conformance-pack-[A-Za-z0-9]+"),
    re.compile(r"OrgConfigRule-(?P<rule>.+)-[a-z0-9]{8}"),
)
"""Names that conformance packs and organisation rules give to a rule, as published findings show them."""

_HUB_RULE: Final = "securityhub-"
_HUB_SUFFIX: Final = re.compile(r"-([0-9a-f]{8}|[0-9a-z]{6})$")
"""Security Hub's rules are securityhub-<rule>-<suffix>: eight hexadecimal digits, in old findings six characters."""


_NAME_OF_IDENTIFIER: Final = {
    "cloud-trail-enabled": "cloudtrail-enabled",
    "ec2-instance-managed-by-ssm": "ec2-instance-managed-by-systems-manager",
    "incoming-ssh-disabled": "restricted-ssh",
    "multi-region-cloud-trail-enabled": "multi-region-cloudtrail-enabled",
    "restricted-incoming-traffic": "restricted-common-ports",
}
"""Managed rules whose identifier is not their name in upper case; a test compares the table with AWS's list."""


@dataclass(frozen=True)
class Control:
    """One control of Security Hub. `rule` is kebab-case; `managed`: customers can create the same rule."""

    id: str
    severity: Severity
    service: str
    rule: str
    managed: bool
    resource_type: str
    fsbp: bool
    standards: tuple[str, ...]
    retired: bool

    @property
    def docs_url(self) -> str:
        return DOCS.format(id=self.id)


class Controls:
    """The controls, by id and by Config rule."""

    def __init__(self, several: Iterable[Control], rule_names: Mapping[str, str]) -> None:
        self.all = tuple(several)
        self._by_id = {one.id.lower(): one for one in self.all}
        self._by_managed_rule = _unambiguous(one for one in self.all if one.managed)
        self._by_any_rule = _unambiguous(self.all)
        self._rule_names = rule_names

    def get(self, control: str) -> Control | None:
        """Return the control with this id, in any case, or None."""
        return self._by_id.get(control.strip().lower())

    def canonical_id(self, control: str) -> str:
        """Return the id as AWS writes it, and an unknown id unchanged."""
        known = self.get(control)
        return known.id if known else control

    def severity(self, control: str) -> Severity | None:
        """Return the control's severity, or None for an unknown control."""
        known = self.get(control)
        return known.severity if known else None

    def docs_url(self, control: str) -> str:
        """Return the URL of AWS's documentation, or '' for an unknown control."""
        known = self.get(control)
        return known.docs_url if known else ""

    def by_rule(self, rule: str) -> str:
        """Return the only control of a managed rule (its name or identifier), or ''."""
        return self._by_managed_rule.get(rule_name(rule), "")

    def by_customer_rule(self, name: str, policy: Mapping[str, str]) -> str:
        """Return the control of a customer's rule: by policy, name in infra's templates or managed rule."""
        base_name = base_rule_name(name)
        for candidate in (name, base_name):
            found = policy.get(candidate) or self._rule_names.get(candidate)
            if found:
                return self.canonical_id(found)
        return self.by_rule(base_name)

    def by_hub_rule(self, name: str) -> str:
        """Return the only control for which Security Hub creates this rule (`securityhub-…`), or ''."""
        if not name.startswith(_HUB_RULE):
            return ""
        unprefixed = name.removeprefix(_HUB_RULE)
        candidates = (unprefixed, _HUB_SUFFIX.sub("", unprefixed))
        return next(filter(None, (self._by_any_rule.get(rule_name(one)) for one in candidates)), "")


def base_rule_name(name: str) -> str:
    """Return a rule's name without the additions of conformance packs and organisation rules."""
    for pattern in _GENERATED_NAMES:
        match = pattern.fullmatch(name)
        if match:
            return match["rule"]
    return name


@cache
def controls() -> Controls:
    """Return the table, read once per process."""
    names = {row["rule"]: row["control"] for row in _rows("rule_names.csv")}
    return Controls((_control(row) for row in _rows("controls.csv")), names)


def control_severity(observation: Observation, known: Severity | None) -> Severity:
    """Return the control's severity from the table, else the highest of its failures so far, else MEDIUM.

    PASSED findings are INFORMATIONAL for every control, so only failures count. `known` is the stored severity.
    """
    in_table = controls().severity(observation.control)
    if in_table:
        return in_table
    reported = observation.source.severity
    if not observation.source.fails or reported not in set(Severity):
        return known or Severity.MEDIUM
    return Severity.worst((Severity(reported), known)) if known else Severity(reported)


def rule_name(rule: str) -> str:
    """Return the kebab-case name of a managed rule given by its name or its identifier."""
    kebab = rule.strip().lower().replace("_", "-")
    return _NAME_OF_IDENTIFIER.get(kebab, kebab)


def _unambiguous(several: Iterable[Control]) -> dict[str, str]:
    controls_by_rule: dict[str, list[Control]] = defaultdict(list)
    for one in several:
        controls_by_rule[one.rule].append(one)
    controls_by_rule.pop("", None)
    current = {rule: _current(controls) for rule, controls in controls_by_rule.items()}
    return {rule: controls[0].id for rule, controls in current.items() if len(controls) == 1}


def _current(several: list[Control]) -> list[Control]:
    return [one for one in several if not one.retired] or several


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("bot").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _control(row: dict[str, str]) -> Control:
    return Control(
        id=row["id"],
        severity=Severity(row["severity"]),
        service=row["service"],
        rule=row["rule"],
        managed=row["managed"] == "yes",
        resource_type=row["resource_type"],
        fsbp=row["fsbp"] == "yes",
        standards=tuple(filter(None, row["standards"].split("|"))),
        retired=row["retired"] == "yes",
    )
