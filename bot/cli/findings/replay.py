"""`cspm replay`: show the findings that the bot would store from files, each file against an empty table."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain
from typing import Final, TextIO

from bot.cli.command import Command
from bot.cli.findings import summary
from bot.cli.findings.json_files import load
from bot.cli.findings.load import from_files, write_problems
from bot.cli.policy.command import load_policy
from bot.data.controls import controls
from bot.domain.errors import BadInput
from bot.domain.finding import Observation, Severity
from bot.domain.policy import Policy
from bot.remediations.catalogue import catalogue
from bot.sources.normalise import line
from bot.sources.read import Reading, SourceContext, read

_SHOWN_REASONS: Final = 3


class Outcome(StrEnum):
    """The outcome of a file."""

    STORED = "stored"
    IGNORED = "ignored"
    REJECTED = "rejected"


@dataclass(frozen=True)
class ReplayedFinding:
    """One finding of a file. Account, Region and resource are the source's; the type is CloudFormation's."""

    key: str
    source: str
    control: str
    account: str
    region: str
    resource_type: str
    resource: str
    severity: str
    status: str
    remediation: str


@dataclass(frozen=True)
class ReplayResult:
    """The result for one file; the fields are in the order of the JSON output."""

    file: str
    outcome: Outcome
    reason: str
    findings: tuple[ReplayedFinding, ...] = ()


def replay(file: str, context: SourceContext) -> ReplayResult:
    """Read one file against an empty table. A file that cannot be read is rejected with the reason."""
    try:
        loaded = load(file)
    except BadInput as bad:
        return ReplayResult(file, Outcome.REJECTED, str(bad))
    reading = read(loaded.document, context)
    reading = replace(reading, rejected=reading.rejected + loaded.problems)
    findings = tuple(map(_finding, reading.observations))
    return ReplayResult(file, _outcome(reading), _reason(reading), findings)


def remediation_for(observation: Observation) -> str:
    """Return the id of the fix or guidance on a card; '' for an untrusted or unknown control."""
    if not observation.trusted:
        return ""
    fix = catalogue().fix_for(observation.control, observation.resource.type)
    if fix:
        return fix.id
    guidance = catalogue().guidance_for(observation.control)
    return guidance.id if guidance else ""


def _finding(observation: Observation) -> ReplayedFinding:
    default = controls().severity(observation.control) or Severity.MEDIUM
    return ReplayedFinding(
        key=observation.fid,
        source=observation.source.kind,
        control=observation.control,
        account=observation.written_account,
        region=observation.written_region,
        resource_type=observation.resource.type,
        resource=observation.written_resource,
        severity=observation.source.severity or default,
        status=observation.source.status,
        remediation=remediation_for(observation),
    )


def _outcome(reading: Reading) -> Outcome:
    if reading.observations:
        return Outcome.STORED
    return Outcome.REJECTED if reading.rejected else Outcome.IGNORED


def _reason(reading: Reading) -> str:
    """Return the reasons why a file, or parts of it, were not stored."""
    reasons = list(dict.fromkeys(reading.rejected or ("" if reading.observations else reading.ignored)))
    more = len(reasons) - _SHOWN_REASONS
    text = " · ".join(reasons[:_SHOWN_REASONS]) + (f" · and {more} more" if more > 0 else "")
    if reading.observations and reading.rejected:
        return f"{len(reading.rejected)} of {_parts(reading)} not kept: {text}"
    return text


def _parts(reading: Reading) -> int:
    return len(reading.observations) + len(reading.rejected) + len(reading.ignored)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON or JSON lines: events, findings, lists of them")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and file")
    parser.add_argument("--policy", metavar="FILE", help="take names of Config rules, and routes, from this policy")
    parser.add_argument("--summary", action="store_true", help="all files as one: cards, controls, fixes, the score")


def _run(arguments: Namespace, out: TextIO) -> int:
    policy = load_policy(arguments.policy) if arguments.policy else None
    if arguments.summary:
        return _summary(arguments, policy, out)
    arrived = datetime.now(tz=UTC).isoformat()
    context = SourceContext(arrived, policy.config_rules if policy else {})
    for file in arguments.files:
        answer = replay(file, context)
        out.writelines(f"{text}\n" for text in (_as_json(answer) if arguments.json else _as_table(answer)))
    return 0


def _summary(arguments: Namespace, policy: Policy | None, out: TextIO) -> int:
    population = from_files(arguments.files, policy.config_rules if policy else {}, every=False)
    write_problems(population)
    found = summary.summarise(population, policy)
    out.writelines(f"{text}\n" for text in ((summary.as_json(found),) if arguments.json else summary.as_text(found)))
    return 0


def _as_json(answer: ReplayResult) -> Iterator[str]:
    yield json.dumps(asdict(answer))


def _as_table(answer: ReplayResult) -> Iterator[str]:
    yield f"{answer.outcome:<8}  {line(answer.file)}"
    if answer.reason:
        yield f"          {line(answer.reason)}"
    rows = [_row(finding) for finding in answer.findings]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "          " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(finding: ReplayedFinding) -> tuple[str, ...]:
    cells = (finding.severity, finding.status, finding.control, finding.account, finding.region, finding.resource)
    offered = f"→ {finding.remediation}" if finding.remediation else ""
    return tuple(line(cell, 100) for cell in chain(cells, (offered,)))


COMMAND: Final = Command("replay", "What would the bot do with these events and findings?", _arguments, _run)
