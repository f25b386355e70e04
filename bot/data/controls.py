"""Security Hub's controls: our own table of the facts that decisions need (`bot/data/controls.csv`).

Taken from the published reference of Security Hub CSPM's controls, as of March 2026.
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

_WRAPPINGS: Final = (
    re.compile(r"(?P<rule>.+)-conformance-pack-[A-Za-z0-9]+"),
    re.compile(r"OrgConfigRule-(?P<rule>.+)-[a-z0-9]{8}"),
)
"""What conformance packs and organisation rules make of a rule's name, as published findings show it."""

_HUB_RULE: Final = "securityhub-"
_HUB_SUFFIX: Final = re.compile(r"-([0-9a-f]{8}|[0-9a-z]{6})$")
"""Security Hub's rules are securityhub-<rule>-<suffix>: eight hexadecimal digits, in old findings six characters."""


_RENAMED: Final = {
    "cloud-trail-enabled": "cloudtrail-enabled",
    "ec2-instance-managed-by-ssm": "ec2-instance-managed-by-systems-manager",
    "incoming-ssh-disabled": "restricted-ssh",
    "multi-region-cloud-trail-enabled": "multi-region-cloudtrail-enabled",
    "restricted-incoming-traffic": "restricted-common-ports",
}
"""Managed rules whose IDENTIFIER is not their name in capitals; a test holds the table against AWS's list."""


@dataclass(frozen=True)
class Control:
    """One control of Security Hub. `rule` is kebab-case; `managed` says whether customers can use it, too."""

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
        """AWS's own page about this control."""
        return DOCS.format(id=self.id)


class Controls:
    """The table, found by id and by Config rule."""

    def __init__(self, several: Iterable[Control], rule_names: Mapping[str, str]) -> None:
        self.all = tuple(several)
        self._by_id = {one.id.lower(): one for one in self.all}
        self._by_managed_rule = _unambiguous(one for one in self.all if one.managed)
        self._by_any_rule = _unambiguous(self.all)
        self._rule_names = rule_names

    def get(self, control: str) -> Control | None:
        """The control of this id, however it is spelled, or None."""
        return self._by_id.get(control.strip().lower())

    def canonical_id(self, control: str) -> str:
        """The id as the catalogue spells it; one that it does not know comes back as it is."""
        known = self.get(control)
        return known.id if known else control

    def severity(self, control: str) -> Severity | None:
        """The control's own severity, or None when the table does not have it."""
        known = self.get(control)
        return known.severity if known else None

    def docs_url(self, control: str) -> str:
        """AWS's page about a control, or nothing."""
        known = self.get(control)
        return known.docs_url if known else ""

    def by_rule(self, rule: str) -> str:
        """The control that a managed rule (kebab-case or IDENTIFIER) means, where it means exactly one, else ''."""
        return self._by_managed_rule.get(rule_name(rule), "")

    def by_customer_rule(self, name: str, policy: Mapping[str, str]) -> str:
        """The control that a customer's rule means: by the policy, by our own templates' names, by identifier."""
        plain = base_rule_name(name)
        for candidate in (name, plain):
            found = policy.get(candidate) or self._rule_names.get(candidate)
            if found:
                return self.canonical_id(found)
        return self.by_rule(plain)

    def by_hub_rule(self, name: str) -> str:
        """The control for which Security Hub made this rule (`securityhub-…`), where it means exactly one, else ''."""
        if not name.startswith(_HUB_RULE):
            return ""
        whole = name.removeprefix(_HUB_RULE)
        candidates = (whole, _HUB_SUFFIX.sub("", whole))
        return next(filter(None, (self._by_any_rule.get(rule_name(one)) for one in candidates)), "")


def base_rule_name(name: str) -> str:
    """A rule's name without what conformance packs and organisation rules add to it."""
    for wrapping in _WRAPPINGS:
        match = wrapping.fullmatch(name)
        if match:
            return match["rule"]
    return name


@cache
def controls() -> Controls:
    """The table, read once."""
    names = {row["rule"]: row["control"] for row in _rows("rule_names.csv")}
    return Controls((_control(row) for row in _rows("controls.csv")), names)


def control_severity(observation: Observation, known: Severity | None) -> Severity:
    """The control's own severity: the table's, else the highest that a failure ever claimed, else MEDIUM.

    A PASSED event says INFORMATIONAL whatever the control is, so only failures count. `known` is the stored severity.
    """
    own = controls().severity(observation.control)
    if own:
        return own
    said = observation.source.severity
    if not observation.source.fails or said not in set(Severity):
        return known or Severity.MEDIUM
    return Severity.worst((Severity(said), known)) if known else Severity(said)


def rule_name(rule: str) -> str:
    """The kebab-case name of a managed rule that is given by its name or its IDENTIFIER."""
    kebab = rule.strip().lower().replace("_", "-")
    return _RENAMED.get(kebab, kebab)


def _unambiguous(several: Iterable[Control]) -> dict[str, str]:
    meanings: dict[str, list[Control]] = defaultdict(list)
    for one in several:
        meanings[one.rule].append(one)
    meanings.pop("", None)
    return {rule: ids[0].id for rule, ids in ((rule, _living(of)) for rule, of in meanings.items()) if len(ids) == 1}


def _living(several: list[Control]) -> list[Control]:
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
