"""The table on DynamoDB."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from bot.adapters.aws.dynamodb_limits import check_writes
from bot.adapters.aws.dynamodb_requests import (
    from_attributes,
    key_attributes,
    query_of,
    request_of,
    request_token,
    transact_item,
)
from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, code_of, message_of
from bot.domain.errors import Busy, Conflict, CspmError, NotStorable, TooLarge, Unknown
from bot.domain.ports import Check, Delete, IndexName, Item, Key, Put, Update, Write

_BATCH: Final = 100
_IDLE_ROUNDS: Final = 5
_SECONDS_WHEN_BUSY: Final = 1.0
_INVALID: Final = frozenset({"ValidationException", "ValidationError", "IdempotentParameterMismatchException"})
_NEVER: Final = _INVALID | {"ItemCollectionSizeLimitExceeded"}
_CONTENTION: Final = frozenset(
    {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}
)


class DynamoTable:
    """A `Table` on DynamoDB: keys `pk`, `sk`; indexes `due` and `behind` on `<name>_pk`, `<name>_sk`, all projected."""

    def __init__(self, client: Any, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._pause = pause

    def get(self, key: Key) -> Item | None:
        """The item, or None. Raises Busy, Unknown."""
        with _in_our_words():
            answer = self._client.get_item(TableName=self._name, Key=key_attributes(key), ConsistentRead=True)
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Those of the items that exist, in batches of 100. Raises Busy, Unknown."""
        waiting = [key_attributes(key) for key in dict.fromkeys(keys)]
        found: dict[Key, Item] = {}
        idle = 0
        while waiting:
            items, left = self._batch(waiting[:_BATCH])
            waiting = left + waiting[_BATCH:]
            found |= {Key(item["pk"], item["sk"]): item for item in items}
            idle = idle + 1 if left and not items else 0
            if idle:
                self._wait(idle)
        return found

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int | None = None, newest_first: bool = False
    ) -> list[Item]:
        """The partition's items in the order of their sort key, all pages up to `limit`. Raises Busy, Unknown."""
        among = ("sk", "begins_with", prefix) if prefix else ("sk", ">", after) if after else None
        request = query_of(self._name, ("pk", pk), among)
        return self._pages({**request, "ConsistentRead": True, "ScanIndexForward": not newest_first}, limit)

    def query_index(
        self, index: IndexName, pk: str, *, upto: str | None = None, limit: int | None = None
    ) -> list[Item]:
        """Items whose `<index>_pk` is `pk`, by `<index>_sk`, up to and including `upto`. May be stale."""
        request = query_of(self._name, (f"{index}_pk", pk), None if upto is None else (f"{index}_sk", "<=", upto))
        return self._pages({**request, "IndexName": index}, limit)

    def write(self, writes: Sequence[Write], token: str = "") -> None:
        """All of the writes or none. Raises Conflict, NotStorable, TooLarge, Busy; Unknown: it may have happened."""
        check_writes(writes)
        if not writes:
            return
        with _in_our_words():
            if len(writes) == 1 and not token and _is_harmless_twice(writes[0]):
                self._write_one(writes[0])
            else:
                self._transact(writes, token)

    def _write_one(self, write: Write) -> None:
        call = {Put: "put_item", Update: "update_item", Delete: "delete_item"}[type(write)]
        getattr(self._client, call)(**request_of(self._name, write))

    def _transact(self, writes: Sequence[Write], token: str) -> None:
        """Botocore makes a token where there is none, so that its own second attempt counts once, too."""
        request: dict[str, Any] = {"TransactItems": [transact_item(self._name, write) for write in writes]}
        if token:
            request["ClientRequestToken"] = request_token(token)
        self._client.transact_write_items(**request)

    def _batch(self, keys: list[dict[str, Any]]) -> tuple[list[Item], list[dict[str, Any]]]:
        with _in_our_words():
            answer = self._client.batch_get_item(RequestItems={self._name: {"Keys": keys, "ConsistentRead": True}})
        items = [from_attributes(item) for item in answer.get("Responses", {}).get(self._name, [])]
        return items, answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])

    def _wait(self, idle: int) -> None:
        if idle > _IDLE_ROUNDS:
            raise Busy("DynamoDB leaves all keys of a batch unread", _SECONDS_WHEN_BUSY)
        self._pause(0.05 * 2**idle)

    def _pages(self, request: Mapping[str, Any], limit: int | None) -> list[Item]:
        with _in_our_words():
            return list(islice(self._items(dict(request), limit), limit))

    def _items(self, request: dict[str, Any], limit: int | None) -> Iterator[Item]:
        if limit:
            request["Limit"] = limit
        while True:
            answer = self._client.query(**request)
            yield from (from_attributes(item) for item in answer.get("Items", []))
            if not answer.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _is_harmless_twice(write: Write) -> bool:
    """Whether botocore may send the plain call again after a lost answer: adding twice would count twice."""
    return not isinstance(write, Check) and not (isinstance(write, Update) and write.adds)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except AWS_ERRORS as problem:
        raise _translated(problem) from problem


def _translated(problem: ClientError | BotoCoreError) -> CspmError:
    if isinstance(problem, ClientError) and code_of(problem) == "TransactionCanceledException":
        return _cancelled(problem.response.get("CancellationReasons", []))
    return _one(code_of(problem), message_of(problem))


def _cancelled(reasons: Sequence[Mapping[str, Any]]) -> CspmError:
    """The reason that weighs most: what can never be, then what did not hold, then contention, then throttling."""
    codes = [reason.get("Code", "None") for reason in reasons]
    if never := _places(codes, _NEVER):
        place = never[0]
        return _invalid(f"write {place}: {reasons[place].get('Message', codes[place])}")
    if failed := _places(codes, {"ConditionalCheckFailed"}):
        return Conflict(f"the tests of writes {failed} do not hold", failed)
    if _CONTENTION & set(codes):
        return Conflict("another transaction is in the way")
    throttled = next((code for code in codes if code in THROTTLES), "")
    return _one(throttled or "TransactionCanceledException", f"reasons: {codes}")


def _places(codes: Sequence[str], wanted: AbstractSet[str]) -> tuple[int, ...]:
    return tuple(place for place, code in enumerate(codes) if code in wanted)


def _one(code: str, message: str) -> CspmError:
    if code == "ConditionalCheckFailedException":
        return Conflict(f"a test does not hold: {message}", (0,))
    if code in _CONTENTION:
        return Conflict(f"another transaction is in the way: {message}")
    if code in THROTTLES:
        return Busy(f"DynamoDB throttles: {code}", _SECONDS_WHEN_BUSY)
    if code in _INVALID:
        return _invalid(message)
    return Unknown(f"DynamoDB did not answer as it should: {code}: {message}")


def _invalid(message: str) -> NotStorable:
    return TooLarge(message) if "size" in message.lower() else NotStorable(message)
