"""The SAM template as CloudFormation, translated locally."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATE: Final = ROOT / "template.yaml"

# `sam deploy` sets the artefact's location; until then any S3 location makes the template valid.
_PLACE: Final = {"Bucket": "artefacts", "Key": "cspm-bot.zip"}

Template = dict[str, Any]


def translated(path: Path = TEMPLATE, region: str = "eu-west-1") -> Template:
    """Return the translated template. Raises samtranslator's InvalidDocumentException, with all errors in it."""
    source = yaml_parse(path.read_text())
    for resource in of_type(source, "AWS::Serverless::Function").values():
        resource["Properties"]["CodeUri"] = dict(_PLACE)
    source.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    translator = Translator(managed_policy_map={}, sam_parser=Parser(), boto_session=_Region(region))
    template: Template = translator.translate(source, parameter_values={})
    return template


def of_type(template: Template, kind: str) -> dict[str, Template]:
    """Return the resources of one type, by logical id."""
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] == kind}


def statements(template: Template, role: str = "") -> Iterator[Template]:
    """Return the policy statements of a role by its logical id, or of all roles."""
    for name, resource in of_type(template, "AWS::IAM::Role").items():
        if role in ("", name):
            for policy in resource["Properties"].get("Policies", []):
                yield from policy["PolicyDocument"]["Statement"]


def actions(statement: Template) -> list[str]:
    """Return the actions of a statement, one or many."""
    given = statement["Action"]
    return [given] if isinstance(given, str) else list(given)


class _Region:
    """The part of a boto3 session that the translator uses: the Region, which decides the partition."""

    def __init__(self, region_name: str) -> None:
        self.region_name = region_name


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(translated(), indent=2))
