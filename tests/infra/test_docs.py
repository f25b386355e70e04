"""The pages under infra/docs are true: what they name exists, and their examples run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.rules.rule import Compliance, Params
from bot.runtime.bootstrap import BOT_TOKEN, GRANTS
from infra.local.translate import of_type, translated
from tests.infra.plain import load
from tests.rules.builders import an_item
from tests.test_architecture import FLOWS, layer_of, modules

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "infra" / "docs"
PAGES = sorted(DOCS.glob("*.md"))


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_file_that_a_page_names_exists(path: Path) -> None:
    named = re.findall(r"`((?:bot|handlers|infra|tests)/[\w./-]+)`", path.read_text())
    linked = [f"infra/docs/{name}" for name in re.findall(r"\]\(([\w./-]+\.md)\)", path.read_text())]
    assert [name for name in [*named, *linked] if not (ROOT / name).exists()] == []


def test_every_alarm_is_explained() -> None:
    alarms = of_type(translated(), "AWS::CloudWatch::Alarm")
    explained = re.findall(r"^\| `(\w+Alarm)` \|", page("operations"), re.MULTILINE)
    assert sorted(explained) == sorted(alarms)


def test_every_parameter_that_deploying_names_exists() -> None:
    templates = [load(name) for name in ("posture.yaml", "member.yaml", "forward.yaml")]
    known = {name for template in templates for name in template["Parameters"]}
    named = set(re.findall(r"`((?:Allow|Enable|Bot|External|Organization)\w+)(?:=\w+)?`", page("deploy")))
    assert named - known == set()


def test_what_stays_when_the_stack_goes_is_told() -> None:
    section = page("deploy").partition("## Removing the bot")[2]
    kept = [one["Type"] for one in translated()["Resources"].values() if one.get("DeletionPolicy") == "Retain"]
    assert sorted(set(kept)) == [
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SecretsManager::Secret",
    ]
    assert kept.count("AWS::SecretsManager::Secret") == 3
    assert all(word in section for word in ("the table", "the three secrets", "the audit record's bucket"))


def test_every_parameter_without_a_default_is_told_before_it_is_asked_for() -> None:
    asked = [name for name, one in translated()["Parameters"].items() if "Default" not in one]
    assert asked == ["OrganizationId", "FallbackChannel"]
    assert all(f"`{name}`" in page("deploy") for name in asked)


def test_every_output_that_a_page_names_exists() -> None:
    outputs = set(translated()["Outputs"])
    named = {name for path in PAGES for name in re.findall(r"outputs? `(\w+)`|\$\(output (\w+)\)", path.read_text())}
    assert {one or other for one, other in named} - outputs == set()


def test_the_table_of_functions_says_what_they_may_reach() -> None:
    rows = re.findall(r"^\| ([a-z]+) \| (yes|no) \| (yes|no) \| (yes|no)", page("architecture"), re.MULTILINE)
    told = {name: tuple(one == "yes" for one in facts) for name, *facts in rows}
    rights = {
        name: (one.reads_accounts, one.changes_accounts, BOT_TOKEN in one.secrets) for name, one in GRANTS.items()
    }
    assert told == rights


def test_every_function_is_in_the_table_of_functions() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| (?:yes|no)", page("architecture"), re.MULTILINE)
    handlers = {path.stem.replace("_", "-") for path in (ROOT / "handlers").glob("*.py")} - {"--init--"}
    assert set(rows) == handlers


def test_the_picture_of_the_flows_has_what_each_imports() -> None:
    lower: dict[str, set[str]] = {name: set() for name in FLOWS}
    for module in modules():
        importer = module.layer.removeprefix("bot.flows.")
        if importer in lower:
            lower[importer] |= {layer_of(name).removeprefix("bot.flows.") for name, _ in module.imports()} & {*FLOWS}
    top_down = FLOWS[::-1]
    imports = {name: [other for other in top_down if other in lower[name] - {name}] for name in top_down}
    picture = [f"    {name:<14}{'→ ' if below else ''}{', '.join(below)}".rstrip() for name, below in imports.items()]
    assert "\n".join(picture) in page("architecture")
    assert re.findall(r"^- `(\w+)` ", page("architecture"), re.MULTILINE) == [*top_down]


def test_every_function_that_the_walk_names_is_in_its_file() -> None:
    walk = page("architecture").partition("## From a click to a proof, in the code")[2]
    named = re.findall(r"\]\(\.\./\.\./([\w/]+\.py)\)[\s,(]+`(\w+)`", walk)
    assert len(named) > 10
    assert [(path, name) for path, name in named if f"\ndef {name}(" not in (ROOT / path).read_text()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_code_of_a_page_has_the_projects_style(path: Path) -> None:
    """But for the order of imports, which asks whether a module is there."""
    for code in re.findall(r"```python\n(.+?)```", path.read_text(), re.DOTALL):
        place = "tests/remediations/cases/example.py" if "\nfrom tests." in code else "bot/remediations/example.py"
        ruff = [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--quiet",
            "--ignore",
            "D100,I001",
            "--stdin-filename",
            place,
            "-",
        ]
        done = subprocess.run(ruff, input=code, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - ours
        assert done.returncode == 0, done.stdout


def test_the_example_of_a_rule_runs() -> None:
    (source,) = re.findall(r"```python\n(.+?)```", page("extending"), re.DOTALL)
    module: dict[str, Any] = {}
    exec(compile(source, "extending.md", "exec"), module)  # noqa: S102 - our own page
    (rule,) = module["RULES"]

    def judged(size: int) -> Compliance:
        item = an_item("AWS::Lambda::Function", configuration={"memorySize": size})
        found: Compliance = rule.evaluate(item, Params({}, rule.params)).compliance
        return found

    assert (judged(512), judged(2048)) == (Compliance.COMPLIANT, Compliance.NON_COMPLIANT)
