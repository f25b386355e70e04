"""The costs page follows the code, and requests are counted as AWS bills them."""

from __future__ import annotations

import pytest

from bot.adapters.memory.table import MemoryTable
from bot.domain.ports import Key, Put, Update
from tests.infra.costs import month, scenes
from tests.infra.costs.meter import MeteredTable, Work, size
from tests.infra.costs.page import PAGE, number, page
from tests.infra.costs.prices import PRICES


def test_the_page_is_up_to_date() -> None:
    assert page() == PAGE.read_text(), "make docs"


def test_prices_are_those_of_the_counted_quantities() -> None:
    assert set(month.quantities(month.SIZES[0])) == set(PRICES)


def test_an_unchanged_finding_is_read_and_not_written() -> None:
    assert sum(target.writes for target in scenes.checked_again().values()) == 0
    assert sum(target.reads for target in scenes.checked_again().values()) == 1


def used(*writes: Put | Update, before: Put | None = None) -> Work:
    table = MemoryTable()
    if before:
        table.write([before])
    metered = MeteredTable(table)
    metered.write(writes)
    return metered.used


def item(octets: int, **more: object) -> dict[str, object]:
    return {"pk": "a", "sk": "b", "text": "x" * octets, **more}


def test_a_write_costs_each_kib_begun_and_twice_in_a_transaction() -> None:
    assert used(Put(item(900))).writes == 1
    assert used(Put(item(1100))).writes == 2
    assert used(Put(item(900)), Put(item(900, sk="c"))).writes == 4
    assert (
        used(Update(Key("a", "b"), adds={"n": 1})).writes == 2
    )  # sent as a transaction, so that a retry does not count twice


def test_the_larger_of_before_and_after_counts() -> None:
    assert used(Put(item(10)), before=Put(item(3000))).writes == 3


def test_an_item_in_an_index_is_written_there_too_and_moving_it_takes_two() -> None:
    here, there = ({"due_pk": "DUE#1", "due_sk": at} for at in ("1", "2"))
    assert used(Put(item(10, **here))).writes == 2
    assert used(Put(item(10, **there)), before=Put(item(10, **here))).writes == 3
    assert used(Put(item(10)), before=Put(item(10, **here))).writes == 2


def test_reads_cost_each_four_kib_begun_and_half_in_an_index() -> None:
    table = MemoryTable()
    table.write([Put(item(5000, due_pk="DUE#1", due_sk="1")), Put(item(5000, sk="c"))])
    metered = MeteredTable(table)
    metered.get(Key("a", "b"))
    assert metered.used.reads == 2
    metered.query("a")
    assert metered.used.reads == 2 + 3
    metered.query_index("due", "DUE#1")
    assert metered.used.reads == 2 + 3 + 1
    metered.get(Key("a", "nothing"))
    assert metered.used.reads == 2 + 3 + 1 + 1


def test_an_items_size_is_its_names_and_values() -> None:
    assert size({"pk": "a", "sk": "bc", "n": 1234, "yes": True}) == (2 + 1) + (2 + 2) + (1 + 4) + (3 + 1)


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("rate(1 minute)", 1440),
        ("rate(15 minutes)", 96),
        ("cron(55 * * * ? *)", 24),
        ("cron(0/15 * * * ? *)", 96),
        ("cron(0 3 ? * MON-SAT *)", 6 / 7),
        ("cron(0 1 ? * SUN *)", 1 / 7),
    ],
)
def test_schedules_are_counted(expression: str, runs: float) -> None:
    assert month.a_day(expression) == pytest.approx(runs)


@pytest.mark.parametrize(("value", "said"), [(12345, "12,300"), (0.2543, "0.254"), (4, "4"), (999.9, "1000")])
def test_numbers_have_three_significant_digits(value: float, said: str) -> None:
    assert number(value) == said
