"""`cspm catalogue`: list every remediation and guidance, as text or JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Any, Final, TextIO

from bot.cli.catalogue.coverage import coverage, coverage_lines
from bot.cli.command import Command
from bot.cli.member.template import member_template
from bot.cli.terminal import columns, plain
from bot.data.controls import controls
from bot.domain.plan import Reversible
from bot.domain.remediation import Guidance, Remediation
from bot.remediations.catalogue import catalogue


def rows() -> list[dict[str, Any]]:
    """Return one object for each entry, fixes first, by id. The keys are an interface for scripts (DESIGN §12)."""
    known = catalogue()
    guidance = {one.id: one for one in known.guidance_by_control.values()}
    fixes = [fix_row(known.by_id[name]) for name in sorted(known.by_id)]
    return fixes + [guidance_row(guidance[name]) for name in sorted(guidance)]


def fix_row(recipe: Remediation) -> dict[str, Any]:
    """Return a remediation as an object, with effects as a policy names them."""
    return {
        "id": recipe.id,
        "kind": "fix",
        "title": recipe.title,
        "controls": list(recipe.controls),
        "config_rules": list(recipe.config_rules),
        "resource_type": recipe.resource_type,
        "effects": [effect.name for effect in recipe.effects],
        "reversible": recipe.reversible.value,
        "not_restored": recipe.not_restored,
        "reads": list(recipe.reads),
        "writes": list(recipe.writes),
        "proved_on": recipe.proved_on,
    }


def guidance_row(guidance: Guidance) -> dict[str, Any]:
    """Return a guidance as an object with the same keys, empty where it has nothing to change, verify or undo."""
    known = controls().get(guidance.controls[0])
    return {
        "id": guidance.id,
        "kind": "guidance",
        "title": guidance.title,
        "controls": list(guidance.controls),
        "config_rules": [],
        "resource_type": known.resource_type if known else "",
        "effects": [],
        "reversible": Reversible.NO.value,
        "not_restored": "",
        "reads": [],
        "writes": [],
        "proved_on": "",
    }


def _lines(entries: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        lines += [plain(f"{entry['id']}  {entry['title']}"), *columns(_facts(entry)), ""]
    fixes = sum(entry["kind"] == "fix" for entry in entries)
    return [*lines, f"{fixes} with a fix, {len(entries) - fixes} with guidance"]


def _facts(entry: dict[str, Any]) -> list[tuple[str, str]]:
    facts = [("controls", ", ".join(entry["controls"])), ("resource", entry["resource_type"])]
    if entry["kind"] == "guidance":
        return [*facts, ("kind", "guidance: steps, no Approve")]
    undo = {"yes": "yes", "no": "no", "partly": f"all but {entry['not_restored']}"}[entry["reversible"]]
    effects = ", ".join(entry["effects"]) or "none"
    return [*facts, ("effects", effects), ("undo", undo), ("writes", ", ".join(entry["writes"]))]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--coverage", action="store_true", help="only how many controls have a fix, steps, or neither")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="one list of objects; of the coverage, one object")
    forms.add_argument(
        "--member-template", action="store_true", help="infra/member.yaml: the roles that the catalogue needs"
    )


def _run(arguments: Namespace, out: TextIO) -> int:
    if arguments.member_template:
        out.write(member_template())
        return 0
    out.write(f"{_as_json(arguments) if arguments.json else _as_text(arguments)}\n")
    return 0


def _as_json(arguments: Namespace) -> str:
    return json.dumps(asdict(coverage()) if arguments.coverage else rows(), indent=2)


def _as_text(arguments: Namespace) -> str:
    found = coverage_lines(coverage())
    return "\n".join(found if arguments.coverage else [*_lines(rows()), "", *found])


COMMAND: Final = Command("catalogue", "Every remediation and guidance.", _arguments, _run)
