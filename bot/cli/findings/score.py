"""`cspm score`: compute the score of exported findings or of Security Hub."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from typing import Any, Final, TextIO

from bot.cli.command import Command
from bot.cli.findings.load import Population, from_files, from_security_hub, write_problems
from bot.cli.policy.command import load_policy
from bot.cli.terminal import columns, plain
from bot.domain.errors import BadInput
from bot.domain.score import Counts, Model, Part, Score

_SHOWN: Final = 20


def population_of(arguments: Namespace) -> Population:
    """Load the findings that the arguments name. Raises BadInput, Unknown."""
    if bool(arguments.files) is arguments.live:
        raise BadInput("give files, or --live to read Security Hub with your own credentials")
    rules = load_policy(arguments.policy).config_rules if arguments.policy else {}
    found = from_security_hub(rules) if arguments.live else from_files(arguments.files, rules)
    write_problems(found)
    return found


def as_object(score: Score, threats: Mapping[str, int]) -> dict[str, Any]:
    """Return the score for `--json`: `score` excludes exempted resources, `strict` counts them; null without data."""
    return {
        "score": score.score,
        "strict": score.strict,
        "grade": score.grade,
        "model": score.model.value,
        "capped_by": list(score.capped_by),
        "counts": {**score.totals, "threats": dict(threats)},
        "parts": [_part(part) for part in score.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    counts = part.counts
    return {
        "control": counts.control,
        "severity": counts.severity.value,
        "passed": counts.passed,
        "failed": counts.failed,
        "exempted": counts.exempted,
        "unknown": counts.unknown,
        "gain": part.gain,
    }


def as_text(score: Score, threats: Mapping[str, int]) -> Iterator[str]:
    """Yield the score as text: the number, the controls that cap the grade, and the fixes that gain most."""
    yield headline(score)
    totals = score.totals
    yield (
        f"{totals['controls']} controls with data: {totals['passed']} passed, {totals['failed']} failed, "
        f"{totals['exempted']} exempted, {totals['unknown']} unknown"
    )
    if score.capped_by:
        yield f"no better than {score.grade} while CRITICAL is open: {', '.join(map(plain, score.capped_by))}"
    if threats:
        yield "besides, without a control: " + ", ".join(f"{number} {name}" for name, number in threats.items())
    failing = [part for part in score.parts if part.counts.failed]
    if failing:
        yield "fixing all of"
        yield from columns(map(_row, failing[:_SHOWN]))
    if len(failing) > _SHOWN:
        yield f"  and {len(failing) - _SHOWN} more controls (--json lists all)"


def headline(score: Score) -> str:
    """Return a line such as `82.4 · 79.0 without exemptions · grade C (weighted)`."""
    if score.score is None:
        return f"no score: there is no data ({score.model})"
    strict = f" · {score.strict} without exemptions" if score.strict != score.score else ""
    return f"{score.score}{strict} · grade {score.grade} ({score.model})"


def _row(part: Part) -> tuple[str, ...]:
    counts = part.counts
    return counts.control, counts.severity, f"{counts.failed} of {_with_data(counts)}", f"+{part.gain:.2f}"


def _with_data(counts: Counts) -> int:
    return counts.passed + counts.failed + counts.unknown


def add_population(parser: ArgumentParser) -> None:
    """Add the arguments that select the findings."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="JSON or JSON lines; all files are one population")
    parser.add_argument("--live", action="store_true", help="read Security Hub (securityhub:GetFindings) instead")
    parser.add_argument("--policy", metavar="FILE", help="take the names of Config rules from this policy")


def _arguments(parser: ArgumentParser) -> None:
    add_population(parser)
    names = [model.value for model in Model]
    parser.add_argument("--model", choices=names, default=Model.WEIGHTED.value, help="how counts become a number")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _run(arguments: Namespace, out: TextIO) -> int:
    population = population_of(arguments)
    found = population.score(Model(arguments.model))
    if arguments.json:
        out.write(f"{json.dumps(as_object(found, population.threats))}\n")
        return 0
    out.writelines(f"{text}\n" for text in as_text(found, population.threats))
    return 0


COMMAND: Final = Command("score", "The score of findings in files, or of Security Hub now.", _arguments, _run)
