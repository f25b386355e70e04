"""The example of infra/docs/extending-remediation.md meets the contract of all remediations."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

import pytest

from infra.local.translate import ROOT
from tests.aws import MotoAccount
from tests.iam_actions import iam_actions
from tests.remediations import test_contract
from tests.remediations.contract import Case, apply, planned

PAGE: Final = ROOT / "infra" / "docs" / "extending-remediation.md"
PROMISES: Final = [
    promise
    for name, promise in vars(test_contract).items()
    if name.startswith("test_") and "case" in inspect.signature(promise).parameters
]
MODULE: Final = "bot.remediations.sqs.message_retention"


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    """Return the page's case of the page's remediation, as if both were files."""
    recipe, example = re.findall(r"```python\n(.+?)```", PAGE.read_text(), re.DOTALL)
    module = ModuleType(MODULE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, MODULE, module)
        exec(compile(recipe, PAGE.name, "exec"), module.__dict__)  # noqa: S102 - our own page
        cases: dict[str, Any] = {}
        exec(compile(example, PAGE.name, "exec"), cases)  # noqa: S102 - our own page
        yield cases["AQueueThatForgets"]()


def test_the_contract_has_promises() -> None:
    assert len(PROMISES) >= 20


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
def test_the_example_keeps_the_promise(promise: Callable[..., None], case: Case, aws: MotoAccount) -> None:
    wanted = inspect.signature(promise).parameters
    promise(case, **{name: value for name, value in {"aws": aws, "seed": 2, "page_size": 1}.items() if name in wanted})


def test_the_example_declares_the_rights_that_it_uses(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws)
    used = {action for call in aws.calls for action in iam_actions(call)}
    assert used == {*recipe.reads, *recipe.writes}
