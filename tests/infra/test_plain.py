"""The plain templates meet the requirements of service-managed stack sets, and pass the linter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.plain import INFRA, load

PLAIN = ("posture.yaml", "member.yaml", "forward.yaml")


@pytest.mark.parametrize("name", PLAIN)
def test_a_stack_set_accepts_the_template(name: str) -> None:
    template = load(name)
    text = json.dumps(template)
    assert not {"Transform", "Hooks"} & set(template)
    assert not any(marker in text for marker in ("Fn::Transform", "AWS::CloudFormation::Stack", "Fn::ImportValue"))
    assert not any("Export" in output for output in template.get("Outputs", {}).values())
    assert len((INFRA / name).read_bytes()) < 51_200  # CloudFormation's limit for a template that is not in S3


@pytest.mark.parametrize("name", PLAIN)
def test_every_parameter_has_a_description_and_a_constraint(name: str) -> None:
    for parameter, given in load(name)["Parameters"].items():
        assert given["Description"].endswith("."), parameter
        if given["Type"] == "String":
            assert {"AllowedPattern", "AllowedValues"} & set(given), parameter


@pytest.mark.parametrize("name", PLAIN)
def test_every_parameter_is_in_a_group(name: str) -> None:
    template = load(name)
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [parameter for group in groups for parameter in group["Parameters"]]
    assert sorted(shown) == sorted(template["Parameters"])


def test_the_linter_finds_nothing() -> None:
    linter = str(Path(sys.executable).with_name("cfn-lint"))
    files = [str(INFRA / name) for name in PLAIN]
    done = subprocess.run(  # noqa: S603 - this environment
        [linter, *files], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
