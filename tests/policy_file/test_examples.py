"""The example policies are valid, and the schema agrees with the parser."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.finding import Severity
from bot.domain.policy import Policy, Stage, Subject
from bot.policy_file import Recipes, parse, schema
from bot.remediations.catalogue import catalogue

jsonschema: Any = import_module("jsonschema")
"""A validator that knows nothing of us; it comes with cfn-lint, without types."""

FOLDER = Path(__file__).parents[2] / "infra" / "policies"


def example(name: str) -> Policy:
    recipes = Recipes.of(catalogue().by_id.values())
    text = (FOLDER / name).read_text(encoding="utf-8")
    return parse(text, name, deployed_at="2025-09-21T09:00:00Z", recipes=recipes)


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.yaml")))
def test_an_example_policy_is_valid(name: str) -> None:
    assert example(name).routes


@pytest.mark.parametrize(("account", "channel"), [("111122223333", "C0SECPROD"), ("444455556666", "C0SECURITY")])
def test_the_sandbox_is_shown_whole_and_its_engineers_approve(account: str, channel: str) -> None:
    policy = example("local.yaml")
    route = policy.route(Subject(account, "eu-west-1", Severity.LOW))
    assert (policy.teams, policy.stage(account)) == (("T0ACME",), Stage.APPROVE)
    assert (route.channel, route.approvers.groups, route.approvers.required) == (channel, ("S0SECENG",), 1)
    assert policy.cards.min_severity is Severity.LOW


def test_the_schema_knows_every_key_and_forbids_others() -> None:
    made = schema()
    assert set(made["required"]) == {"version", "teams", "fallback_channel"}
    assert set(made["$defs"]["RoutePart"]["properties"]) == {
        "channel",
        "match",
        "mention",
        "digest",
        "exemptions",
        "write_back",
        "windows",
        "freezes",
        "quiet_hours",
        "remind",
        "change_reference",
        "escalate",
        "public",
        "approvers",
        "rules",
    }
    assert "from" in made["$defs"]["CardsPart"]["properties"]
    assert all(part["additionalProperties"] is False for part in (made, *made["$defs"].values()))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_an_editor_that_knows_the_schema_accepts_what_the_bot_accepts(path: Path) -> None:
    document = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    jsonschema.validate(document, schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {"teams": ["acme"]},
        {"fallback_channel": "#security"},
        {"stage": {"accounts": {"1111": "approve"}}},
        {"routes": [{"channel": "C01", "approvers": {"groups": ["@sec-eng"]}}]},
        {"routes": [{"channel": "C01", "rules": [{"required": 2, "effects": ["cuts traffic"]}]}]},
        {"unknown": 1},
    ],
)
def test_an_editor_that_knows_the_schema_marks_what_the_bot_refuses(wrong: dict[str, Any]) -> None:
    smallest = {"version": 1, "teams": ["T0ACME"], "fallback_channel": "C0SECFALL"}
    jsonschema.validate(smallest, schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(smallest | wrong, schema())
