"""`make docs`: regenerate the marked parts of README.md."""

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
    """Rewrite README.md if it is outdated."""
    text = README.read_text(encoding="utf-8")
    README.write_text(generated(text), encoding="utf-8")
    return 0


def generated(text: str) -> str:
    """Return the text with its generated parts up to date. Raises KeyError for an unknown marker."""
    return _PART.sub(lambda found: f"{found[1]}\n{_PARTS[found[2]]()}\n{found[4]}", text)


def remediations() -> str:
    """The catalogue's size, and its tables in two folds."""
    entries = sorted(rows(), key=_order)
    fixes = [row for row in entries if row["kind"] == "fix"]
    guidance = [row for row in entries if row["kind"] == "guidance"]
    controls = {control for row in fixes for control in row["controls"]}
    head = f"**{len(fixes)} fixes for {len(controls)} controls**; for {len(guidance)} more problems, exact steps."
    return "\n".join([head, *_fold("All fixes", _fixes(fixes)), *_fold("All guidance", _steps(guidance))])


def commands() -> str:
    """The Slack commands, as in the bot's help."""
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
    """Shorten runs of three or more numbers, as in CloudWatch.1–14."""
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
