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
_MAX_EMPTY_BATCHES: Final = 5
_RETRY_AFTER: Final = 1.0
_INVALID: Final = frozenset({"ValidationException", "ValidationError", "IdempotentParameterMismatchException"})
_PERMANENT: Final = _INVALID | {"ItemCollectionSizeLimitExceeded"}
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
        """Return the item, or None. Raises Busy, Unknown."""
        with _translated_errors():
            answer = self._client.get_item(TableName=self._name, Key=key_attributes(key), ConsistentRead=True)
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Return the items that exist, read in batches of 100. Raises Busy, Unknown."""
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
        """Return the partition's items in order of the sort key, all pages up to `limit`. Raises Busy, Unknown."""
        sort_key = ("sk", "begins_with", prefix) if prefix else ("sk", ">", after) if after else None
        request = query_of(self._name, ("pk", pk), sort_key)
        return self._pages({**request, "ConsistentRead": True, "ScanIndexForward": not newest_first}, limit)

    def query_index(
        self, index: IndexName, pk: str, *, upto: str | None = None, limit: int | None = None
    ) -> list[Item]:
        """Return items whose `<index>_pk` is `pk`, by `<index>_sk`, up to and including `upto`. May be stale."""
        request = query_of(self._name, (f"{index}_pk", pk), None if upto is None else (f"{index}_sk", "<=", upto))
        return self._pages({**request, "IndexName": index}, limit)

    def write(self, writes: Sequence[Write], token: str = "") -> None:
        """Make all writes or none. Raises Conflict, NotStorable, TooLarge, Busy; Unknown: they may have been made."""
        check_writes(writes)
        if not writes:
            return
        with _translated_errors():
            if len(writes) == 1 and not token and _is_idempotent(writes[0]):
                self._write_one(writes[0])
            else:
                self._transact(writes, token)

    def _write_one(self, write: Write) -> None:
        call = {Put: "put_item", Update: "update_item", Delete: "delete_item"}[type(write)]
        getattr(self._client, call)(**request_of(self._name, write))

    def _transact(self, writes: Sequence[Write], token: str) -> None:
        """Write in a transaction. Without a token botocore generates one, so that its retry counts once, too."""
        request: dict[str, Any] = {"TransactItems": [transact_item(self._name, write) for write in writes]}
        if token:
            request["ClientRequestToken"] = request_token(token)
        self._client.transact_write_items(**request)

    def _batch(self, keys: list[dict[str, Any]]) -> tuple[list[Item], list[dict[str, Any]]]:
        with _translated_errors():
            answer = self._client.batch_get_item(RequestItems={self._name: {"Keys": keys, "ConsistentRead": True}})
        items = [from_attributes(item) for item in answer.get("Responses", {}).get(self._name, [])]
        return items, answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])

    def _wait(self, idle: int) -> None:
        if idle > _MAX_EMPTY_BATCHES:
            raise Busy("DynamoDB returned all keys of a batch as UnprocessedKeys", _RETRY_AFTER)
        self._pause(0.05 * 2**idle)

    def _pages(self, request: Mapping[str, Any], limit: int | None) -> list[Item]:
        with _translated_errors():
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


def _is_idempotent(write: Write) -> bool:
    """Return whether botocore may retry the single call after a lost response: a repeated ADD would count twice."""
    return not isinstance(write, Check) and not (isinstance(write, Update) and write.adds)


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except AWS_ERRORS as problem:
        raise _translated(problem) from problem


def _translated(problem: ClientError | BotoCoreError) -> CspmError:
    if isinstance(problem, ClientError) and code_of(problem) == "TransactionCanceledException":
        return _cancelled(problem.response.get("CancellationReasons", []))
    return _one(code_of(problem), message_of(problem))


def _cancelled(reasons: Sequence[Mapping[str, Any]]) -> CspmError:
    """Return the error of the most serious reason: invalid, then failed condition, then contention, then throttling."""
    codes = [reason.get("Code", "None") for reason in reasons]
    if permanent := _positions(codes, _PERMANENT):
        position = permanent[0]
        return _invalid(f"write {position}: {reasons[position].get('Message', codes[position])}")
    if failed := _positions(codes, {"ConditionalCheckFailed"}):
        return Conflict(f"the conditions of writes {failed} fail", failed)
    if _CONTENTION & set(codes):
        return Conflict("another transaction is in progress")
    throttled = next((code for code in codes if code in THROTTLES), "")
    return _one(throttled or "TransactionCanceledException", f"reasons: {codes}")


def _positions(codes: Sequence[str], wanted: AbstractSet[str]) -> tuple[int, ...]:
    return tuple(position for position, code in enumerate(codes) if code in wanted)


def _one(code: str, message: str) -> CspmError:
    if code == "ConditionalCheckFailedException":
        return Conflict(f"a condition fails: {message}", (0,))
    if code in _CONTENTION:
        return Conflict(f"another transaction is in progress: {message}")
    if code in THROTTLES:
        return Busy(f"DynamoDB throttles: {code}", _RETRY_AFTER)
    if code in _INVALID:
        return _invalid(message)
    return Unknown(f"the call of DynamoDB failed: {code}: {message}")


def _invalid(message: str) -> NotStorable:
    return TooLarge(message) if "size" in message.lower() else NotStorable(message)
