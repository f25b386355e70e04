"""Loading of findings from files or Security Hub into one population, as the bot would store them."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import boto3

from bot.adapters.aws.errors import aws_errors_as
from bot.cli.findings.json_files import load
from bot.cli.terminal import plain
from bot.data.controls import control_severity
from bot.domain.errors import BadInput, Unknown
from bot.domain.finding import Finding, Observation, Order, fold, order
from bot.domain.posture import by_control, by_severity
from bot.domain.score import Counts, Model, Score, score
from bot.sources.read import Reading, SourceContext, read

PAGE: Final = 100
"""Findings in one response of GetFindings, at most."""

_SHOWN_REASONS: Final = 5


@dataclass(frozen=True)
class Population:
    """Distinct findings, and the reasons for rejected input."""

    findings: Sequence[Finding] = ()
    problems: Sequence[str] = field(default_factory=tuple)

    @property
    def counts(self) -> list[Counts]:
        """The counts behind the score, as in the bot's counters."""
        return by_control(self.findings)

    @property
    def threats(self) -> dict[str, int]:
        """Open findings without a control, by severity."""
        return by_severity(finding for finding in self.findings if not finding.trusted)

    def score(self, model: Model) -> Score:
        return score(self.counts, model)


def from_files(
    files: Iterable[str], rule_controls: Mapping[str, str] | None = None, *, every: bool = True
) -> Population:
    """Load all files as one population. With `every`, raises BadInput for a file that cannot be read."""
    context = SourceContext(_now(), rule_controls or {})
    readings: list[Reading] = []
    problems: list[str] = []
    for file in files:
        try:
            loaded = load(file)
        except BadInput as bad:
            if every:
                raise BadInput(f"{file}: {bad}") from bad
            problems.append(f"{file}: {bad}")
            continue
        reading = read(loaded.document, context)
        readings.append(reading)
        problems += [f"{file}: {reason}" for reason in (*reading.rejected, *loaded.problems)]
    return Population(fold_all(one for reading in readings for one in reading.observations), tuple(problems))


def from_security_hub(rule_controls: Mapping[str, str] | None = None) -> Population:
    """Load Security Hub's current findings with the caller's credentials. Raises Unknown."""
    context = SourceContext(_now(), rule_controls or {})
    readings = [read({"Findings": page}, context) for page in _pages()]
    problems = tuple(f"Security Hub: {reason}" for reading in readings for reason in reading.rejected)
    return Population(fold_all(one for reading in readings for one in reading.observations), problems)


def fold_all(observations: Iterable[Observation]) -> list[Finding]:
    """Return the findings after these observations, applied in each source's order as by ingest."""
    by_finding: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        by_finding[observation.fid].append(observation)
    return [found for several in by_finding.values() if (found := _fold_source(several))]


def write_problems(population: Population) -> None:
    """Write rejected input to standard error: a score of the rest must not look complete."""
    problems = list(dict.fromkeys(map(plain, population.problems)))
    more = len(problems) - _SHOWN_REASONS
    lines = [*problems[:_SHOWN_REASONS], *([f"and {more} more"] if more > 0 else [])]
    sys.stderr.writelines(f"cspm: not counted: {line}\n" for line in lines)


def _fold_source(several: Iterable[Observation]) -> Finding | None:
    finding: Finding | None = None
    for observation in sorted(several, key=lambda one: (one.source.updated, one.source.arrived)):
        old = finding.sources.get(observation.source.id) if finding else None
        if order(observation.source, old) is Order.NEWER:
            severity = control_severity(observation, finding.severity if finding else None)
            finding = fold(observation, finding, severity)
    return finding


def _pages() -> Iterator[list[dict[str, Any]]]:
    filters = {"RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}]}
    with aws_errors_as(Unknown, "Security Hub cannot be read"):
        client = boto3.client("securityhub", endpoint_url=os.environ.get("AWS_ENDPOINT_URL") or None)
        for page in client.get_paginator("get_findings").paginate(Filters=filters, PaginationConfig={"PageSize": PAGE}):
            yield page["Findings"]


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
