"""`make docs`: the parts of README.md that follow from the code, between their markers."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, Final

from bot.cli.catalogue.command import rows
from bot.flows.interactions.commands import COMMANDS
from infra.local.translate import ROOT

README: Final = ROOT / "README.md"
_FEW: Final = 2


def main() -> int:
    """Write README.md anew where it says otherwise."""
    text = README.read_text(encoding="utf-8")
    README.write_text(generated(text), encoding="utf-8")
    return 0


def generated(text: str) -> str:
    """The text with its generated parts as the code is now. Raises KeyError for a marker that is nobody's."""
    return _PART.sub(lambda found: f"{found[1]}\n{_PARTS[found[2]]()}\n{found[4]}", text)


def remediations() -> str:
    """The catalogue: how much of it there is, and all of it in two folds."""
    entries = sorted(rows(), key=_order)
    fixes = [row for row in entries if row["kind"] == "fix"]
    guidance = [row for row in entries if row["kind"] == "guidance"]
    controls = {control for row in fixes for control in row["controls"]}
    head = f"**{len(fixes)} fixes for {len(controls)} controls**; for {len(guidance)} more problems, exact steps."
    return "\n".join([head, *_fold("All fixes", _fixes(fixes)), *_fold("All guidance", _steps(guidance))])


def commands() -> str:
    """What can be typed in Slack, as the help has it."""
    head = ["| in Slack | says |", "|---|---|"]
    return "\n".join([*head, *(f"| `/cspm {_cell(each.usage)}` | {_cell(each.says)} |" for each in COMMANDS.values())])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _fold(summary: str, table: list[str]) -> list[str]:
    return ["", f"<details><summary>{summary}</summary>", "", *table, "", "</details>"]


def _fixes(entries: list[dict[str, Any]]) -> list[str]:
    head = ["| controls | what Approve does | effects | Undo |", "|---|---|---|---|"]
    return [*head, *(_row(row, _effects(row), row["reversible"]) for row in entries)]


def _steps(entries: list[dict[str, Any]]) -> list[str]:
    return ["| controls | what people do, step by step |", "|---|---|", *(_row(row) for row in entries)]


def _row(row: dict[str, Any], *more: str) -> str:
    return f"| {' | '.join([ranges(row['controls']), row['title'], *more])} |"


def ranges(controls: Sequence[str]) -> str:
    """Controls with three or more numbers in a row as one: CloudWatch.1–14."""
    runs: list[list[str]] = []
    for control in controls:
        follows = runs and _number(control) == (_number(runs[-1][-1])[0], _number(runs[-1][-1])[1] + 1)
        runs[-1].append(control) if follows else runs.append([control])
    return ", ".join(f"{run[0]}–{_number(run[-1])[1]}" if len(run) > _FEW else ", ".join(run) for run in runs)


def _number(control: str) -> tuple[str, int]:
    service, _, number = control.partition(".")
    return service, int(number) if number.isdigit() else 0


def _effects(row: dict[str, Any]) -> str:
    return ", ".join(effect.lower().replace("_", " ") for effect in row["effects"]) or "–"


def _order(row: dict[str, Any]) -> tuple[str, int, str]:
    return (*_number(row["controls"][0]), row["id"])


_PARTS: Final = {"remediations": remediations, "commands": commands}
_PART: Final = re.compile(r"(<!-- (\w+): make docs writes this -->)\n(.*?)(<!-- end -->)", re.DOTALL)


if __name__ == "__main__":
    sys.exit(main())
