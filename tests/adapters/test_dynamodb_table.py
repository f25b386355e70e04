"""DynamoDB's errors, throttling and partial batches, which emulators do not produce."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.domain.errors import Busy, Conflict, CspmError, NotStorable, TooLarge, Unknown
from bot.domain.ports import Key, Put, Update

KEY = Key("P", "1")
PUT = Put({"pk": "P", "sk": "1"})


class Dynamo:
    """A stubbed client and the table over it; `pauses` are the waits that the table made."""

    def __init__(self) -> None:
        self.client: Any = boto3.client(
            "dynamodb",
            region_name="eu-west-1",
            aws_access_key_id="example",
            aws_secret_access_key="example",
            config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
        )
        self.stub = Stubber(self.client)
        self.stub.activate()
        self.pauses: list[float] = []
        self.table = DynamoTable(self.client, "bot", self.pauses.append)

    def cancels(self, *codes: str, message: str = "") -> None:
        reasons = [{"Code": code, "Message": message} for code in codes]
        self.stub.add_client_error(
            "transact_write_items", "TransactionCanceledException", modeled_fields={"CancellationReasons": reasons}
        )


@pytest.fixture
def dynamo() -> Dynamo:
    return Dynamo()


def test_a_transaction_in_the_way_is_a_conflict_without_a_failed_test(dynamo: Dynamo) -> None:
    dynamo.cancels("None", "TransactionConflict")
    with pytest.raises(Conflict) as met:
        dynamo.table.write([PUT, Update(Key("P", "2"), adds={"n": 1})])
    assert met.value.failed == ()


def test_a_failed_test_weighs_more_than_contention(dynamo: Dynamo) -> None:
    dynamo.cancels("TransactionConflict", "ConditionalCheckFailed")
    with pytest.raises(Conflict) as met:
        dynamo.table.write([PUT, Update(Key("P", "2"), adds={"n": 1})])
    assert met.value.failed == (1,)


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("ThrottlingError", "", Busy),
        ("ProvisionedThroughputExceeded", "", Busy),
        ("ValidationError", "Item size to update has exceeded the maximum allowed size", TooLarge),
        ("ValidationError", "An operand in the update expression has an incorrect data type", NotStorable),
        ("ItemCollectionSizeLimitExceeded", "Collection size exceeded", TooLarge),
        ("SomethingNew", "", Unknown),
    ],
)
def test_each_reason_of_a_cancelled_transaction_has_its_error(
    dynamo: Dynamo, code: str, message: str, error: type[CspmError]
) -> None:
    dynamo.cancels("None", code, message=message)
    with pytest.raises(error):
        dynamo.table.write([PUT, Update(Key("P", "2"), adds={"n": 1})])


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("TransactionConflictException", Conflict),
        ("ConditionalCheckFailedException", Conflict),
        ("ThrottlingException", Busy),
        ("ProvisionedThroughputExceededException", Busy),
        ("RequestLimitExceeded", Busy),
        ("ValidationException", NotStorable),
        ("InternalServerError", Unknown),
        ("AccessDeniedException", Unknown),
        ("ResourceNotFoundException", Unknown),
    ],
)
def test_each_refusal_of_a_single_write_has_its_error(dynamo: Dynamo, code: str, error: type[CspmError]) -> None:
    dynamo.stub.add_client_error("put_item", code)
    with pytest.raises(error):
        dynamo.table.write([PUT])


def test_a_lost_answer_is_unknown(dynamo: Dynamo) -> None:
    def lose(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb.eu-west-1.amazonaws.com")

    dynamo.client.meta.events.register("before-send.dynamodb", lose)
    dynamo.stub.deactivate()
    with pytest.raises(Unknown):
        dynamo.table.get(KEY)


def test_adding_is_sent_as_a_transaction_so_that_a_second_attempt_counts_once(dynamo: Dynamo) -> None:
    sent: list[dict[str, Any]] = []
    dynamo.client.meta.events.register_last("before-parameter-build", lambda params, **_: sent.append(dict(params)))
    dynamo.stub.add_response("transact_write_items", {})
    dynamo.table.write([Update(KEY, adds={"n": 1})])
    assert sent[0]["ClientRequestToken"]


def test_keys_that_a_batch_left_out_are_asked_for_again(dynamo: Dynamo) -> None:
    one, two = {"pk": {"S": "P"}, "sk": {"S": "1"}}, {"pk": {"S": "P"}, "sk": {"S": "2"}}
    left = {"UnprocessedKeys": {"bot": {"Keys": [two], "ConsistentRead": True}}}
    dynamo.stub.add_response("batch_get_item", {"Responses": {"bot": [one]}, **left})
    dynamo.stub.add_response("batch_get_item", {"Responses": {"bot": []}, **left})
    dynamo.stub.add_response("batch_get_item", {"Responses": {"bot": [two]}, "UnprocessedKeys": {}})
    assert set(dynamo.table.get_many([KEY, Key("P", "2")])) == {KEY, Key("P", "2")}
    assert dynamo.pauses == [0.1]


def test_a_batch_that_never_comes_is_busy(dynamo: Dynamo) -> None:
    left = {"bot": {"Keys": [{"pk": {"S": "P"}, "sk": {"S": "1"}}]}}
    for _ in range(6):
        dynamo.stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})
    with pytest.raises(Busy):
        dynamo.table.get_many([KEY])


def test_an_endless_partition_is_read_only_as_far_as_asked(dynamo: Dynamo) -> None:
    def page(sk: str) -> dict[str, Any]:
        key = {"pk": {"S": "P"}, "sk": {"S": sk}}
        return {"Items": [key], "LastEvaluatedKey": key}

    dynamo.stub.add_response("query", page("1"))
    dynamo.stub.add_response("query", page("2"))
    assert [each["sk"] for each in dynamo.table.query("P", limit=2)] == ["1", "2"]
    dynamo.stub.assert_no_pending_responses()
