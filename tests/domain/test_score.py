from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.finding import Severity
from bot.domain.score import Counts, Model, gain, points, score

number = st.integers(0, 40)
severities = st.sampled_from(list(Severity))
rows = st.lists(
    st.builds(Counts, st.just(""), severities, number, number, number, number, number), min_size=1, max_size=8
).map(lambda found: [replace(row, control=f"X.{place}") for place, row in enumerate(found)])


def headline(found: list[Counts]) -> float:
    return score(found).score or 0.0


def strict(found: list[Counts]) -> float | None:
    return score(found).strict


def changed(found: list[Counts], **by: int) -> list[Counts]:
    """The first control with some of its counts moved."""
    first = found[0]
    return [replace(first, **{name: getattr(first, name) + step for name, step in by.items()}), *found[1:]]


@given(rows)
def test_a_new_failure_never_raises_the_score(found: list[Counts]) -> None:
    after, before = score(changed(found, failed=1)), score(found)
    assert before.score is None or (after.score or 0.0) <= before.score
    assert before.strict is None or (after.strict or 0.0) <= before.strict


@given(rows)
def test_a_passing_resource_that_fails_never_raises_it(found: list[Counts]) -> None:
    given_one = changed(found, passed=1)
    assert headline(changed(given_one, passed=-1, failed=1)) <= headline(given_one)


@given(rows)
def test_an_unknown_resource_that_fails_never_raises_it(found: list[Counts]) -> None:
    given_one = changed(found, unknown_was_passed=1)
    assert headline(changed(given_one, unknown_was_passed=-1, failed=1)) <= headline(given_one)


@given(rows)
def test_a_fix_never_lowers_it(found: list[Counts]) -> None:
    given_one = changed(found, failed=1)
    assert headline(changed(given_one, failed=-1, passed=1)) >= headline(given_one)


@given(rows)
def test_a_new_passing_resource_never_lowers_it(found: list[Counts]) -> None:
    assert headline(changed(found, passed=1)) >= headline(found)


@given(rows)
def test_removing_a_failing_resource_never_lowers_it(found: list[Counts]) -> None:
    given_one = changed(found, failed=1)
    after = score(found).score
    assert after is None or after >= headline(given_one)


@given(rows)
def test_exempting_leaves_strict_unchanged(found: list[Counts]) -> None:
    given_one = changed(found, failed=2)
    assert strict(changed(given_one, failed=-1, exempted=1)) == strict(given_one)


@given(rows)
def test_becoming_unknown_leaves_strict_unchanged(found: list[Counts]) -> None:
    given_some = changed(found, failed=2, passed=1)
    assert strict(changed(given_some, failed=-1, unknown_was_failed=1)) == strict(given_some)
    assert strict(changed(given_some, passed=-1, unknown_was_passed=1)) == strict(given_some)


@given(rows)
def test_the_gain_is_the_score_with_the_fix_less_the_score(found: list[Counts]) -> None:
    before = score(found)
    for part in before.parts:
        fixed = score([row.fixed() if row.control == part.counts.control else row for row in found])
        assert abs((fixed.score or 0.0) - (before.score or 0.0) - part.gain) <= 0.2


def test_weighted_by_hand() -> None:
    found = [
        Counts("S3.2", Severity.CRITICAL, passed=3, failed=1),
        Counts("EC2.9", Severity.HIGH, passed=8, failed=2, exempted=2),
        Counts("KMS.4", Severity.MEDIUM, passed=5),
    ]
    # headline: (10·3/4 + 6·8/10 + 3·1) / 19 = 15.3 / 19 = 80.52…; strict: (7.5 + 6·8/12 + 3) / 19 = 14.5 / 19 = 76.31…
    result = score(found)
    assert (result.score, result.strict) == (80.5, 76.3)
    assert (result.grade, result.capped_by) == ("C", ("S3.2",))
    assert result.parts[0].counts.control == "S3.2"
    assert result.parts[0].gain == 13.16


def test_security_hub_by_hand() -> None:
    found = [
        Counts("S3.2", Severity.CRITICAL, passed=999, failed=1),
        Counts("EC2.9", Severity.HIGH, passed=8),
        Counts("KMS.4", Severity.MEDIUM, exempted=5),
        Counts("S3.5", Severity.MEDIUM, passed=1, unknown_was_passed=1),
    ]
    assert score(found, Model.SECURITY_HUB).score == 33.0


def test_penalty_by_hand() -> None:
    found = [Counts("S3.2", Severity.CRITICAL, failed=2), Counts("S3.5", Severity.LOW, passed=1, failed=3)]
    assert score(found, Model.PENALTY).score == 100 - (5 * 2 + 5)


def test_a_hundred_only_when_nothing_is_open() -> None:
    assert score([Counts("A.1", Severity.INFORMATIONAL, failed=1), Counts("B.1", Severity.LOW, passed=9)]).score == 99.9
    assert score([Counts("B.1", Severity.LOW, passed=9)]).score == 100.0


def test_no_data_is_no_score() -> None:
    assert score([]).score is None
    assert score([]).grade == ""


@given(rows, st.sampled_from(list(Model)))
def test_the_points_of_a_trend_are_the_scores_own(found: list[Counts], model: Model) -> None:
    assert points(found, model) == score(found, model).score


@given(rows, st.sampled_from(list(Model)))
def test_each_parts_gain_is_that_of_fixing_it_alone(found: list[Counts], model: Model) -> None:
    for part in score(found, model).parts:
        alone = gain(found, {part.counts.control}, model) if part.counts.failed else 0.0
        assert part.gain == alone


def test_a_fix_of_several_controls_gains_what_they_gain_together() -> None:
    found = [Counts("A.1", Severity.HIGH, failed=1), Counts("B.1", Severity.LOW, failed=1), Counts("C.1", Severity.LOW)]
    assert gain(found, {"A.1", "B.1"}) == 100.0


def test_security_hub_shows_no_hundred_while_a_control_fails() -> None:
    found = [Counts(f"A.{n}", Severity.LOW, passed=1) for n in range(300)] + [Counts("B.1", Severity.LOW, failed=1)]
    assert score(found, Model.SECURITY_HUB).score == 99.0


def test_a_fix_gains_nothing_by_the_penalty_while_others_exceed_it() -> None:
    found = [Counts("A.1", Severity.CRITICAL, failed=30), Counts("B.1", Severity.LOW, failed=1)]
    assert score(found, Model.PENALTY).parts[0].gain == 99.0
    assert score(found, Model.PENALTY).parts[1].gain == 0.0
