"""Files, or Security Hub itself → one population of findings, as the bot would store them."""

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
"""GetFindings gives at most so many findings at once."""

_SHOWN_REASONS: Final = 5


@dataclass(frozen=True)
class Population:
    """The findings, by their identity, and why parts of what was read are not among them."""

    findings: Sequence[Finding] = ()
    problems: Sequence[str] = field(default_factory=tuple)

    @property
    def counts(self) -> list[Counts]:
        """The counts behind the score, as the bot's own counters would have them."""
        return by_control(self.findings)

    @property
    def threats(self) -> dict[str, int]:
        """Open findings without a control, by severity."""
        return by_severity(finding for finding in self.findings if not finding.trusted)

    def score(self, model: Model) -> Score:
        """Its score."""
        return score(self.counts, model)


def of_files(files: Iterable[str], rule_controls: Mapping[str, str] | None = None, *, every: bool = True) -> Population:
    """All files as one population. Raises BadInput for a file that cannot be read at all, unless `every` is off."""
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
    return Population(folded(one for reading in readings for one in reading.observations), tuple(problems))


def live(rule_controls: Mapping[str, str] | None = None) -> Population:
    """What Security Hub holds now, read with the caller's own credentials. Raises Unknown."""
    context = SourceContext(_now(), rule_controls or {})
    readings = [read({"Findings": page}, context) for page in _pages()]
    problems = tuple(f"Security Hub: {reason}" for reading in readings for reason in reading.rejected)
    return Population(folded(one for reading in readings for one in reading.observations), problems)


def folded(observations: Iterable[Observation]) -> list[Finding]:
    """The findings after these observations, each source's in its own order, as ingest stores them."""
    said: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        said[observation.fid].append(observation)
    return [found for several in said.values() if (found := _one(several))]


def tell_problems(population: Population) -> None:
    """Say on the error stream what is not among the findings: a score of the rest must not look complete."""
    told = list(dict.fromkeys(map(plain, population.problems)))
    more = len(told) - _SHOWN_REASONS
    lines = [*told[:_SHOWN_REASONS], *([f"and {more} more"] if more > 0 else [])]
    sys.stderr.writelines(f"cspm: not counted: {line}\n" for line in lines)


def _one(several: Iterable[Observation]) -> Finding | None:
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
