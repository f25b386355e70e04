"""However many findings are stored, an answer costs as many reads, and its numbers are those worked out by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.ports import Update
from bot.domain.score import Model, score
from bot.flows.interactions import home
from bot.flows.policy.load import for_presentation
from bot.flows.posture import digest
from bot.flows.posture.audience import audience_of
from bot.flows.posture.score import answer_score, answer_trend
from bot.slack.pages.digest import digest_message
from bot.store import keys, posture
from tests.flows.stage import POLICY, Stage
from tests.flows.volumes import LARGE, MIDDLE, SMALL, Population, seed
from tests.slack.limits import check_message

TWO_ROUTES = POLICY.replace("routes:\n", "routes:\n  - {match: {accounts: ['1000*']}, channel: C0SECPROD}\n")


def a_stage(population: Population) -> Stage:
    stage = Stage(policy=TWO_ROUTES)
    seed(population, stage.table, stage.clock.now())
    return stage


@pytest.fixture(scope="module")
def stages() -> dict[Population, Stage]:
    few_accounts = Population(MIDDLE.accounts, MIDDLE.controls_of_each, 3 * MIDDLE.resources)
    return {one: a_stage(one) for one in (SMALL, MIDDLE, few_accounts)}


def test_the_sizes_are_what_they_are_called() -> None:
    assert [one.size for one in (SMALL, MIDDLE, LARGE)] == [12, 3_000, 300_000]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("population", "model", "by_hand"),
    [
        (SMALL, Model.WEIGHTED, 80),
        (SMALL, Model.SECURITY_HUB, 50),
        (SMALL, Model.PENALTY, 97),
        (MIDDLE, Model.WEIGHTED, 80),
        (MIDDLE, Model.SECURITY_HUB, 50),
        (MIDDLE, Model.PENALTY, 0),
    ],
)
def test_each_model_gives_the_number_that_was_worked_out_by_hand(
    stages: dict[Population, Stage], population: Population, model: Model, by_hand: float
) -> None:
    found = score(posture.counts(stages[population].table), model)
    assert (found.score, found.strict) == (by_hand, by_hand)


def of_score(stage: Stage) -> Any:
    return answer_score([], stage.world)


def of_trend(stage: Stage) -> Any:
    return answer_trend([], stage.world)


def of_digest(stage: Stage) -> Any:
    policy = for_presentation(stage.world)
    return digest_message(digest.compose(audience_of("C0SECPROD", policy), policy, stage.world))


def of_home(stage: Stage) -> Any:
    return home.home_view("U0DANA", "T0ACME", "help", stage.world)


class Reads:
    """What is asked of the table."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def __call__(self, name: str) -> None:
        self.asked[name] += 1


def reads_of(ask: Callable[[Stage], Any], stage: Stage) -> Counter[str]:
    stage.faults.watch = reads = Reads()
    ask(stage)
    stage.faults.watch = None
    return reads.asked


@pytest.mark.parametrize("ask", [of_score, of_trend, of_digest, of_home])
def test_three_times_as_many_findings_cost_not_one_read_more(
    stages: dict[Population, Stage], ask: Callable[[Stage], Any]
) -> None:
    _, middle, thrice = stages.values()
    assert reads_of(ask, middle) == reads_of(ask, thrice)


@pytest.mark.slow
def test_a_digest_of_many_accounts_says_it_in_one_message() -> None:
    stage = a_stage(MIDDLE)
    worst = min(posture.counts(stage.table, "100000000001"), key=lambda row: row.severity.rank)
    stage.table.write([Update(keys.posture("POSTURE#100000000001", worst.control), adds={"failed": 1})])
    message = of_digest(stage)
    check_message(message)
    said = json.dumps([message.text, *message.blocks], ensure_ascii=False)
    assert "79.9 · grade C · ▼ 0.1 since yesterday" in said
    assert "751 findings are open (+1 since yesterday)" in said
    assert "750 findings older than" in said
