"""The contract of a table, against the table in memory and two emulators of DynamoDB."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.domain.errors import Conflict, NotStorable, TooLarge
from bot.domain.ports import ABSENT_ITEM, Check, Delete, Item, Key, Put, Table, Test, Update

ONE, TWO, THREE = Key("P", "1"), Key("P", "2"), Key("P", "3")


def item(key: Key = ONE, **attributes: object) -> Item:
    return {"pk": key.pk, "sk": key.sk, **attributes}


def test_what_is_put_comes_back_as_it_was(table: Table) -> None:
    whole = item(
        n=7, big=10**20, less=-1, yes=True, no=False, text="", nested={"list": [1, "a", {"b": False}], "e": {}}
    )
    table.write([Put(whole)])
    found = table.get(ONE)
    assert found == whole
    assert type(found["n"]) is int
    assert type(found["nested"]["list"][0]) is int


def test_an_item_that_is_not_there_is_none(table: Table) -> None:
    assert table.get(ONE) is None


def test_a_put_replaces_the_whole_item(table: Table) -> None:
    table.write([Put(item(a=1, b=2))])
    table.write([Put(item(a=3))])
    assert table.get(ONE) == item(a=3)


def test_what_a_reader_does_to_an_item_stays_with_the_reader(table: Table) -> None:
    table.write([Put(item(inner={"a": 1}))])
    mine = table.get(ONE)
    assert mine
    mine["inner"]["a"] = 2
    assert table.get(ONE) == item(inner={"a": 1})


def test_many_are_read_at_once_and_only_those_that_exist(table: Table) -> None:
    keys = [Key("P", f"{number:03}") for number in range(130)]
    for start in (0, 65):
        table.write([Put(item(key, n=1)) for key in keys[start : start + 65]])
    found = table.get_many([*keys, Key("P", "none"), keys[0]])
    assert set(found) == set(keys)
    assert found[keys[7]] == item(keys[7], n=1)
    assert table.get_many([]) == {}


def test_a_partition_is_read_in_the_order_of_its_sort_keys(table: Table) -> None:
    table.write([Put(item(Key("P", sk))) for sk in ("b", "a#2", "a#1", "é")] + [Put(item(Key("Q", "a#3")))])
    assert [each["sk"] for each in table.query("P")] == ["a#1", "a#2", "b", "é"]
    assert [each["sk"] for each in table.query("P", prefix="a#")] == ["a#1", "a#2"]
    assert [each["sk"] for each in table.query("P", newest_first=True, limit=1)] == ["é"]
    assert [each["sk"] for each in table.query("P", prefix="a#", limit=1)] == ["a#1"]
    assert [each["sk"] for each in table.query("P", after="a#2")] == ["b", "é"]
    assert [each["sk"] for each in table.query("P", after="a#1", limit=2)] == ["a#2", "b"]
    assert table.query("nothing here") == []


def test_a_partition_of_more_than_a_page_is_read_whole(table: Table) -> None:
    for number in range(4):
        table.write([Put(item(Key("P", str(number)), text="x" * 390_000))])
    assert len(table.query("P")) == 4
    assert [each["sk"] for each in table.query("P", limit=3)] == ["0", "1", "2"]


def test_an_index_holds_only_the_items_that_carry_its_keys(table: Table) -> None:
    table.write(
        [
            Put(item(ONE, due_pk="DUE#0", due_sk="2025-01-02")),
            Put(item(TWO, due_pk="DUE#0", due_sk="2025-01-01")),
            Put(item(THREE, due_pk="DUE#1", due_sk="2025-01-01", behind_pk="BEHIND#C1", behind_sk="9")),
        ]
    )
    assert [each["sk"] for each in table.query_index("due", "DUE#0")] == ["2", "1"]
    assert [each["sk"] for each in table.query_index("due", "DUE#0", upto="2025-01-01")] == ["2"]
    assert [each["sk"] for each in table.query_index("due", "DUE#0", limit=1)] == ["2"]
    assert [each["sk"] for each in table.query_index("behind", "BEHIND#C1")] == ["3"]
    table.write([Update(TWO, removes=("due_pk", "due_sk")), Update(THREE, sets={"behind_pk": "BEHIND#C2"})])
    assert [each["sk"] for each in table.query_index("due", "DUE#0")] == ["1"]
    assert table.query_index("behind", "BEHIND#C1") == []
    assert table.query_index("behind", "BEHIND#C2")[0]["due_pk"] == "DUE#1"


def test_an_update_sets_adds_and_removes_and_leaves_the_rest(table: Table) -> None:
    table.write([Put(item(a=1, b=2, count=5, name="x"))])
    table.write([Update(ONE, sets={"a": {"c": [1]}, "size": 3}, adds={"count": -2, "fresh": 4}, removes=("b", "none"))])
    assert table.get(ONE) == item(a={"c": [1]}, size=3, count=3, fresh=4, name="x")


def test_an_update_makes_the_item_when_there_is_none(table: Table) -> None:
    table.write([Update(ONE, adds={"count": 1}), Update(TWO, sets={"a": 1})])
    assert table.get(ONE) == item(count=1)
    assert table.get(TWO) == item(TWO, a=1)


def test_adding_to_text_is_refused(table: Table) -> None:
    table.write([Put(item(name="x"))])
    with pytest.raises(NotStorable):
        table.write([Update(ONE, adds={"name": 1})])
    assert table.get(ONE) == item(name="x")


def test_a_delete_removes_and_a_second_one_does_no_harm(table: Table) -> None:
    table.write([Put(item())])
    table.write([Delete(ONE)])
    table.write([Delete(ONE)])
    assert table.get(ONE) is None


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        (Test("n", "exists"), True),
        (Test("none", "exists"), False),
        (Test("none", "absent"), True),
        (Test("n", "absent"), False),
        (Test("n", "=", 5), True),
        (Test("n", "=", 6), False),
        (Test("n", "=", "5"), False),
        (Test("n", "=", value=True), False),
        (Test("none", "=", 5), False),
        (Test("n", "<>", 6), True),
        (Test("n", "<>", 5), False),
        (Test("none", "<>", 5), True),
        (Test("n", "<", 10), True),
        (Test("n", "<", 5), False),
        (Test("n", "<=", 5), True),
        (Test("n", ">", 4), True),
        (Test("n", ">=", 6), False),
        (Test("none", "<", 5), False),
        (Test("text", "<", "b"), True),
        (Test("text", ">", "b"), False),
        (Test("flag", "=", value=True), True),
        (Test("map", "=", {"b": [1, 2], "a": "x"}), True),
        (Test("map", "=", {"a": "x", "b": [2, 1]}), False),
    ],
)
def test_a_write_happens_just_when_its_test_holds(table: Table, test: Test, holds: bool) -> None:  # noqa: FBT001 - a case of the table
    before = item(n=5, text="a", flag=True, map={"a": "x", "b": [1, 2]})
    table.write([Put(before)])
    if holds:
        table.write([Update(ONE, sets={"done": True}, when=(test,))])
        assert table.get(ONE) == {**before, "done": True}
        return
    with pytest.raises(Conflict) as refused:
        table.write([Update(ONE, sets={"done": True}, when=(test,))])
    assert refused.value.failed == (0,)
    assert table.get(ONE) == before


def test_several_tests_must_all_hold(table: Table) -> None:
    table.write([Put(item(a=1, b=1))])
    with pytest.raises(Conflict):
        table.write([Delete(ONE, when=(Test("a", "=", 1), Test("b", "=", 2)))])
    table.write([Delete(ONE, when=(Test("a", "=", 1), Test("a", ">", 0), Test("b", "=", 1)))])
    assert table.get(ONE) is None


def test_the_first_to_put_an_item_wins(table: Table) -> None:
    table.write([Put(item(by="me"), when=ABSENT_ITEM)])
    with pytest.raises(Conflict):
        table.write([Put(item(by="you"), when=ABSENT_ITEM)])
    assert table.get(ONE) == item(by="me")


def test_an_update_with_a_test_does_not_make_an_item(table: Table) -> None:
    with pytest.raises(Conflict):
        table.write([Update(ONE, adds={"n": 1}, when=(Test("pk", "exists"),))])
    assert table.get(ONE) is None


def test_of_several_writes_all_happen_or_none(table: Table) -> None:
    table.write([Put(item(TWO, version=3))])
    with pytest.raises(Conflict) as refused:
        table.write([Put(item()), Update(TWO, sets={"a": 1}, when=(Test("version", "=", 2),)), Delete(THREE)])
    assert refused.value.failed == (1,)
    assert table.get(ONE) is None
    assert table.get(TWO) == item(TWO, version=3)


def test_a_check_holds_the_others_and_writes_nothing(table: Table) -> None:
    running = Check(TWO, (Test("paused", "absent"),))
    table.write([Put(item(n=1)), running])
    assert table.get(TWO) is None
    table.write([Put(item(TWO, paused=True))])
    with pytest.raises(Conflict) as refused:
        table.write([Put(item(n=2)), running])
    assert refused.value.failed == (1,)
    assert table.get(ONE) == item(n=1)


def test_a_check_alone_is_a_question(table: Table) -> None:
    table.write([Check(ONE, ABSENT_ITEM)])
    with pytest.raises(Conflict):
        table.write([Check(ONE, (Test("pk", "exists"),))])


def test_a_hundred_writes_are_one_transaction(table: Table) -> None:
    table.write([Put(item(Key("P", f"{number:03}"))) for number in range(100)])
    assert len(table.query("P")) == 100


def test_writing_nothing_is_no_error(table: Table) -> None:
    table.write([])


REFUSED = {
    "a float": [Put(item(a=1.5))],
    "a set": [Put(item(a={"x"}))],
    "nothing": [Put(item(a={"inner": [None]}))],
    "bytes": [Update(ONE, sets={"a": b"x"})],
    "a mapping with a number for a key": [Put(item(a={1: "x"}))],
    "a number of 39 digits": [Put(item(a=10**38))],
    "an empty key": [Put(item(Key("P", "")))],
    "a key that is a number": [Update(Key("P", 1), sets={"a": 1})],  # type: ignore[arg-type]
    "an empty index key": [Put(item(due_pk="", due_sk="1"))],
    "an index key that is a number": [Update(ONE, sets={"due_pk": "DUE#0", "due_sk": 5})],
    "adding to an index key": [Update(ONE, adds={"due_sk": 1})],
    "an item without keys": [Put({"a": 1})],
    "an update of a key": [Update(ONE, sets={"sk": "2"})],
    "an update that names an attribute twice": [Update(ONE, sets={"a": 1}, removes=("a",))],
    "an update of nothing": [Update(ONE)],
    "two writes of one item": [Put(item()), Check(ONE, ABSENT_ITEM)],
    "a check without a test": [Check(ONE, ())],
    "an order among flags": [Delete(ONE, when=(Test("a", "<", value=True),))],
    "a long sort key": [Put(item(Key("P", "x" * 1025)))],
}


@pytest.mark.parametrize("writes", REFUSED.values(), ids=REFUSED.keys())
def test_what_dynamodb_cannot_hold_is_refused_and_nothing_is_written(exact_table: Table, writes: list[Put]) -> None:
    with pytest.raises(NotStorable):
        exact_table.write([*writes, Put(item(Key("Q", "1")))])
    assert exact_table.query("P") == []
    assert exact_table.get(Key("Q", "1")) is None


def test_more_than_a_hundred_writes_are_too_many(table: Table) -> None:
    with pytest.raises(TooLarge):
        table.write([Put(item(Key("P", f"{number:03}"))) for number in range(101)])


def test_an_item_over_400_kb_is_too_large(table: Table) -> None:
    with pytest.raises(TooLarge):
        table.write([Put(item(text="é" * 205_000))])
    assert table.get(ONE) is None


def test_an_update_cannot_grow_an_item_over_400_kb(table: Table) -> None:
    table.write([Put(item(text="x" * 300_000))])
    with pytest.raises(TooLarge):
        table.write([Update(ONE, sets={"more": "x" * 200_000})])
    with pytest.raises(TooLarge):
        table.write([Update(ONE, sets={"more": "x" * 200_000}), Put(item(TWO))])
    assert table.get(TWO) is None


def test_a_transaction_over_4_mb_is_too_large(table: Table) -> None:
    with pytest.raises(TooLarge):
        table.write([Put(item(Key("P", str(number)), text="x" * 390_000)) for number in range(11)])
    assert table.query("P") == []


def test_counts_of_many_writers_add_up(exact_table: Table) -> None:
    def count(_: int) -> None:
        while True:
            try:
                exact_table.write([Update(ONE, adds={"n": 1}), Update(TWO, adds={"n": 1}, sets={"seen": True})])
            except Conflict:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(40)))
    assert exact_table.get(ONE) == item(n=40)
    assert exact_table.get(TWO) == item(TWO, n=40, seen=True)


def test_the_same_token_counts_once(exact_table: Table) -> None:
    for _ in range(2):
        exact_table.write([Update(ONE, adds={"n": 1}), Put(item(TWO))], token="finding/1/" + "x" * 60)
        exact_table.write([Update(THREE, adds={"n": 1})], token="alone")
    assert exact_table.get(ONE) == item(n=1)
    assert exact_table.get(THREE) == item(THREE, n=1)


def test_a_token_counts_once_also_where_its_test_would_not_hold_any_more(exact_table: Table) -> None:
    for _ in range(2):
        exact_table.write([Put(item(n=1), when=ABSENT_ITEM)], token="mine")
    with pytest.raises(Conflict):
        exact_table.write([Put(item(n=1), when=ABSENT_ITEM)], token="yours")


def test_a_token_that_met_a_conflict_may_be_used_again(exact_table: Table) -> None:
    writes = [Put(item(), when=ABSENT_ITEM)]
    exact_table.write([Put(item(by="rival"))])
    with pytest.raises(Conflict):
        exact_table.write(writes, token="again")
    exact_table.write([Delete(ONE)])
    exact_table.write(writes, token="again")
    assert exact_table.get(ONE) == item()


def test_a_token_for_other_writes_is_refused(exact_table: Table) -> None:
    exact_table.write([Put(item(n=1))], token="once")
    with pytest.raises(NotStorable):
        exact_table.write([Put(item(n=2))], token="once")
    assert exact_table.get(ONE) == item(n=1)


def test_text_and_numbers_have_no_order_between_them(exact_table: Table) -> None:
    exact_table.write([Put(item(n=5))])
    with pytest.raises(Conflict):
        exact_table.write([Update(ONE, sets={"done": True}, when=(Test("n", "<", "9"),))])
