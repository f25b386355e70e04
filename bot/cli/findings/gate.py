"""`cspm gate`: for pipelines, exit 1 with reasons if the posture misses a threshold."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from typing import Final, TextIO

from bot.cli.command import Command
from bot.cli.findings.load import Population
from bot.cli.findings.score import add_population, headline, population_of
from bot.cli.terminal import plain
from bot.domain.finding import Severity, Status
from bot.domain.score import Model

FAILED: Final = 1
_MAX_LISTED: Final = 10


def failure_reasons(population: Population, min_score: float | None, max_critical: int | None) -> Iterator[str]:
    """Yield a reason for each missed threshold. Exemptions do not improve the score here; without data it is missed."""
    strict = population.score(Model.WEIGHTED).strict
    if min_score is not None and (strict is None or strict < min_score):
        found = "there is no score, for want of data" if strict is None else f"the score without exemptions is {strict}"
        yield f"{found}: at least {min_score:g} is asked for"
    critical = criticals(population)
    if max_critical is not None and len(critical) > max_critical:
        some = ", ".join(map(plain, critical[:_MAX_LISTED])) + (" …" if len(critical) > _MAX_LISTED else "")
        yield f"{len(critical)} CRITICAL findings are open: at most {max_critical} may be ({some})"


def criticals(population: Population) -> list[str]:
    """Return control and resource of each open CRITICAL finding, threats included."""
    found = (
        f"{finding.control} {finding.resource.id}"
        for finding in population.findings
        if finding.status is Status.OPEN and finding.severity is Severity.CRITICAL
    )
    return sorted(found)


def _arguments(parser: ArgumentParser) -> None:
    add_population(parser)
    parser.add_argument("--min-score", type=_points, metavar="N", help="least score, exempted findings counted as open")
    parser.add_argument("--max-critical", type=_number, metavar="N", help="most open CRITICAL findings")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _points(text: str) -> float:
    try:
        points = float(text)
    except ValueError:
        points = -1.0
    if not 0 <= points <= 100:  # noqa: PLR2004 - the score's own scale
        raise ArgumentTypeError(f"{text!r} is no score from 0 to 100")
    return points


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _run(arguments: Namespace, out: TextIO) -> int:
    population = population_of(arguments)
    found = list(failure_reasons(population, arguments.min_score, arguments.max_critical))
    formatted = as_json if arguments.json else as_text
    out.writelines(f"{text}\n" for text in formatted(population, found))
    if arguments.min_score is None and arguments.max_critical is None:
        sys.stderr.write("cspm: nothing was asked for: give --min-score or --max-critical\n")
    return FAILED if found else 0


def as_text(population: Population, found: Sequence[str]) -> Iterator[str]:
    """Yield the numbers, and a line for each reason."""
    yield f"{headline(population.score(Model.WEIGHTED))} · {len(criticals(population))} CRITICAL open"
    yield from (f"falls short: {reason}" for reason in found)


def as_json(population: Population, found: Sequence[str]) -> Iterator[str]:
    """Yield one JSON object."""
    score, critical = population.score(Model.WEIGHTED), criticals(population)
    numbers = {"score": score.score, "strict": score.strict, "grade": score.grade, "critical": len(critical)}
    yield json.dumps({"open": not found, "reasons": list(found), **numbers})


COMMAND: Final = Command("gate", "Exit 1 when the posture falls short, with the reasons.", _arguments, _run)
