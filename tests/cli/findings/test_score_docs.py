"""The worked examples of infra/docs/score.md are what the code computes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.domain.finding import Severity
from bot.domain.score import Counts, Model, score

PAGE = (Path(__file__).parents[3] / "infra" / "docs" / "score.md").read_text(encoding="utf-8")

WEIGHTED = [
    Counts("S3.2", Severity.CRITICAL, passed=3, failed=1),
    Counts("EC2.9", Severity.HIGH, passed=8, failed=2, exempted=2),
    Counts("KMS.4", Severity.MEDIUM, passed=5),
]
HUB = [
    Counts("S3.2", Severity.CRITICAL, passed=999, failed=1),
    Counts("EC2.9", Severity.HIGH, passed=8),
    Counts("KMS.4", Severity.MEDIUM, exempted=5),
    Counts("S3.5", Severity.MEDIUM, passed=1, unknown_was_passed=1),
]
PENALTY = [Counts("S3.2", Severity.CRITICAL, failed=2), Counts("S3.5", Severity.MEDIUM, failed=3)]


def test_the_weighted_example() -> None:
    found = score(WEIGHTED)
    for told in (found.score, found.strict, found.grade, f"+{found.parts[0].gain}"):
        assert f"**{told}**" in PAGE


@pytest.mark.parametrize(("rows", "model"), [(HUB, Model.SECURITY_HUB), (PENALTY, Model.PENALTY)])
def test_the_other_models_examples(rows: list[Counts], model: Model) -> None:
    assert f"**{score(rows, model).score:g}**" in PAGE


def test_the_workflow_is_yaml_and_calls_the_gate() -> None:
    workflow = yaml.safe_load(PAGE.split("```yaml\n")[1].split("```")[0])
    assert "cspm gate --live" in workflow["jobs"]["gate"]["steps"][-1]["run"]
