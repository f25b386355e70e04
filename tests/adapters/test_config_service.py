"""AWS Config, validated by botocore's model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.adapters.aws.config_service import ConfigService
from bot.domain.errors import BadInput, Unknown

AT = "2026-09-22T07:09:00.000Z"
THEN = datetime(2026, 9, 22, 7, 9, tzinfo=UTC)


def evaluations(number: int) -> list[dict[str, Any]]:
    return [
        {
            "ComplianceResourceType": "AWS::EC2::Instance",
            "ComplianceResourceId": f"i-{at}",
            "ComplianceType": "COMPLIANT",
            "OrderingTimestamp": AT,
        }
        for at in range(number)
    ]


@pytest.fixture
def stubbed() -> Iterator[tuple[Stubber, ConfigService]]:
    make: Any = boto3.client
    client = make("config", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        yield stub, ConfigService(client)
        stub.assert_no_pending_responses()


def expect(stub: Stubber, number: int, first: int, **answer: Any) -> None:
    sent = [{**one, "OrderingTimestamp": THEN} for one in evaluations(first + number)[first:]]
    stub.add_response("put_evaluations", answer, {"Evaluations": sent, "ResultToken": "token", "TestMode": False})


def test_a_hundred_verdicts_a_call(stubbed: Any) -> None:
    stub, config = stubbed
    expect(stub, 100, 0)
    expect(stub, 100, 100)
    expect(stub, 50, 200)
    config.put(evaluations(250), "token", test=False)


def test_no_verdict_no_call(stubbed: Any) -> None:
    stubbed[1].put([], "token", test=False)


def test_a_verdict_that_config_did_not_keep_is_a_failure(stubbed: Any) -> None:
    stub, config = stubbed
    expect(stub, 2, 0, FailedEvaluations=evaluations(1) and [{**evaluations(1)[0], "OrderingTimestamp": THEN}])
    with pytest.raises(Unknown, match="1 of 2"):
        config.put(evaluations(2), "token", test=False)


def test_an_item_is_asked_for_as_it_was(stubbed: Any) -> None:
    stub, config = stubbed
    asked = {"resourceType": "AWS::EC2::Instance", "resourceId": "i-1", "laterTime": THEN, "limit": 1}
    stub.add_response("get_resource_config_history", {"configurationItems": [{"resourceId": "i-1"}]}, asked)
    assert config.history("AWS::EC2::Instance", "i-1", AT) == {"resourceId": "i-1"}
    stub.add_response("get_resource_config_history", {"configurationItems": []}, asked)
    with pytest.raises(Unknown, match="no configuration of AWS::EC2::Instance i-1"):
        config.history("AWS::EC2::Instance", "i-1", AT)


def test_everything_of_some_types_is_read_page_by_page(stubbed: Any) -> None:
    stub, config = stubbed
    stub.add_response("select_resource_config", {"Results": ['{"resourceId": "a"}'], "NextToken": "more"})
    stub.add_response("select_resource_config", {"Results": [json.dumps({"resourceId": "b"})]})
    assert [one["resourceId"] for one in config.recorded(["AWS::S3::Bucket"])] == ["a", "b"]


def test_an_error_of_config_is_unknown(stubbed: Any) -> None:
    stub, config = stubbed
    stub.add_client_error("put_evaluations", "InvalidResultTokenException", "no such token")
    with pytest.raises(Unknown, match="InvalidResultTokenException: no such token"):
        config.put(evaluations(1), "token", test=False)
    with pytest.raises(BadInput, match="not a time"):
        config.history("AWS::EC2::Instance", "i-1", "yesterday")
