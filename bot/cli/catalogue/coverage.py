"""Coverage of Security Hub by the catalogue: controls with a fix, with guidance, and with neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.cli.terminal import columns
from bot.data.controls import Control, controls
from bot.domain.finding import Severity
from bot.remediations.catalogue import Catalogue, catalogue

FSBP: Final = "FSBP"
_FIXED, _GUIDED, _NOT_YET = _STATES = ("fixed", "guided", "not_yet")
_NAMES: Final[Mapping[str, str]] = {
    FSBP: "AWS Foundational Security Best Practices",
    "CIS": "CIS AWS Foundations Benchmark",
    "NIST-800-53": "NIST SP 800-53 Rev.",
    "NIST-800-171": "NIST SP 800-171 Rev.",
    "PCI": "PCI DSS",
    "TAGGING": "AWS Resource Tagging Standard",
}
"""Full names of the table's short ones; the part after the last dash is the version."""

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Coverage:
    """Numbers of controls with a fix, with guidance, and with neither, without those that AWS has retired.

    A control in several standards counts in each of them, and in one severity.
    """

    severity: Mapping[str, Counts]
    standard: Mapping[str, Counts]
    controls: Counts


def coverage(known: Catalogue | None = None) -> Coverage:
    """Return the catalogue's coverage of the table of controls."""
    known = known or catalogue()
    active = [one for one in controls().all if not one.retired]
    severities = {one.value: _counts((c for c in active if c.severity is one), known) for one in Severity}
    names = sorted({name for one in active for name in _standards(one)}, key=lambda name: (name != FSBP, name))
    standards = {standard_name(one): _counts((c for c in active if one in _standards(c)), known) for one in names}
    used = {name: counts for name, counts in severities.items() if any(counts.values())}
    return Coverage(used, standards, _counts(active, known))


def standard_name(short: str) -> str:
    """Return a standard's full name: `CIS-5.0.0` is the CIS AWS Foundations Benchmark 5.0.0."""
    name, _, version = short.rpartition("-")
    return f"{_NAMES[name]} {version}" if name in _NAMES else _NAMES.get(short, short)


def coverage_lines(found: Coverage) -> list[str]:
    """Return the coverage as a table, each row with the share of controls that have a fix or guidance."""
    counted = {**found.severity, **found.standard, "all controls": found.controls}
    rows = [(name, *(str(counts[one]) for one in _STATES), _share(counts)) for name, counts in counted.items()]
    return columns([("Security Hub's controls", "fixed", "guided", "not yet", "covered"), *rows], indent="")


def _counts(several: Iterable[Control], known: Catalogue) -> dict[str, int]:
    found = Counter(_state(one, known) for one in several)
    return {state: found[state] for state in _STATES}


def _state(control: Control, known: Catalogue) -> str:
    if known.fix_for(control.id):
        return _FIXED
    return _GUIDED if known.guidance_for(control.id) else _NOT_YET


def _standards(control: Control) -> tuple[str, ...]:
    return (*((FSBP,) if control.fsbp else ()), *control.standards)


def _share(counts: Counts) -> str:
    """Return the percentage rounded down, so that 100 % means nothing is missing."""
    whole = sum(counts.values())
    return f"{100 * (whole - counts[_NOT_YET]) // whole} %"
