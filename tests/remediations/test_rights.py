"""The IAM actions of every remediation: those that it declares, uses, and is allowed to use."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

import cfnlint.data

from bot.domain.remediation import Remediation, session_policy
from infra.local import moto_extensions
from tests.aws import MotoAccount, is_read
from tests.iam_actions import iam_actions
from tests.remediations.contract import Case, apply, planned, undone
from tests.remediations.everything import CASES, every_case, every_remediation


@every_remediation
def test_the_rights_declared_are_those_used(recipe: Remediation) -> None:
    reads: set[str] = set()
    writes: set[str] = set()
    for case in CASES:
        if case.remediation is type(recipe):
            used = _whole_life(case)
            reads |= {action for call in used.calls if is_read(call) for action in iam_actions(call)}
            writes |= {action for call in used.calls if not is_read(call) for action in iam_actions(call)}
    assert (set(recipe.reads), set(recipe.writes)) == (reads, writes)


def _whole_life(case: Case) -> MotoAccount:
    moto_extensions.reset()
    recipe, target, aws = case.remediation(), case.make(), MotoAccount()
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws)
    apply(recipe, target, undone(recipe, target, done, aws), aws)
    return aws


@every_remediation
def test_every_right_is_known_to_iam(recipe: Remediation) -> None:
    known = {f"{service}:{action}" for service, found in _iam().items() for action in found["Actions"]}
    assert {action for action in (*recipe.reads, *recipe.writes) if action.lower() not in known} == set()


@every_case
def test_the_session_policy_allows_each_write_on_something_that_it_is_for(case: Case) -> None:
    recipe = case.remediation()
    named = recipe.write_resources(case.make())
    assert [action for action in recipe.writes if not _allowed(action, named)] == []


def _allowed(action: str, named: tuple[str, ...]) -> bool:
    """Whether one of the resources is of a type that the action takes; an action that takes none needs `*`."""
    service, name = action.lower().split(":")
    kinds = {kind.lower() for kind in _iam()[service]["Actions"][name].get("Resources", [])}
    known = _iam()[service]["Resources"].items()
    forms = [form for kind, found in known if kind.lower() in kinds for form in found["ARNFormats"]]
    return "*" in named or any(re.fullmatch(_pattern(form), one) for form in forms for one in named)


def _pattern(arn_format: str) -> str:
    """A placeholder holds no colon, but for the one at the end: an identity pool's id has one in it."""
    inner = re.sub(r"\$\{\w+\}|\*", "[^:]*", arn_format)
    return f"{inner.removesuffix('[^:]*')}.*" if inner.endswith("[^:]*") else inner


@cache
def _iam() -> dict[str, Any]:
    """The Service Authorization Reference, as cfn-lint carries it: service → {Actions: {lower case: …}, …}."""
    text = (resources.files(cfnlint.data) / "AdditionalSpecs" / "Policies.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


@every_case
def test_the_session_policy_fits(case: Case) -> None:
    text = json.dumps(session_policy(case.remediation(), case.make()), separators=(",", ":"))
    assert len(text) <= 2048
