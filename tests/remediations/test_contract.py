"""The one contract of all remediations. A remediation without a case fails here, by name."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import cfnlint.data
import pytest
from botocore.exceptions import ClientError

import tests.remediations.cases
from bot.domain.canonical import canonical
from bot.domain.plan import Changes, Compliant, Conflicted, Gone, Plan, Refused, Reversible, Target
from bot.domain.remediation import Remediation, plan, resolved_params, session_policy
from bot.domain.resource import identify
from bot.remediations.catalogue import catalogue
from infra.local import moto_extensions
from tests.aws import REGION, Crashed, MotoAccount, is_read, made
from tests.iam_actions import iam_actions
from tests.remediations.contract import (
    PLANTED,
    Case,
    Indestructible,
    apply,
    planned,
    resume,
    undo_of,
    undone,
)

MOST_CALLS = 60


def _cases() -> list[Case]:
    for module in pkgutil.iter_modules(tests.remediations.cases.__path__):
        importlib.import_module(f"{tests.remediations.cases.__name__}.{module.name}")
    return [one() for one in _below(Case) if not one.__abstractmethods__ and hasattr(one, "remediation")]


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


CASES = _cases()
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
every_remediation = pytest.mark.parametrize("recipe", catalogue().by_id.values(), ids=lambda recipe: recipe.id)


def test_every_remediation_has_a_case() -> None:
    covered = {case.remediation.__name__ for case in CASES}
    assert set(catalogue().by_id) - covered == set()


@every_case
def test_planning_reads_only(case: Case, aws: MotoAccount) -> None:
    planned(case.remediation(), case.make(), aws)
    assert made(call for call in aws.calls if not is_read(call)) == []


@every_case
def test_comply_is_pure_and_idempotent(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    now = recipe.read(target, aws)
    untouched, params = copy.deepcopy(now), resolved_params(recipe, target)
    aws.calls.clear()
    once = recipe.comply(now, target, params)
    again = recipe.comply(once, target, params)
    assert (list(once), canonical(once)) == (list(again), canonical(again))
    assert canonical(now) == canonical(untouched)
    assert aws.calls == []


@every_case
def test_after_the_fix_it_is_compliant(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    apply(recipe, target, planned(recipe, target, aws), aws)
    assert isinstance(plan(recipe, target, aws), Compliant)


@every_case
def test_undo_brings_back_the_old_digest(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws)
    apply(recipe, target, undone(recipe, target, done, aws), aws)
    assert planned(recipe, target, aws).text == done.text


@every_case
def test_an_undo_that_is_done_has_nothing_left_to_do(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws)
    apply(recipe, target, undone(recipe, target, done, aws), aws)
    assert undo_of(recipe, target, done, aws) == Compliant()


@every_case
def test_work_beside_the_fix_changes_no_digest(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    before = planned(recipe, target, aws)
    case.edit_beside(target)
    assert planned(recipe, target, aws).digest == before.digest


@every_case
def test_work_beside_the_fix_survives_fix_and_undo(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = planned(recipe, target, aws)
    case.edit_beside(target)
    theirs = case.beside(target)
    apply(recipe, target, done, aws)
    assert case.beside(target) == theirs
    apply(recipe, target, undone(recipe, target, done, aws), aws)
    assert case.beside(target) == theirs


@every_case
def test_work_beside_the_fix_between_fix_and_undo_survives(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws)
    case.edit_beside(target)
    theirs = case.beside(target)
    apply(recipe, target, undone(recipe, target, done, aws), aws)
    assert case.beside(target) == theirs
    assert planned(recipe, target, aws).digest == done.digest


@every_case
def test_undo_refuses_where_somebody_changed_the_same_setting_since(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws)
    case.edit_same(target)
    outcome = undo_of(recipe, target, done, aws)
    assert isinstance(outcome, Compliant if case.two_valued else Conflicted)


@every_case
def test_a_fix_that_dies_after_any_call_is_resumed_and_undone(case: Case) -> None:
    recipe = case.remediation()
    for calls in _each_call():
        moto_extensions.reset()
        target, aws = case.make(), MotoAccount()
        done = planned(recipe, target, aws)
        survived = _dies_after(calls, lambda dying: apply(recipe, target, done, dying))  # noqa: B023 - run here
        resume(recipe, target, done, aws)
        assert isinstance(plan(recipe, target, aws), Compliant)
        apply(recipe, target, undone(recipe, target, done, aws), aws)
        assert planned(recipe, target, aws).text == done.text
        if survived:
            return


@every_case
def test_a_fix_that_dies_after_any_call_can_be_undone_at_once(case: Case) -> None:
    recipe = case.remediation()
    for calls in _each_call():
        moto_extensions.reset()
        target, aws = case.make(), MotoAccount()
        done = planned(recipe, target, aws)
        survived = _dies_after(calls, lambda dying: apply(recipe, target, done, dying))  # noqa: B023 - run here
        outcome = undo_of(recipe, target, done, aws)
        assert isinstance(outcome, Changes | Compliant), outcome
        if isinstance(outcome, Changes):
            apply(recipe, target, outcome.plan, aws)
        assert planned(recipe, target, aws).text == done.text
        if survived:
            return


@every_case
def test_an_undo_that_dies_after_any_call_is_resumed(case: Case) -> None:
    recipe = case.remediation()
    for calls in _each_call():
        moto_extensions.reset()
        target, aws = case.make(), MotoAccount()
        done = planned(recipe, target, aws)
        apply(recipe, target, done, aws)
        back = undone(recipe, target, done, aws)
        survived = _dies_after(calls, lambda dying: apply(recipe, target, back, dying))  # noqa: B023 - run here
        resume(recipe, target, back, aws)
        assert planned(recipe, target, aws).text == done.text
        if survived:
            return


def _each_call() -> Iterator[int]:
    yield from range(1, MOST_CALLS)
    pytest.fail(f"more than {MOST_CALLS} calls in one fix")


def _dies_after(calls: int, work: Any) -> bool:
    """Run `work` on an account that dies after so many calls; whether it came through alive."""
    try:
        work(MotoAccount(crash_after=calls))
    except Crashed:
        return False
    return True


@every_case
def test_every_write_made_twice_is_harmless(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws, times=2)
    assert isinstance(plan(recipe, target, aws), Compliant)
    apply(recipe, target, undone(recipe, target, done, aws), aws, times=2)
    assert planned(recipe, target, aws).text == done.text


@every_case
@pytest.mark.parametrize(("seed", "page_size"), [(1, 0), (2, 1), (3, 2)])
def test_shuffled_and_paged_answers_give_the_same_digest(
    case: Case, seed: int, page_size: int, aws: MotoAccount
) -> None:
    recipe, target = case.remediation(), case.make()
    disturbed = MotoAccount(shuffle=seed, page_size=page_size)
    assert planned(recipe, target, disturbed).text == planned(recipe, target, aws).text


@every_case
def test_a_page_size_of_one_is_enough_for_everything(case: Case) -> None:
    recipe, target, aws = case.remediation(), case.make(), MotoAccount(page_size=1)
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws)
    assert isinstance(plan(recipe, target, aws), Compliant)
    apply(recipe, target, undone(recipe, target, done, aws), aws)
    assert planned(recipe, target, aws).text == done.text


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
    return re.sub(r"\$\{\w+\}", "[^:]*", arn_format)


@cache
def _iam() -> dict[str, Any]:
    """The Service Authorization Reference, as cfn-lint carries it: service → {Actions: {lower case: …}, …}."""
    text = (resources.files(cfnlint.data) / "AdditionalSpecs" / "Policies.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


@every_case
def test_secrets_round_about_appear_in_no_plan_and_no_evidence(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    outcome = plan(recipe, target, aws)
    assert isinstance(outcome, Changes)
    assert PLANTED not in outcome.plan.text + repr(outcome.evidence)


@every_case
def test_a_plan_survives_being_stored(case: Case, aws: MotoAccount) -> None:
    done = planned(case.remediation(), case.make(), aws)
    stored = Plan.from_text(done.text)
    assert (stored.text, stored.digest) == (done.text, done.digest)


@every_case
def test_a_stored_plan_is_applied_and_undone_like_the_fresh_one(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = Plan.from_text(planned(recipe, target, aws).text)
    apply(recipe, target, done, aws)
    assert isinstance(plan(recipe, target, aws), Compliant)
    apply(recipe, target, Plan.from_text(undone(recipe, target, done, aws).text), aws)
    assert planned(recipe, target, aws).text == done.text


@every_case
def test_a_read_that_is_refused_is_never_an_outcome(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    recipe.read(target, aws)
    for denied in set(made(aws.calls)):
        with pytest.raises(ClientError, match="AccessDenied"):
            plan(recipe, target, MotoAccount(denied=denied))


@every_case
def test_evidence_that_is_refused_is_not_known(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    plan(recipe, target, aws, with_evidence=False)
    to_read = set(made(aws.calls))
    plan(recipe, target, aws)
    for denied in set(made(aws.calls)) - to_read:
        outcome = plan(recipe, target, MotoAccount(denied=denied))
        assert isinstance(outcome, Changes)
        assert [one for one in outcome.evidence if not one.known and "AccessDenied" in one.answer], denied


@every_case
def test_what_is_gone_is_gone(case: Case, aws: MotoAccount) -> None:
    target = case.make()
    try:
        case.destroy(target)
    except Indestructible:
        return
    assert plan(case.remediation(), target, aws) == Gone()


@every_case
def test_a_resource_of_another_account_is_refused_without_a_call(case: Case, aws: MotoAccount) -> None:
    recipe = case.remediation()
    arn = "arn:aws:any:eu-west-1:999999999999:thing/x"
    foreign = identify(recipe.resource_type, arn, account=aws.account_id, region=REGION)
    outcome = plan(recipe, Target(recipe.id, foreign, frozenset(recipe.controls)), aws)
    assert (type(outcome), aws.calls) == (Refused, [])


@every_case
def test_the_session_policy_fits(case: Case) -> None:
    text = json.dumps(session_policy(case.remediation(), case.make()), separators=(",", ":"))
    assert len(text) <= 2048


@every_remediation
def test_what_may_cut_somebody_off_gives_evidence(recipe: Remediation) -> None:
    if {"cuts traffic", "cuts access"} & set(recipe.effects):
        assert type(recipe).evidence is not Remediation.evidence


@every_remediation
def test_what_is_not_restored_is_said_where_undo_is_partial(recipe: Remediation) -> None:
    assert bool(recipe.not_restored) == (recipe.reversible is not Reversible.YES)
