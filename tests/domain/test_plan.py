"""What is different, what people approve, what an Undo takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.canonical import ABSENT, Secret
from bot.domain.errors import NotCanonical
from bot.domain.plan import (
    Change,
    Changes,
    Compliant,
    Conflicted,
    Plan,
    SettingConflict,
    Target,
    difference,
    differs,
    joined,
    undo,
)
from tests.domain.builders import BUCKET, a_plan

SETTINGS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3) | st.just(ABSENT), max_size=6)


def after(settings: dict[str, Any], changes: tuple[Change, ...]) -> dict[str, Any]:
    return {**settings, **{change.setting: change.after for change in changes}}


def present(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not ABSENT}


def test_what_is_right_already_is_no_change() -> None:
    assert difference({"tls": True}, {"tls": True}) == ()


def test_a_set_and_its_sorted_list_are_no_change() -> None:
    assert difference({"ports": {22, 3389}}, {"ports": [22, 3389]}) == ()


def test_an_absent_setting_and_a_missing_one_are_the_same() -> None:
    assert difference({}, {"block": ABSENT}) == difference({"block": ABSENT}, {}) == ()


def test_changes_come_in_the_order_of_what_is_right_and_removals_last() -> None:
    changes = difference({"old": 1, "b": 0, "gone": 2}, {"gone": ABSENT, "b": 1, "a": 1})
    assert [(change.setting, change.before, change.after) for change in changes] == [
        ("b", 0, 1),
        ("a", ABSENT, 1),
        ("gone", 2, ABSENT),
        ("old", 1, ABSENT),
    ]


@given(SETTINGS, SETTINGS)
def test_the_changes_lead_from_what_is_to_what_is_right(now: dict[str, Any], right: dict[str, Any]) -> None:
    assert present(after(now, difference(now, right))) == present(right)


@given(SETTINGS, SETTINGS)
def test_an_undo_of_all_changes_restores_what_was(now: dict[str, Any], right: dict[str, Any]) -> None:
    done = Plan("R", 1, BUCKET, {}, difference(now, right))
    fixed = after(now, done.changes)
    back = undo(done, [change.setting for change in done.changes], fixed)
    changes = back.plan.changes if isinstance(back, Changes) else ()
    assert present(after(fixed, changes)) == present(now)


def test_the_digest_is_the_same_whatever_the_order_of_awss_answers() -> None:
    one = a_plan(("rules", {"b", "a"}, {"y": 1, "x": [1]}), bucket="logs", days=1)
    other = a_plan(("rules", {"a", "b"}, {"x": [1], "y": 1}), days=1, bucket="logs")
    assert one.digest == other.digest
    assert len(one.digest) == 64


PLAN = a_plan(("tls", ABSENT, True), ("acl", "public", "private"), bucket="logs")


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, remediation="Another"),
        replace(PLAN, revision=2),
        replace(PLAN, params={"bucket": "elsewhere"}),
        replace(PLAN, changes=PLAN.changes[:1]),
        replace(PLAN, changes=PLAN.changes[::-1]),
        replace(PLAN, changes=(Change("tls", before=False, after=True), PLAN.changes[1])),
        replace(PLAN, changes=(Change("tls", ABSENT, after=False), PLAN.changes[1])),
        *(
            replace(PLAN, resource=replace(BUCKET, **{part: "another"}))
            for part in ("partition", "account", "region", "type", "id")
        ),
    ],
)
def test_everything_that_matters_is_in_the_digest(other: Plan) -> None:
    assert other.digest != PLAN.digest


@pytest.mark.parametrize("value", [0.5, b"x", datetime(2025, 9, 21, tzinfo=UTC)])
def test_a_plan_of_floats_bytes_or_times_has_no_digest(value: Any) -> None:
    for plan in (a_plan(("a", value, 1)), a_plan(("a", 1, [value])), a_plan(("a", 1, 2), size=value)):
        with pytest.raises(NotCanonical):
            _ = plan.digest


def test_a_plan_comes_back_from_its_text_with_the_same_digest() -> None:
    plan = a_plan(("a", ABSENT, {"x", "y"}), ("b", Secret("hash"), None), ("c", [1, {"k": True}], ABSENT), bucket="é")
    back = Plan.from_text(plan.text)
    assert (back.text, back.digest) == (plan.text, plan.digest)
    assert back.changes[0] == Change("a", ABSENT, ["x", "y"])
    assert back.changes[1:] == plan.changes[1:]
    assert (back.resource, back.params) == (plan.resource, plan.params)


def test_an_undo_goes_backwards_from_after_to_before() -> None:
    done = a_plan(("a", 1, 2), ("b", ABSENT, True), bucket="logs")
    back = undo(done, ("a", "b"), {"a": 2, "b": True})
    assert back == Changes(a_plan(("b", True, ABSENT), ("a", 2, 1), bucket="logs"))


def test_an_undo_leaves_alone_what_was_never_applied_or_is_back_already() -> None:
    done = a_plan(("a", 1, 2), ("b", 1, 2), ("c", 1, 2))
    assert undo(done, ("a", "b"), {"a": 1, "b": 2, "c": 9}) == Changes(a_plan(("b", 2, 1)))


def test_an_undo_with_nothing_left_to_do_is_compliant() -> None:
    done = a_plan(("a", ABSENT, 2))
    assert undo(done, ("a",), {}) == undo(done, (), {"a": 7}) == Compliant()


def test_one_setting_that_somebody_changed_since_stops_the_whole_undo() -> None:
    done = a_plan(("a", 1, 2), ("b", 1, 2))
    assert undo(done, ("a", "b"), {"a": 2, "b": 3}) == Conflicted((SettingConflict("b", 1, 2, 3),))
    assert undo(done, ("a", "b"), {"a": 2}) == Conflicted((SettingConflict("b", 1, 2, ABSENT),))


def test_an_undo_works_from_a_stored_plan_whose_sets_have_become_lists() -> None:
    done = Plan.from_text(a_plan(("ports", {80, 22}, {80})).text)
    back = undo(done, ("ports",), {"ports": {80}})
    assert isinstance(back, Changes)
    assert back.plan.digest == a_plan(("ports", {80}, {22, 80})).digest


def test_equal_plans_differ_in_nothing() -> None:
    assert differs(PLAN, Plan.from_text(PLAN.text)) == ()


def test_what_moved_since_the_approval_is_shown_with_all_three_values() -> None:
    assert differs(a_plan(("a", 1, 2)), a_plan(("a", 5, 2))) == (SettingConflict("a", 1, 2, 5),)


def test_a_setting_that_somebody_else_has_put_right_is_shown_as_right() -> None:
    assert differs(a_plan(("a", 1, 2), ("b", 1, 2)), a_plan(("b", 1, 2))) == (SettingConflict("a", 1, 2, 2),)


def test_a_setting_that_has_become_wrong_since_is_shown() -> None:
    conflicts = differs(a_plan(("a", 1, 2)), a_plan(("a", 1, 2), ("new", 7, 8)))
    assert conflicts == (SettingConflict("new", ABSENT, ABSENT, 7),)


def test_a_target_is_the_remediation_and_the_resource_whatever_controls_are_open() -> None:
    one = Target("R", BUCKET, frozenset({"S3.8"}), {"a": 1})
    assert one.target_id == Target("R", BUCKET).target_id
    assert one.target_id != Target("Other", BUCKET).target_id
    assert one.target_id != Target("R", replace(BUCKET, region="eu-west-2")).target_id


@pytest.mark.parametrize(
    ("found", "back_to"),
    [pytest.param("half", "old", id="it goes on from the first"), pytest.param("theirs", "theirs", id="theirs stays")],
)
def test_two_runs_one_after_the_other_are_one_change_of_each_setting(found: str, back_to: str) -> None:
    first = (Change("a", "old", "half"), Change("b", 1, 2))
    assert joined(first, (Change("a", found, "new"),)) == (Change("b", 1, 2), Change("a", back_to, "new"))
