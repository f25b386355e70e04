"""The one contract of all remediations. A remediation without a case fails here, by name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
from botocore.exceptions import ClientError

from bot.domain.canonical import canonical
from bot.domain.plan import Changes, Compliant, Conflicted, Gone, Plan, Refused, Reversible, Target
from bot.domain.remediation import Remediation, plan, resolved_params
from bot.domain.resource import identify
from bot.remediations.catalogue import catalogue
from infra.local import moto_extensions
from tests.aws import REGION, Crashed, MotoAccount, is_read, made
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
from tests.remediations.everything import CASES, every_case, every_remediation


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
def test_a_fix_that_dies_after_any_write_is_resumed_and_undone(case: Case) -> None:
    recipe = case.remediation()
    for writes in range(_writes_of(case).fix + 1):
        moto_extensions.reset()
        target, aws = case.make(), MotoAccount()
        done = planned(recipe, target, aws)
        _die_after(writes, lambda dying: apply(recipe, target, done, dying))  # noqa: B023 - run here
        resume(recipe, target, done, aws)
        assert isinstance(plan(recipe, target, aws), Compliant)
        apply(recipe, target, undone(recipe, target, done, aws), aws)
        assert planned(recipe, target, aws).text == done.text


@every_case
def test_a_fix_that_dies_after_any_write_can_be_undone_at_once(case: Case) -> None:
    recipe = case.remediation()
    for writes in range(_writes_of(case).fix + 1):
        moto_extensions.reset()
        target, aws = case.make(), MotoAccount()
        done = planned(recipe, target, aws)
        _die_after(writes, lambda dying: apply(recipe, target, done, dying))  # noqa: B023 - run here
        outcome = undo_of(recipe, target, done, aws)
        assert isinstance(outcome, Changes | Compliant), outcome
        if isinstance(outcome, Changes):
            apply(recipe, target, outcome.plan, aws)
        assert planned(recipe, target, aws).text == done.text


@every_case
def test_an_undo_that_dies_after_any_write_is_resumed(case: Case) -> None:
    recipe = case.remediation()
    for writes in range(_writes_of(case).undo + 1):
        moto_extensions.reset()
        target, aws = case.make(), MotoAccount()
        done = planned(recipe, target, aws)
        apply(recipe, target, done, aws)
        back = undone(recipe, target, done, aws)
        _die_after(writes, lambda dying: apply(recipe, target, back, dying))  # noqa: B023 - run here
        resume(recipe, target, back, aws)
        assert planned(recipe, target, aws).text == done.text


@dataclass(frozen=True)
class _Writes:
    """The number of calls of a fix, and of its undo, that change something."""

    fix: int
    undo: int


@cache
def _writes_of(case: Case) -> _Writes:
    moto_extensions.reset()
    recipe, target, fix, undo = case.remediation(), case.make(), MotoAccount(), MotoAccount()
    done = planned(recipe, target, fix)
    apply(recipe, target, done, fix)
    apply(recipe, target, undone(recipe, target, done, undo), undo)
    assert fix.writes > 0
    assert undo.writes > 0
    return _Writes(fix.writes, undo.writes)


def _die_after(writes: int, work: Callable[[MotoAccount], None]) -> None:
    """Run `work` on an account on which it dies after so many writes; 0 is before the first."""
    if writes:
        with pytest.raises(Crashed):
            work(MotoAccount(crash_after=writes))


@every_case
def test_every_write_made_twice_is_harmless(case: Case, aws: MotoAccount) -> None:
    recipe, target = case.remediation(), case.make()
    done = planned(recipe, target, aws)
    apply(recipe, target, done, aws, times=2)
    assert isinstance(plan(recipe, target, aws), Compliant)
    apply(recipe, target, undone(recipe, target, done, aws), aws, times=2)
    assert planned(recipe, target, aws).text == done.text


@every_case
@pytest.mark.parametrize(
    ("seed", "page_size"),
    [pytest.param(1, 0, marks=pytest.mark.deep), (2, 1), pytest.param(3, 2, marks=pytest.mark.deep)],
)
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


@every_remediation
def test_what_may_cut_somebody_off_gives_evidence(recipe: Remediation) -> None:
    if {"cuts traffic", "cuts access"} & set(recipe.effects):
        assert type(recipe).evidence is not Remediation.evidence


@every_remediation
def test_what_is_not_restored_is_said_where_undo_is_partial(recipe: Remediation) -> None:
    assert bool(recipe.not_restored) == (recipe.reversible is not Reversible.YES)
